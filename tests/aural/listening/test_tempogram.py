"""Tempogram: impulses repeat at their period, oscillate at their rate, and refine to a hundredth of a bpm."""

from __future__ import annotations

import numpy as np
import pytest

from aural.listening.onsets import FRAMES_PER_S
from aural.listening.tempogram import GRID_BPM, FourierTempogram, autocorrelation, fourier_tempogram, tempogram
from aural.types import Floats


def impulses(bpm: float, seconds: float = 20.0) -> Floats:
    """Raised cosines of 60 ms, so that they may lie between frames."""
    time_s = np.arange(round(seconds * FRAMES_PER_S)) / FRAMES_PER_S
    phase_s = (time_s + 30 / bpm) % (60 / bpm) - 30 / bpm
    curve = np.where(np.abs(phase_s) < 0.03, 1 + np.cos(np.pi * phase_s / 0.03), 0.0)
    return np.asarray(curve - curve.mean(), np.float32)


@pytest.mark.parametrize("bpm", [62.0, 100.0, 137.5])
def test_a_period_repeats_at_one_to_four_beats(bpm: float) -> None:
    heard = tempogram(impulses(bpm))
    at = int(np.abs(GRID_BPM / bpm - 1).argmin())
    assert heard.repeats.shape == (4, 480)
    assert heard.repeats[:, at].min() > 0.7
    assert heard.repeats[0, int(np.abs(GRID_BPM / (1.5 * bpm) - 1).argmin())] < 0.1
    assert heard.frames == 2000


def test_autocorrelation_is_one_at_no_lag_and_falls_with_overlap() -> None:
    noise = np.random.default_rng(0).standard_normal(500).astype(np.float32)
    likeness = autocorrelation(noise - noise.mean())
    assert likeness[0] == pytest.approx(1)
    assert len(likeness) == 500
    assert np.abs(likeness[1:]).max() < 0.5
    assert len(autocorrelation(np.zeros(5000, np.float32))) == 1000, "ten seconds at most"
    assert not autocorrelation(np.zeros(50, np.float32)).any()


def test_a_sine_swings_by_its_amplitude_over_its_rms() -> None:
    time_s = np.arange(2000) / FRAMES_PER_S
    heard = fourier_tempogram(np.sin(2 * np.pi * 2.0 * time_s).astype(np.float32))
    assert heard.at(np.array([2.0]))[0] == pytest.approx(0.5 * 2**0.5, rel=0.02)
    assert heard.at(np.array([3.0]))[0] < 0.01


@pytest.mark.parametrize("bpm", [71.3, 98.77, 120.0, 143.21])
def test_a_tempo_is_refined_to_its_own_peak(bpm: float) -> None:
    spectrum = fourier_tempogram(impulses(bpm, 30.0))
    for off in (0.985, 1.0, 1.015):
        assert spectrum.peak_near(bpm * off) == pytest.approx(bpm, abs=0.05)


def test_what_only_rises_towards_an_edge_is_no_peak() -> None:
    rising = FourierTempogram(np.linspace(0, 1, 65_537), FRAMES_PER_S / (1 << 17))
    assert rising.peak_near(100.0) == 100.0
