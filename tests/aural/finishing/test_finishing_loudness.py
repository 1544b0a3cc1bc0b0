"""Loudness: the stated level, and no true peak over the ceiling."""

from __future__ import annotations

import numpy as np
import pyloudnorm
import pytest
from scipy.signal import resample_poly

from aural.finishing.loudness import CEILING_DBFS, body_lufs, ceiling_gain, normalising_gain, true_peak_dbfs
from aural.types import TAKE_RATE_HZ, Floats

TIME_S = np.arange(4 * TAKE_RATE_HZ) / TAKE_RATE_HZ


def pulses(peak: float = 0.9) -> Floats:
    """Bursts of a tone whose peaks fall between the samples."""
    wave = np.sin(2 * np.pi * TAKE_RATE_HZ / 4 * TIME_S + np.pi / 4) * (TIME_S % 0.5 < 0.1)
    noise = 0.02 * np.random.default_rng(0).standard_normal(len(TIME_S))
    return (peak * np.stack([wave + noise, wave - noise])).astype(np.float32)


def oversampled_peak_dbfs(sound: Floats) -> float:
    return float(20 * np.log10(np.abs(resample_poly(sound.astype(np.float64), 16, 1, axis=1)).max()))


def test_a_peak_between_samples_is_seen() -> None:
    sound = pulses()
    assert 20 * np.log10(np.abs(sound).max()) < true_peak_dbfs(sound) - 2
    assert true_peak_dbfs(sound) == pytest.approx(oversampled_peak_dbfs(sound), abs=0.3)


@pytest.mark.parametrize("lufs", [-30.0, -20.0, -14.0])
def test_the_stated_loudness_is_reached(lufs: float) -> None:
    sound = 0.1 * np.random.default_rng(1).standard_normal((2, len(TIME_S))).astype(np.float32)
    made = sound * normalising_gain(sound, 3 * TAKE_RATE_HZ, lufs)
    meter = pyloudnorm.Meter(TAKE_RATE_HZ)
    assert meter.integrated_loudness(made[:, : 3 * TAKE_RATE_HZ].T) == pytest.approx(lufs, abs=0.15)
    assert oversampled_peak_dbfs(made) <= CEILING_DBFS + 0.05


def test_what_would_peak_over_the_ceiling_stays_softer() -> None:
    made = pulses() * normalising_gain(pulses(), len(TIME_S), -6.0)
    assert oversampled_peak_dbfs(made) <= CEILING_DBFS + 0.05


def test_where_nothing_is_near_the_ceiling_nothing_is_done() -> None:
    assert (ceiling_gain(pulses(0.3)) == 1).all()
    assert (normalising_gain(pulses(0.3), len(TIME_S), None) == 1).all()


def test_the_limiter_moves_smoothly() -> None:
    gain = ceiling_gain(pulses(1.5))
    assert gain.min() < 0.75
    assert np.abs(np.diff(gain)).max() < 0.01


def test_silence_has_no_loudness_and_stays_silence() -> None:
    silent = np.zeros((2, TAKE_RATE_HZ), np.float32)
    assert body_lufs(silent) is None
    assert not (silent * normalising_gain(silent, TAKE_RATE_HZ, -14.0)).any()
    assert body_lufs(pulses()[:, : TAKE_RATE_HZ // 10]) is not None, "shorter than the meter's block"
