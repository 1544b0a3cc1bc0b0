"""Correcting: which shift brings a take into the asked key, and how many bars it becomes."""

from __future__ import annotations

import numpy as np
import pytest

from aural.finishing.correct import (
    _warp_of,
    bars_nearest,
    bars_to_samples,
    correct_take,
    transposition_semitones,
)
from aural.finishing.grid import Grid
from aural.finishing.loop_points import LoopSegment
from aural.theory.keys import ALL_KEYS
from aural.types import TAIL_S, TAKE_RATE_HZ, KeyGuess, Take, Target
from tests.serving import band

TAIL = round(TAIL_S * TAKE_RATE_HZ)


def guess(**likely: float) -> KeyGuess:
    named = {name.replace("_", " ").replace("s ", "# "): value for name, value in likely.items()}
    ranked = sorted(((str(key), named.get(str(key), 0.0)) for key in ALL_KEYS), key=lambda pair: -pair[1])
    return KeyGuess(ranked[0][0], ranked[0][1], probabilities=tuple(ranked))


def raw(bpm: float, seconds: float, lead_s: float = 0.37) -> Take:
    music = band(seconds, bpm=bpm, rate_hz=TAKE_RATE_HZ)[round(lead_s * TAKE_RATE_HZ) :]
    sides = np.stack([music, music]).astype(np.float32)
    return Take(sides, sides.shape[1] - TAIL, 3, "humming", bpm, "C major")


@pytest.mark.parametrize(
    ("heard", "cents", "asked", "semitones"),
    [
        (guess(C_major=0.9), 0.0, None, 0.0),
        (guess(C_major=0.9), 0.0, "D major", 2.0),
        (guess(C_major=0.9), 0.0, "A major", -3.0),
        (guess(C_major=0.9), 0.0, "F# major", 0.0),
        (guess(C_major=0.9), 20.0, "D major", 1.8),
        (guess(C_major=0.9), -9.0, "C major", 0.09),
        (guess(C_major=0.9), 7.9, "C major", 0.0),
        (guess(C_major=0.9), 20.0, "F# major", -0.2),
        # Its relative has the same notes: worth less than the key itself, more than nothing.
        (guess(A_minor=0.9), 0.0, "C major", 0.0),
        (guess(A_minor=0.9, Bb_major=0.2), 0.0, "C major", 0.0),
        (guess(A_minor=0.5, Bb_major=0.4), 0.0, "C major", 2.0),
        (guess(A_minor=0.3), 0.0, "C major", 0.0),
        (guess(B_minor=0.32), 0.0, "C major", 0.0),
        (guess(B_minor=0.4), 0.0, "C major", -2.0),
        # Nothing is sure enough to move by.
        (guess(D_major=0.09), 0.0, "C major", 0.0),
        (guess(D_major=0.11), 0.0, "C major", -2.0),
    ],
)
def test_the_shift_into_a_key(heard: KeyGuess, cents: float, asked: str | None, semitones: float) -> None:
    assert transposition_semitones(heard, cents, asked) == pytest.approx(semitones)


def test_bars_and_samples() -> None:
    assert bars_to_samples(8, 4, 120.0) == 16 * TAKE_RATE_HZ
    assert bars_to_samples(1, 3, 90.0) == 2 * TAKE_RATE_HZ
    assert bars_nearest(15.0, 120.0, 4) == 8
    assert bars_nearest(0.1, 120.0, 4) == 1
    assert bars_nearest(17.1, 120.0, 4) == 9


def test_fewer_bars_where_there_are_no_more_unless_the_number_was_asked_for() -> None:
    take = raw(120.0, 9.0)
    free = correct_take(take, Target(16.0, bpm=120.0, loop=True))
    assert free.take.bars == 4, "nine seconds are four bars and a tail"
    bound = correct_take(take, Target(16.0, bpm=120.0, loop=True, bars=8))
    assert bound.take.bars == 8
    assert bound.take.loop_end == bars_to_samples(8, 4, 120.0)
    rounds = bound.take.samples[0, : bound.take.loop_end].reshape(2, -1)
    likeness = float(np.corrcoef(rounds[0, 4000:], rounds[1, 4000:])[0, 1])
    assert likeness > 0.98, "four bars, twice"


def test_bars_are_of_the_asked_metre() -> None:
    for metre, beats in (("3/4", 3), ("6/8", 2), ("5/4", 5)):
        made = correct_take(raw(120.0, 9.0), Target(16.0, bpm=120.0, loop=True, bars=2, metre=metre)).take  # type: ignore[arg-type]
        assert (made.bars, made.metre, made.loop_end) == (2, metre, beats * TAKE_RATE_HZ)
    hiss = (0.1 * np.random.default_rng(0).standard_normal((2, 12 * TAKE_RATE_HZ))).astype(np.float32)
    take = Take(hiss, hiss.shape[1] - TAIL, 0, "hiss")
    made = correct_take(take, Target(8.0, bpm=120.0, loop=True, bars=4, metre="3/4")).take
    assert (made.metre, made.loop_end) == ("3/4", 6 * TAKE_RATE_HZ), "without a pulse as well"


def test_without_a_pulse_it_is_cut_by_the_clock() -> None:
    hiss = (0.1 * np.random.default_rng(0).standard_normal((2, 12 * TAKE_RATE_HZ))).astype(np.float32)
    take = Take(hiss, hiss.shape[1] - TAIL, 0, "hiss")
    made = correct_take(take, Target(8.0, bpm=120.0, loop=True, bars=4)).take
    assert (made.bars, made.loop_end) == (4, 8 * TAKE_RATE_HZ)
    np.testing.assert_array_equal(made.samples, hiss[:, : 8 * TAKE_RATE_HZ + TAIL])
    plain = correct_take(take, Target(8.0, bpm=120.0))
    assert plain.stretched == 1
    assert plain.heard is not None
    np.testing.assert_array_equal(plain.take.samples, hiss[:, : 8 * TAKE_RATE_HZ + TAIL])


def test_a_take_is_stretched_to_its_tempo_and_told_so() -> None:
    made = correct_take(raw(125.0, 14.0), Target(10.0, bpm=120.0))
    assert made.stretched == pytest.approx(125 / 120, rel=3e-3)
    assert made.heard is None, "it has changed: what was heard before is true no more"
    assert made.take.samples.shape == (2, 10 * TAKE_RATE_HZ + TAIL)
    assert made.take.bpm == 120


def test_a_run_that_wavers_is_warped_bar_by_bar_from_its_own_start_to_its_own_end() -> None:
    """Beats that slow down: each bar is as long as the next afterwards, and both ends are where the seam was found."""
    beats_s = np.cumsum(np.r_[0.4, 0.5 + 0.02 * np.arange(16)])
    grid = Grid(beats_s * TAKE_RATE_HZ, "4/4", 0)
    first, last = grid.at[4], grid.at[12]
    segment = LoopSegment(first + 37.0, last - 21.0, 4, 8, 0.0)
    warp = _warp_of(segment, grid, 128_000)
    np.testing.assert_allclose(warp.sources[[0, -1]], [segment.start, segment.stop])
    np.testing.assert_allclose(warp.targets, [0, 64_000, 128_000])
    share = (grid.at[8] - first) / (last - first)
    assert warp.sources[1] == pytest.approx(segment.start + share * (segment.stop - segment.start))
