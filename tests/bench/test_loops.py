"""`python -m bench.loops`: what the measures say of loops whose flaws are known."""

from __future__ import annotations

import numpy as np
import pytest

from aural.types import TAIL_S, TAKE_RATE_HZ, Doubles, Floats, Take
from bench.loops.__main__ import opinions
from bench.loops.cases import FEWEST_CHORDS, SKETCHES, Case, bent, sketch_cases
from bench.loops.measures import bpm_of, fold_change_db, level, seam, with_tail
from bench.loops.methods import ours, truncation
from bench.loops.tables import summed_up
from tests.serving import band

BEATS, BPM = 16, 120.0
BODY = round(BEATS * 60 / BPM * TAKE_RATE_HZ)


def music(samples: int = BODY, bpm: float = BPM) -> Floats:
    sound = band(samples / TAKE_RATE_HZ + 1, bpm=bpm, rate_hz=TAKE_RATE_HZ)[:samples]
    return np.stack([sound, sound]).astype(np.float32)


def test_an_exact_loop_has_a_seam_like_its_beats() -> None:
    told = seam(music(), music(), BEATS)
    assert told["flux_rank"] <= 0.95
    assert abs(told["jump_as_bars_db"]) < 3


def test_a_loop_that_is_cut_in_a_wave_steps_and_one_that_is_cut_in_a_beat_breaks_out() -> None:
    time_s = np.arange(BODY) / TAKE_RATE_HZ
    whole, half = (0.5 * np.cos(2 * np.pi * periods / 8 * time_s).astype(np.float32) for periods in (882, 882.5))
    meets, jumps = (seam(np.stack([wave, wave]), np.stack([wave, wave]), BEATS) for wave in (whole, half))
    assert meets["step_dbfs"] < -45
    assert jumps["step_dbfs"] > -1
    assert jumps["flux_rank"] == 1.0


def test_a_fade_is_not_taken_for_a_seam() -> None:
    tone = np.full((2, BODY), 0.3, np.float32) * np.sin(np.arange(BODY) / 7).astype(np.float32)
    faded = tone * np.minimum(1, np.arange(BODY)[::-1] / 3200).astype(np.float32)
    assert abs(seam(tone, tone, BEATS)["jump_db"]) < 0.1
    assert seam(faded, faded, BEATS)["jump_db"] > 3


def test_a_tail_fades_over_the_start() -> None:
    body, tail = np.zeros((2, 1000), np.float32), np.ones((2, 100), np.float32)
    mixed = with_tail(body, tail)
    assert mixed.shape == (2, 1000)
    assert mixed[:, 0] == pytest.approx(1)
    assert mixed[:, 99:].max() == 0


def beats(bpm: float, count: int = 40) -> Doubles:
    return 0.2 + 60 / bpm * np.arange(count, dtype=np.float64)


def test_tempo_is_the_slope_whatever_the_octave_and_one_slip() -> None:
    assert bpm_of(beats(121.3), 121) == pytest.approx(121.3, rel=1e-6)
    assert bpm_of(beats(60.65), 121) == pytest.approx(121.3, rel=1e-6)
    slipped = np.delete(beats(121.3), [5, 6])
    slipped[20] += 0.2
    assert bpm_of(slipped, 121) == pytest.approx(121.3, rel=1e-4)
    assert bpm_of(beats(120, 5), 120) is None


def test_levels_and_fold_down() -> None:
    rng = np.random.default_rng(0)
    mono = 0.1 * rng.standard_normal(4 * TAKE_RATE_HZ).astype(np.float32)
    side = 0.05 * rng.standard_normal(len(mono)).astype(np.float32)
    assert fold_change_db(np.stack([mono + side, mono - side]), mono) < 1e-3
    assert fold_change_db(np.stack([mono, 0 * mono]), mono) == pytest.approx(6, abs=0.1)
    told = level(np.stack([mono, mono]))
    assert told["correlation"] == pytest.approx(1)
    assert told["fold_down_db"] == pytest.approx(0, abs=1e-3)
    assert level(np.stack([mono, -mono]) + np.float32(0.01))["dc_dbfs"] == pytest.approx(-40, abs=0.1)


def test_a_clip_is_put_off_by_what_is_said() -> None:
    time_s = np.arange(8 * TAKE_RATE_HZ) / TAKE_RATE_HZ
    tone = np.sin(2 * np.pi * 400 * time_s).astype(np.float32)
    for drift in (0.0, 0.01):
        made = bent(tone, 1.05, drift, 0.0)
        assert len(made) == pytest.approx(len(tone) / 1.05, rel=2e-3)
        turns = np.count_nonzero(np.diff(np.signbit(made))) / 2
        assert turns / (len(made) / TAKE_RATE_HZ) == pytest.approx(420, rel=3e-3)


def test_the_cases_have_all_keys_and_four_chords_over_the_whole_range() -> None:
    cases = list(sketch_cases())
    assert len(cases) == SKETCHES
    assert len({case.key for case in cases}) == 24
    assert (min(case.bpm for case in cases), max(case.bpm for case in cases)) == (60, 180)
    assert all(case.chords >= FEWEST_CHORDS for case in cases)
    assert len({case.style_id for case in cases}) >= 8


def test_ours_is_as_long_as_asked_and_truncation_in_the_tempo_it_was_played_in() -> None:
    case = Case("x", BPM, "C major", 4, 0)
    take = Take(music(12 * TAKE_RATE_HZ, bpm=116.0), round((12 - TAIL_S) * TAKE_RATE_HZ), 0, "x")
    assert ours(case, take).body.shape[1] == ours(case, take).wanted == BODY
    assert ours(case, take).measurements is not None
    cut = truncation(case, take)
    np.testing.assert_array_equal(cut.body, take.samples[:, :BODY])


def test_the_key_is_what_most_say_and_shares_are_of_all() -> None:
    def ask(_: object) -> dict[str, object]:
        keys = {"essentia": "Am", "queen mary": "C major", "essentia bgate": "C major"}
        return {"keys": keys, "beats_s": beats(120.1).tolist()}

    row = {"bpm": 120.0, "key": "A minor", "key_ours": "A minor", "bpm_ours": None, "bpm_alone": 120.0}
    told = opinions(row, [np.zeros(4, np.float32)] * 2, ask)
    assert (told["key_right"], told["key_right_2"]) == (True, True)
    assert told["error_median"] == pytest.approx(np.median([0.0, 100 * 0.1 / 120]), rel=1e-3)
    assert told["error_essentia"] == pytest.approx(100 * 0.1 / 120, rel=1e-3)
    assert told["error_ours"] is None
    split = opinions({**row, "key_ours": "E minor"}, [np.zeros(4, np.float32)] * 2, ask)
    assert (split["key_right"], split["key_right_2"]) == (False, False)
    flat = {"length_error": 0, "off": (), **dict.fromkeys(("flux_rank", "jump_db", "jump_as_bars_db"), 0.0)}
    flat |= {"step_dbfs": -50.0, "lufs": -14.0, "true_peak_dbfs": -1.1, "dc_dbfs": -90.0, "fold_down_db": 0.0}
    rows = [{**row, **one, **flat, "bpm_ours": 1, "error_ours": 0.0} for one in (told, split)]
    assert summed_up(rows)["key_right"] == 0.5
