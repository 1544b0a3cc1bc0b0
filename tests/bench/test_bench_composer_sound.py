"""`python -m bench.composer`: what is measured of sounds and embeddings that are known, and the table."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from aural.listening.onsets import FRAMES_PER_S
from aural.theory.metre import METRES
from aural.types import TAKE_RATE_HZ, Floats
from bench.composer.endings import end_drop_db
from bench.composer.likeness import CORE, RealClip, RealMusic, kernel_distance, share_named
from bench.composer.metres import accents_at_bar, best_lag
from bench.composer.sound import as_real_clips_come, middle
from bench.composer.table import Figure, Goal
from tests.bench.midi_files import score

RNG = np.random.default_rng(3)


def tone(seconds: float, level: float = 0.5) -> Floats:
    time_s = np.arange(round(seconds * TAKE_RATE_HZ)) / TAKE_RATE_HZ
    return np.asarray(level * np.sin(2 * np.pi * 440 * time_s), np.float32)


def test_the_end_lies_as_far_under_the_rest_as_it_was_made() -> None:
    assert end_drop_db(tone(4), TAKE_RATE_HZ) == pytest.approx(0, abs=0.1)
    assert end_drop_db(np.concatenate([tone(3.7), tone(0.5, 0.05)]), TAKE_RATE_HZ) == pytest.approx(20, abs=0.1)


def test_excerpts_have_one_length_rate_and_level() -> None:
    heard = as_real_clips_come(tone(20, 0.1), TAKE_RATE_HZ)
    assert len(heard) == pytest.approx(12 * 16_000, abs=100)
    assert 20 * np.log10(np.sqrt(np.mean(heard**2))) == pytest.approx(-18, abs=0.01)
    assert middle(np.arange(10, dtype=np.float32), 1, 4).tolist() == [3, 4, 5, 6]


@pytest.mark.parametrize("asked", METRES)
def test_accents_lie_where_the_metre_has_them(asked: str) -> None:
    """Loud at the first pulse of each bar, half as loud on its other beats. It is in no other metre of the same pulse,
    but that two bars of 6/8 are also one of 12/8."""
    metre = METRES[asked]
    n_pulses, pulse_s, pulse_beats = 8 * metre.numerator, 1.6 / metre.denominator, 4 / metre.denominator
    curve = np.zeros(round(n_pulses * pulse_s * FRAMES_PER_S) + 1, np.float32)
    for pulse in range(n_pulses):
        in_bar = pulse % metre.numerator
        on_beat = in_bar % (metre.numerator // metre.beats) == 0
        curve[round(pulse * pulse_s * FRAMES_PER_S)] = 1.0 if in_bar == 0 else 0.5 if on_beat else 0.3
    signature = (0, metre.numerator, metre.denominator)
    written = score(metres=[signature], tempi=[(0, 60 * pulse_beats / pulse_s)], end=n_pulses * pulse_beats)
    heard = {name for name in METRES if accents_at_bar(curve, written, name)}
    of_one_pulse = {name for name in heard if METRES[name].denominator == metre.denominator}
    assert of_one_pulse == ({"6/8", "12/8"} if asked == "6/8" else {asked})


def test_pulses_of_four_are_no_waltz() -> None:
    strengths = np.tile([1.0, 0.2, 0.6, 0.2], 8)
    assert best_lag(strengths, METRES["4/4"]) == 4
    assert best_lag(strengths, METRES["3/4"]) != 3


def cloud(count: int, centre: float, width: int = 20) -> Floats:
    return np.asarray(RNG.normal(centre, 1, (count, width)), np.float32)


def test_kernel_distance_is_none_between_alikes_and_grows_with_the_offset() -> None:
    """With kernel exp(-d^2 / w) a pair's mean is known: of two far clouds only what is within them is left."""
    real = cloud(400, 0)
    near, off, far = (kernel_distance(cloud(400, centre), real) for centre in (0, 0.5, 100))
    assert abs(near) < 3
    assert near < off < far
    within = 2 * 1000 * np.exp(-1) * 1.05  # a squared distance is near its median: twice e^-1, a little more by spread
    assert far == pytest.approx(within, rel=0.05)


def test_spread_is_the_mean_distance_between_takes() -> None:
    clips = [RealClip(f"{style}/{n}", Path(), style) for style in CORE for n in range(4)]
    embeddings = [np.asarray(RNG.normal(0, 1, (1, 40)), np.float32) for _ in clips]
    real = RealMusic.of(clips, embeddings)
    assert real.patches.shape == (len(clips), 40)
    shift = np.zeros(40, np.float32)
    shift[0] = 3
    take = np.asarray(RNG.normal(0, 1, (2, 40)), np.float32)
    assert real.spread([take, take]) == pytest.approx(0, abs=1e-6)
    assert real.spread([take, take + shift]) == pytest.approx(3, rel=1e-4)  # 40 directions of 40: nothing is lost
    assert real.spread([take, take, take + shift]) == pytest.approx(2, rel=1e-4)


def test_styles_named_first_and_among_three() -> None:
    jazz: list[tuple[str, ...]] = [("jazz", "pop", "rock", "blues"), ("blues", "pop", "jazz", "rock")]
    rankings = {"jazz": jazz, "pop": jazz[1:]}
    assert share_named(rankings, 1) == {"jazz": 0.5, "pop": 0}
    assert share_named(rankings, 3) == {"jazz": 1, "pop": 1}


def test_a_figure_is_judged_by_its_goal_and_so_are_its_styles() -> None:
    figure = Figure.mean("share", [("pop", 0.2), ("pop", 0.4), ("jazz", 0.9), ("jazz", float("nan"))], Goal(0.35, 0.6))
    assert figure.value == pytest.approx(0.5)
    assert figure.parts == pytest.approx({"pop": 0.3, "jazz": 0.9})
    assert (figure.verdict, set(figure.missed_parts)) == ("ok", {"pop", "jazz"})
    assert Figure("share", 0.61, Goal(most=0.6)).verdict == "missed"
    assert Figure("share", None, Goal(most=0.6), note="not there").verdict == "not there"
    assert [str(goal) for goal in (Goal(least=2), Goal(most=0.5), Goal(0.1, 1))] == [
        "2 or more",
        "0.5 at most",
        "0.1 to 1",
    ]
    assert figure.told()["goal"] == "0.35 to 0.6"
