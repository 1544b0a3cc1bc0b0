"""The energy curve: how much is going on, half second by half second, on a fixed scale of 0 to 1.

Loudness L carries it: -50 LUFS (K-weighted, ITU-R BS.1770-4, one channel, ungated) is 0, -5 LUFS is 1, linear between;
0.1 is 4.5 dB. Where much happens, and high up, it feels like more: energy is L (0.9 + 0.12 D + 0.08 B), at most 1. D:
onsets per second within a second to either side, 0 at none, 1 at eight. B: the centroid of the power spectrum over
as long, 0 at 250 Hz, 1 at 4 kHz, by octaves. D and B do not depend on level. Halfway, energy is L itself.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.signal import find_peaks

from aural.audio.clip import ANALYSIS_RATE_HZ, Clip
from aural.listening.loudness import measure_loudness
from aural.listening.onsets import FRAMES_PER_S
from aural.listening.pitchgram import CHANGE_HOP, CHANGE_WINDOW
from aural.listening.trimming import TrimmedSignal
from aural.types import ENERGY_STEP_S, Doubles, Loudness

FLOOR_LUFS, CEILING_LUFS = -50.0, -5.0
CALM, DENSE, BRIGHT = 0.9, 0.12, 0.08
DENSEST_PER_S, AROUND_S = 8.0, 1.0
DARKEST_HZ, BRIGHTEST_HZ = 250.0, 4_000.0
LEAST_ONSET = 4.0  # rise of log magnitude over all mel bands: noise has one or two such a second, a drone none
APART_FRAMES = 5
AROUND = 2


@dataclass(frozen=True, eq=False)
class Energy:
    """All (windows,), one per half second. `curve`: 0..1; `lufs`: -inf in digital silence; `onsets_per_s`;
    `brightness_hz`: NaN where nothing sounds."""

    curve: Doubles
    lufs: Doubles
    onsets_per_s: Doubles
    brightness_hz: Doubles


def energy(clip: Clip) -> Energy:
    """Of a clip at any rate."""
    return energy_of(measure_loudness(clip), TrimmedSignal.of(clip.resampled_to(ANALYSIS_RATE_HZ).samples))


def energy_of(meter: Loudness, trimmed: TrimmedSignal) -> Energy:
    """As `energy`, where the caller has measured the loudness and has the sounding trimmed."""
    lufs = meter.lufs
    centres_s = np.arange(0.5, len(lufs)) * ENERGY_STEP_S
    onsets_per_s, brightness_hz = onset_density(trimmed, centres_s), brightness(trimmed, centres_s)
    loud = np.clip((lufs - FLOOR_LUFS) / (CEILING_LUFS - FLOOR_LUFS), 0.0, 1.0)
    return Energy(
        np.minimum(loud * onset_brightness_factor(onsets_per_s, brightness_hz), 1.0), lufs, onsets_per_s, brightness_hz
    )


def onset_brightness_factor(onsets_per_s: Doubles, brightness_hz: Doubles) -> Doubles:
    """What loudness is multiplied by, 0.9 to 1.1."""
    dense = np.minimum(onsets_per_s / DENSEST_PER_S, 1.0)
    octaves = np.log2(np.nan_to_num(brightness_hz, nan=DARKEST_HZ) / DARKEST_HZ)
    return np.asarray(CALM + DENSE * dense + BRIGHT * np.clip(octaves / np.log2(BRIGHTEST_HZ / DARKEST_HZ), 0.0, 1.0))


def onset_density(trimmed: TrimmedSignal, centres_s: Doubles) -> Doubles:
    """Onsets per second around each instant, over as much of two seconds as sounds."""
    if not len(trimmed.samples):
        return np.zeros(len(centres_s))
    found, _ = find_peaks(trimmed.onsets.bands.sum(axis=0), height=LEAST_ONSET, distance=APART_FRAMES)
    # The first sound rises from nothing, before the first frame.
    times_s = trimmed.start_s + np.concatenate([[0.0], found / FRAMES_PER_S])
    first, last = np.maximum(centres_s - AROUND_S, trimmed.start_s), centres_s + AROUND_S
    last = np.minimum(last, trimmed.start_s + trimmed.duration_s)
    count = np.searchsorted(times_s, last) - np.searchsorted(times_s, first)
    return np.asarray(np.where(last > first, count / np.maximum(last - first, AROUND_S), 0.0))


def brightness(trimmed: TrimmedSignal, centres_s: Doubles) -> Doubles:
    """Centroid of the power spectrum of each half second and the two to either side in Hz, NaN where nothing sounds."""
    if len(trimmed.samples) < CHANGE_WINDOW:
        return np.full(len(centres_s), np.nan)
    power = np.square(trimmed.magnitude)
    hz = np.arange(power.shape[1], dtype=np.float32) * ANALYSIS_RATE_HZ / CHANGE_WINDOW
    at_s = trimmed.start_s + np.arange(len(power)) * CHANGE_HOP / ANALYSIS_RATE_HZ
    window = np.floor(at_s / ENERGY_STEP_S).astype(np.int64).clip(0, len(centres_s) - 1)
    total, moment = (
        np.convolve(np.bincount(window, values, minlength=len(centres_s)), np.ones(2 * AROUND + 1))[AROUND:-AROUND]
        for values in (power.sum(axis=1), power @ hz)
    )
    return np.asarray(np.where(total > 0, moment / np.maximum(total, 1e-12), np.nan))


def energy_curve(clip: Clip) -> tuple[float, ...]:
    """0..1 for every half second, to three decimals."""
    return rounded(energy(clip).curve)


def rounded(curve: Doubles) -> tuple[float, ...]:
    return tuple(round(float(value), 3) for value in curve)


def or_none(values: Doubles, digits: int) -> tuple[float | None, ...]:
    """To so many digits; None for what is not a number."""
    return tuple(round(float(value), digits) if np.isfinite(value) else None for value in values)
