"""Loudness: a stated level for the whole of a take, and no peak over a ceiling, between samples too."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import minimum_filter1d, uniform_filter1d
from scipy.signal import firwin

from aural.audio.loudness import integrated_lufs
from aural.types import TAKE_RATE_HZ, Doubles, Floats

CEILING_DBFS = -1.0
AIM_DBFS = -1.1  # of the gain: what smoothing leaves must stay under the ceiling
OVERSAMPLING, TAPS = 4, 48  # BS.1770-4, annex 2
ATTACK_S, RELEASE_S = 0.004, 0.06
SHORTEST_S = 0.4  # the meter's block
MOST_GAIN_DB = 30.0
PASSES = 3
NEAR_LU = 0.1


def body_lufs(samples: Floats) -> float | None:
    """Integrated loudness, (2, time); None for silence. What is shorter than a block is repeated to fill one."""
    size = round(SHORTEST_S * TAKE_RATE_HZ) + 1
    long_enough = np.tile(samples, -(-size // samples.shape[1])) if samples.shape[1] < size else samples
    return integrated_lufs(long_enough, TAKE_RATE_HZ)


def true_peaks(samples: Floats) -> Doubles:
    """(time,) the greatest size that any channel has at each sample or in the three quarters after it."""
    phases = _polyphase_taps()
    peaks = np.abs(samples).max(axis=0).astype(np.float64)
    for channel in samples:
        for phase in phases:
            np.maximum(peaks, np.abs(np.convolve(channel, phase, mode="same")), out=peaks)
    return np.asarray(peaks)


def true_peak_dbfs(samples: Floats) -> float:
    return float(20 * np.log10(max(float(true_peaks(samples).max(initial=0.0)), 1e-9)))


def _polyphase_taps() -> list[Floats]:
    taps = firwin(OVERSAMPLING * TAPS + 1, 1 / OVERSAMPLING) * OVERSAMPLING
    return [taps[OVERSAMPLING // 2 + phase :: OVERSAMPLING].astype(np.float32) for phase in range(OVERSAMPLING)]


def ceiling_gain(samples: Floats) -> Floats:
    """(time,) the gain that keeps every true peak under the ceiling: 1 where none comes near it."""
    ceiling = 10 ** (AIM_DBFS / 20)
    peaks = true_peaks(samples)
    if peaks.max(initial=0.0) <= ceiling:
        return np.ones(samples.shape[1], np.float32)
    needed = np.minimum(1.0, ceiling / np.maximum(peaks, 1e-9))
    width = 2 * round(ATTACK_S * TAKE_RATE_HZ / 2) + 1
    slow = 2 * round(RELEASE_S * TAKE_RATE_HZ / 2) + 1
    # Two moving averages see at most `2 * width` samples: a minimum over as many bounds what they give.
    held = minimum_filter1d(needed, 2 * width)
    tight = uniform_filter1d(uniform_filter1d(held, width), width)
    lazy = uniform_filter1d(minimum_filter1d(held, slow), slow)
    return np.asarray(np.minimum(tight, 0.5 * lazy + 0.5 * tight), np.float32)


def normalising_gain(samples: Floats, loop_end: int, lufs: float | None) -> Floats:
    """(time,) the gain that brings the body to `lufs` (None: as it is) under the ceiling. `samples`: (2, time).

    What the limiter takes is given back as far as three passes go: a body may stay softer than asked, never peak over.
    """
    reached = None if lufs is None else body_lufs(samples[:, :loop_end])
    if lufs is None or reached is None:
        return ceiling_gain(samples)
    gain_db = min(lufs - reached, MOST_GAIN_DB)
    for _ in range(PASSES):
        fixed = np.float32(10 ** (gain_db / 20))
        gain = fixed * ceiling_gain(samples * fixed)
        lost = lufs - (body_lufs((samples * gain)[:, :loop_end]) or lufs)
        if abs(lost) < NEAR_LU or gain_db >= MOST_GAIN_DB:
            break
        gain_db = min(gain_db + lost, MOST_GAIN_DB)
    return gain
