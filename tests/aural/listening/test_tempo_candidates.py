"""Candidates of the tempo: the true one is among them, and a rhythm reads the same at any tempo."""

from __future__ import annotations

import numpy as np
import pytest

from aural.listening.candidates import NoveltyCurves, candidate_features, peak_tempi_bpm, tempo_candidates
from aural.listening.onsets import FRAMES_PER_S, Onsets, envelope
from aural.listening.tempogram import GRID_BPM, tempogram
from aural.types import Doubles, Floats

SECONDS = 20.0


def pulses(bpm: float, per_beat: float = 1.0, seconds: float = SECONDS) -> Floats:
    time_s = np.arange(round(seconds * FRAMES_PER_S)) / FRAMES_PER_S
    period_s = 60 / bpm / per_beat
    near_s = (time_s + period_s / 2) % period_s - period_s / 2
    width_s = 1.2 / bpm  # of the beat, so that the same rhythm has the same shape at any tempo
    return np.where(np.abs(near_s) < width_s, 1 + np.cos(np.pi * near_s / width_s), 0).astype(np.float32)


def curves(bpm: float) -> NoveltyCurves:
    """A kick on the beat, a hi-hat twice as often."""
    rows = np.zeros((6, round(SECONDS * FRAMES_PER_S)), np.float32)
    rows[0], rows[5] = pulses(bpm), 0.5 * pulses(bpm, 2)
    heard = Onsets(rows - rows.mean(axis=1, keepdims=True), 1.0)
    still = np.zeros(rows.shape[1], np.float32)
    return NoveltyCurves.of(heard, envelope(heard), still, np.stack([pulses(bpm), pulses(bpm, 0.25)]))


def scores(bpm: float) -> Doubles:
    return np.asarray(-np.abs(np.log2(GRID_BPM / bpm)))


@pytest.mark.parametrize("bpm", [58.0, 97.3, 150.0])
def test_the_best_peak_and_its_relatives_are_candidates(bpm: float) -> None:
    measured = tempogram((pulses(bpm) - pulses(bpm).mean()).astype(np.float32))
    found = tempo_candidates(scores(bpm), measured, scores(1.5 * bpm))
    assert found[0] == pytest.approx(bpm, rel=2e-3), "refined to the oscillation's own peak"
    for ratio in (1 / 2, 2 / 3, 3 / 2, 2.0, 3.0):
        if 36 <= bpm * ratio <= 290:
            assert np.abs(found / (bpm * ratio) - 1).min() < 0.02
    assert ((found >= 35) & (found <= 295)).all()
    apart = np.abs(found[:, None] / found[None] - 1) + np.eye(len(found))
    assert apart.min() > 0.01


def test_peaks_come_best_first_edges_too() -> None:
    line = np.zeros(480)
    line[[0, 100, 479]] = 3.0, 1.0, 2.0
    np.testing.assert_allclose(peak_tempi_bpm(line)[:3], GRID_BPM[[0, 479, 100]])


def test_curves_are_of_mean_0_and_rms_1_and_know_each_bands_share() -> None:
    made = curves(120.0)
    assert made.rows.shape == (10, 2000)
    np.testing.assert_allclose(made.rows.mean(axis=1), 0, atol=1e-5)
    np.testing.assert_allclose(made.rows[[0, 5, 6, 8, 9]].std(axis=1), 1, atol=1e-4)
    assert not made.rows[7].any(), "a harmony that never moves"
    assert made.shares.sum() == pytest.approx(1)
    assert made.shares[0] > made.shares[5] > made.shares[1] == 0


def test_the_same_rhythm_reads_the_same_at_any_tempo_but_for_the_tempo() -> None:
    flat = np.zeros(480)
    one, other = (candidate_features(curves(bpm), np.array([bpm]), flat, flat)[0] for bpm in (90.0, 120.0))
    assert one.dtype == np.float32
    tempo = np.log2(np.array([90.0, 120.0]) / 110)
    changed = np.flatnonzero(np.abs(one - other) > 0.12)
    assert len(changed) < 0.1 * len(one)
    place = int(np.abs(one - tempo[0]).argmin())
    assert other[place] == pytest.approx(tempo[1], abs=1e-5)


def test_the_beat_is_told_from_twice_and_half_of_it() -> None:
    flat = np.zeros(480)
    rows = candidate_features(curves(120.0), np.array([60.0, 120.0, 240.0]), flat, flat)
    assert np.abs(rows[0] - rows[1]).max() > 0.5
    assert np.abs(rows[2] - rows[1]).max() > 0.5
