"""Rhythm, dynamics, spectral shape and timbre of a clip at 16 kHz, each as named numbers for `descriptors`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.fft import dct, irfft, next_fast_len, rfft
from scipy.ndimage import gaussian_filter1d, median_filter, uniform_filter1d
from scipy.signal import sosfilt

from aural.audio.clip import ANALYSIS_RATE_HZ as RATE_HZ
from aural.listening import mel
from aural.listening.spectra import stft
from aural.types import Floats
from aural.wording.descriptors import BAND_EDGES_HZ

WINDOW = 1024
HOP = 256
FRAMES_PER_S = RATE_HZ / HOP
N_MELS = 40
SOUNDING_DB = 50.0  # below the loudest frame: quieter ones are pauses and tails
# Power under the loudest band of a clip, or bin of a frame, that counts as nothing: what lies lower, a lossy codec
# drops and a clean file keeps (4 to 8 kHz contrast of the same piano, Vorbis against none: 22 dB apart without it).
FLOOR = 1e-6
TINY = 1e-12

Array = NDArray[np.floating]
Row = dict[str, float]


@dataclass(frozen=True, eq=False)
class Spectra:
    """`magnitude`: (frames, bins); `mel_db`: (frames, N_MELS); `level_db`: (frames,); `sounding`: (frames,) bool."""

    magnitude: Floats
    mel_db: Floats
    level_db: Floats
    sounding: NDArray[np.bool_]


def spectra(samples: Floats) -> Spectra:
    """Hann frames of 64 ms every 16 ms, centred."""
    magnitude = stft(samples, WINDOW, HOP).astype(np.float32)
    level_db = decibels(magnitude.astype(np.float64) ** 2 @ np.ones(magnitude.shape[1]) / WINDOW)
    bands = (magnitude**2) @ mel_bank().T
    mel_db = decibels(np.maximum(bands, bands.max() * FLOOR))
    return Spectra(magnitude, mel_db, level_db, level_db > level_db.max() - SOUNDING_DB)


@cache
def mel_bank() -> Floats:
    return mel.mel_bank(RATE_HZ, WINDOW, N_MELS, 30.0, 7_900.0, equal_area=True)


def sounding_lufs(samples: Floats, weighting: Array) -> float:
    """K-weighted loudness over the .1 s blocks within 30 dB of the loudest; -inf for digital silence."""
    power = sosfilt(weighting, samples.astype(np.float64)) ** 2
    block = RATE_HZ // 10
    blocks = power[: len(power) // block * block].reshape(-1, block).mean(axis=1) if len(power) >= block else power
    loud = blocks[blocks >= blocks.max() / 1000]
    mean = loud.mean()
    return float(-0.691 + 10 * np.log10(mean)) if mean > 0 else -np.inf


def rhythm(view: Spectra, bpm: float | None) -> Row:
    rise_db = np.maximum(np.diff(view.mel_db, axis=0, prepend=view.mel_db[:1]), 0).mean(axis=1)
    flux = np.maximum(rise_db - uniform_filter1d(rise_db, round(FRAMES_PER_S), mode="nearest"), 0)
    height = flux / (flux.std() + TINY)
    peaks = np.flatnonzero((height[1:-1] > height[:-2]) & (height[1:-1] >= height[2:]) & (height[1:-1] > 0.8)) + 1
    interval_s = np.diff(peaks) / FRAMES_PER_S
    known = len(interval_s) > 1
    harmonic, percussive = median_filter(view.mel_db, size=(17, 1)), median_filter(view.mel_db, size=(1, 9))
    power = 10 ** (view.mel_db.astype(np.float64) / 10)
    return {
        "rhythm.tempo_octaves": float(np.log2(bpm / 120)) if bpm else 0.0,
        "rhythm.onset_rate_per_s": len(peaks) / (len(flux) / FRAMES_PER_S),
        "rhythm.onset_strength_db": float(rise_db.mean()),
        "rhythm.onset_variation": variation(flux),
        "rhythm.interval_octaves": float(np.log2(np.median(interval_s) / 0.5)) if known else 0.0,
        "rhythm.interval_variation": variation(interval_s) if known else 0.0,
        "rhythm.pulse_clarity": pulse_clarity(flux),
        "rhythm.percussive_share": float(power[percussive > harmonic].sum() / power.sum()),
        **modulation(view.level_db),
    }


def pulse_clarity(flux: Array) -> float:
    """Highest normalised autocorrelation at 40 to 240 per minute; 0 where the clip is shorter than two such periods."""
    centred = flux - flux.mean()
    spectrum = np.abs(rfft(centred, next_fast_len(2 * len(flux)))) ** 2
    correlation = irfft(spectrum)[: len(flux)]
    shortest, longest = round(FRAMES_PER_S * 60 / 240), round(FRAMES_PER_S * 60 / 40)
    longest = min(longest, len(flux) // 2)
    if correlation[0] <= TINY or longest <= shortest:
        return 0.0
    overlap = 1 - np.arange(len(flux)) / len(flux)
    return float((correlation / correlation[0] / overlap)[shortest : longest + 1].max())


def modulation(level_db: Array) -> Row:
    """Where the level fluctuates: shares of five octaves of modulation frequency."""
    level = np.maximum(level_db, level_db.max() - SOUNDING_DB)
    power = np.abs(rfft((level - level.mean()) * np.hanning(len(level)))) ** 2
    hz = np.fft.rfftfreq(len(level), 1 / FRAMES_PER_S)
    total = power[(hz >= 0.25) & (hz < 12)].sum() + TINY
    names = ("0_5", "1", "2", "4", "8")
    edges = ((0.25, 0.75), (0.75, 1.5), (1.5, 3), (3, 6), (6, 12))
    return {
        f"rhythm.modulation_{name}_hz": float(power[(hz >= low) & (hz < high)].sum() / total)
        for name, (low, high) in zip(names, edges, strict=True)
    }


def dynamics(view: Spectra, samples: Floats) -> Row:
    level = np.maximum(view.level_db, view.level_db.max() - SOUNDING_DB)
    window = min(round(0.4 * FRAMES_PER_S), len(level))
    smooth = decibels(uniform_filter1d(10 ** (level / 10), window, mode="nearest"))
    step = round(0.064 * FRAMES_PER_S)
    smoothed = gaussian_filter1d(level, 1.5)
    change = smoothed[step:] - smoothed[:-step] if len(level) > step else np.zeros(1)
    position = np.linspace(-0.5, 0.5, len(level))
    slope = float((position @ (level - level.mean())) / (position @ position + TINY))
    return {
        "dynamics.crest_db": float(decibels(float(np.abs(samples).max()) ** 2) - decibels(float(np.mean(samples**2)))),
        "dynamics.range_lu": float(np.percentile(smooth, 95) - np.percentile(smooth, 10)),
        "dynamics.deviation_db": float(level[view.sounding].std()),
        "dynamics.attack_db": float(np.percentile(change, 95)),
        "dynamics.decay_db": float(np.percentile(change, 5)),
        "dynamics.slope_db": slope,
        "dynamics.sounding_share": float(view.sounding.mean()),
    }


def spectral(view: Spectra, samples: Floats) -> Row:
    magnitude = view.magnitude[view.sounding] + TINY
    power = np.maximum(magnitude**2, FLOOR * magnitude.max(axis=1, keepdims=True) ** 2)
    hz = np.fft.rfftfreq(WINDOW, 1 / RATE_HZ).astype(np.float32)
    shape = magnitude / magnitude.sum(axis=1, keepdims=True)
    centroid = shape @ hz
    spread = np.sqrt(np.maximum(shape @ hz**2 - centroid**2, 1.0))
    flatness_db = decibels(np.exp(np.log(power).mean(axis=1))) - decibels(power.mean(axis=1))
    flux = np.sqrt((np.diff(shape, axis=0) ** 2).sum(axis=1)) if len(shape) > 1 else np.zeros(1)
    crossings_per_s = np.count_nonzero(np.diff(np.signbit(samples))) / len(samples) * RATE_HZ
    return {
        "spectral.centroid_octaves": octaves_over_1khz(centroid),
        "spectral.centroid_deviation_octaves": float(np.log2(centroid + 1).std()),
        "spectral.bandwidth_octaves": octaves_over_1khz(spread),
        "spectral.rolloff15_octaves": octaves_over_1khz(rolloff_hz(power, hz, 0.15)),
        "spectral.rolloff85_octaves": octaves_over_1khz(rolloff_hz(power, hz, 0.85)),
        "spectral.flatness_db": float(flatness_db.mean()),
        "spectral.flatness_deviation_db": float(flatness_db.std()),
        "spectral.flux": float(flux.mean()),
        "spectral.flux_deviation": float(flux.std()),
        "spectral.zero_crossing_octaves": float(np.log2((crossings_per_s + 1) / 1000)),
        **band_contrast_and_share(power, hz),
    }


def band_contrast_and_share(power: Array, hz: Array) -> Row:
    """Contrast and share of each band of `BAND_EDGES_HZ`, means over frames."""
    contrast, share = {}, {}
    total = power.sum(axis=1)
    for low, high in pairwise(BAND_EDGES_HZ):
        band = np.sort(power[:, (hz >= low) & (hz < high)], axis=1)
        tenth = max(1, band.shape[1] // 10)
        ratio_db = decibels(band[:, -tenth:].mean(axis=1)) - decibels(band[:, :tenth].mean(axis=1))
        contrast[f"spectral.contrast_{low}_hz_db"] = float(ratio_db.mean())
        share[f"spectral.share_{low}_hz_db"] = float(decibels(np.mean(band.sum(axis=1) / total) + 1e-6))
    return contrast | share


def timbre(view: Spectra) -> Row:
    coefficients = dct(view.mel_db[view.sounding], axis=1, norm="ortho")[:, :13]
    means = {f"timbre.mfcc{i}_mean_db": float(value) for i, value in enumerate(coefficients.mean(axis=0))}
    return means | {f"timbre.mfcc{i}_deviation_db": float(value) for i, value in enumerate(coefficients.std(axis=0))}


def rolloff_hz(power: Array, hz: Array, share: float) -> Array:
    """(frames,) frequency under which `share` of a frame's power lies."""
    reached = np.cumsum(power, axis=1) >= share * power.sum(axis=1, keepdims=True)
    return np.asarray(hz[reached.argmax(axis=1)])


def octaves_over_1khz(hz: Array) -> float:
    """log2 over 1 kHz of the mean frequency."""
    return float(np.log2((np.mean(hz) + 1) / 1000))


def decibels(power: Array | float) -> Array:
    return np.asarray(10 * np.log10(np.maximum(power, TINY)))


def variation(values: Array) -> float:
    """Deviation over mean."""
    return float(values.std() / (values.mean() + TINY)) if values.mean() > TINY else 0.0
