"""Loop points: the chosen run avoids silence, runs that begin within a bar, drift, foreign chords and a loud end."""

from __future__ import annotations

import numpy as np
import pytest

from aural.finishing.grid import Grid
from aural.finishing.loop_points import _novelty_rank, _seam_onset_cost, attack_near, band_levels_db, find_loop_points
from aural.theory.keys import Key
from aural.types import TAKE_RATE_HZ, Doubles, Floats

BPM, BEAT_S = 120.0, 0.5
BAR_S = 4 * BEAT_S
C_CHORDS, EB_CHORDS = ((60, 64, 67), (65, 69, 72)), ((63, 67, 70), (68, 72, 75))


def played(chords: list[tuple[int, ...]], accents: Doubles | None = None) -> Floats:
    """(2, time): a chord for each bar, a click for each beat."""
    size = round(BAR_S * TAKE_RATE_HZ)
    time_s = np.arange(size) / TAKE_RATE_HZ
    rng = np.random.default_rng(0)
    click = rng.standard_normal(round(BEAT_S * TAKE_RATE_HZ)) * np.exp(-time_s[: size // 4] / 0.02)
    levels = np.ones(4 * len(chords)) if accents is None else accents
    bars = []
    for number, chord in enumerate(chords):
        pad = sum(np.sin(2 * np.pi * 440 * 2 ** ((note - 69) / 12) * time_s) for note in chord)
        beats = np.concatenate([levels[4 * number + beat] * click for beat in range(4)])
        bars.append(0.05 * pad + 0.2 * beats if chord else np.zeros(size))
    mono = np.concatenate(bars).astype(np.float32)
    return np.stack([mono, mono])


def grid_of_beats(seconds: float, first_bar: int | None = 0, at_s: Doubles | None = None) -> Grid:
    beats_s = np.arange(0, seconds + 1e-6, BEAT_S) if at_s is None else at_s
    return Grid(beats_s * TAKE_RATE_HZ, "4/4", first_bar)


def start_bar(samples: Floats, bars: int, grid: Grid | None = None, key: Key | None = None) -> float:
    found = find_loop_points(samples, grid or grid_of_beats(samples.shape[1] / TAKE_RATE_HZ), bars, key)
    assert found is not None
    assert found.beats == 4 * bars
    assert found.stop - found.start == pytest.approx(bars * BAR_S * TAKE_RATE_HZ, abs=500)
    return found.start / TAKE_RATE_HZ / BAR_S


def test_a_run_ends_where_it_began() -> None:
    """Of eight bars the middle four return to their own beginning."""
    a, b, c, d = C_CHORDS[0], C_CHORDS[1], (62, 65, 69), (67, 71, 74)
    samples = played([d, a, b, c, b, a, c, d, b])
    assert start_bar(samples, 4) == pytest.approx(1, abs=0.02)


def test_silence_within_is_avoided() -> None:
    chords = [C_CHORDS[0], (), *[C_CHORDS[0]] * 6]
    assert start_bar(played(chords), 4) >= 1.9


def test_a_run_begins_with_a_bar() -> None:
    samples = played([C_CHORDS[0]] * 8)
    for first_bar in (0, 1, 2, 3):
        grid = grid_of_beats(16.0, first_bar)
        found = find_loop_points(samples, grid, 2, None)
        assert found is not None
        assert (found.first_beat - first_bar) % 4 == 0


def test_a_run_that_keeps_its_tempo_is_better() -> None:
    at_s = np.arange(0, 16.01, BEAT_S)
    at_s[3:12] += 0.03 * np.sin(np.arange(9) * 2)
    found = find_loop_points(played([C_CHORDS[0]] * 8), grid_of_beats(16.0, 0, at_s), 2, None)
    assert found is not None
    assert found.first_beat >= 12


def test_a_run_in_the_takes_key_is_better() -> None:
    """Two pairs of bars that each return to their beginning: one in C, one in E flat."""
    c, eb = list(C_CHORDS), list(EB_CHORDS)
    samples = played([*c, c[0], *eb, eb[0]])
    in_c, in_eb = (start_bar(samples, 2, key=Key.parse(name)) for name in ("C major", "Eb major"))
    assert in_c + 2 < 3.05, "all of it in C"
    assert in_eb > 2.95


def test_an_end_that_breaks_out_is_avoided() -> None:
    """Every run of two bars is alike, but for the accent that some end on."""
    accents = np.ones(36)
    accents[[8, 16]] = 6.0
    samples = played([C_CHORDS[0]] * 9, accents)
    found = find_loop_points(samples, grid_of_beats(18.0), 2, None)
    assert found is not None
    assert found.first_beat + 8 not in (8, 16)


def test_without_room_for_the_tail_there_is_no_run() -> None:
    samples = played([C_CHORDS[0]] * 2)
    assert find_loop_points(samples, grid_of_beats(4.0), 2) is None
    longer = np.pad(samples, ((0, 0), (0, round(0.4 * TAKE_RATE_HZ))), mode="wrap")
    assert find_loop_points(longer, grid_of_beats(4.0), 2) is not None


def test_a_start_lies_just_before_the_attack() -> None:
    sound = np.zeros(TAKE_RATE_HZ, np.float32)
    sound[16_000:] = 0.3 * np.sin(2 * np.pi * 300 * np.arange(16_000) / TAKE_RATE_HZ)
    for at in (15_700.0, 16_300.0):
        assert 16_000 - 16 * 32 <= attack_near(sound, at) <= 16_000 + 64
    held = (0.3 * np.sign(np.sin(2 * np.pi * 300.1 * np.arange(32_000) / TAKE_RATE_HZ))).astype(np.float32)
    assert attack_near(held, 9_000.0) == 9_000, "nothing rises"


def test_bands_are_levels_under_the_loudest() -> None:
    levels = band_levels_db(played([C_CHORDS[0]])[0])
    assert levels.max() == pytest.approx(0, abs=0.1)
    assert levels.min() >= -70


def test_only_an_end_louder_than_nine_in_ten_of_its_beats_costs() -> None:
    """Bands at 8 ms a frame: every beat rises by 10 dB, the last one by what is given."""
    beats = np.asarray(np.arange(4, 36) * BEAT_S * TAKE_RATE_HZ, np.float64)
    for last_db, cost in ((10.0, 0.0), (9.0, 0.0), (30.0, 3.0)):
        bands = np.full((3_000, 32), -50.0)
        for number, at in enumerate(beats):
            frame = round(at / 256)
            bands[frame : frame + 8] += last_db if number == len(beats) - 1 else 10.0
        assert _seam_onset_cost(bands, beats) == pytest.approx(cost, abs=1e-6)


def test_the_newest_instant_ranks_above_all_others_and_past_the_end_is_the_last() -> None:
    novelty = np.arange(100.0)
    assert _novelty_rank(novelty, 99 * 256.0) == pytest.approx(0.99)
    assert _novelty_rank(novelty, 10 * 256.0) == pytest.approx(0.1)
    assert _novelty_rank(novelty, 1e9) == pytest.approx(0.99)


def test_what_was_loud_a_second_before_is_no_onset() -> None:
    beats = np.asarray(np.arange(4, 36) * BEAT_S * TAKE_RATE_HZ, np.float64)
    bands = np.full((3_000, 32), -50.0)
    for at in beats[:-1]:
        bands[round(at / 256) : round(at / 256) + 8] += 10.0
    last = round(beats[-1] / 256)
    bands[last - 110 : last - 70] += 40.0
    assert _seam_onset_cost(bands, beats) == 0
