"""Mode, key clarity, harmony, roughness and register of a clip at 16 kHz, as named numbers for `descriptors`."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d, uniform_filter1d

from aural.audio.clip import ANALYSIS_RATE_HZ as RATE_HZ
from aural.listening.spectra import peak_offset, stft
from aural.theory.profiles import key_fits
from aural.types import Floats

WINDOW = 4096
HOP = 2048
LOWEST_HZ, HIGHEST_HZ = 55.0, 3_500.0
PARTIALS = 20
TINY = 1e-12

TRIADS = np.array(
    [np.roll(np.isin(np.arange(12), notes), root) for notes in ((0, 4, 7), (0, 3, 7)) for root in range(12)]
).astype(float)
# Circles of fifths, minor thirds and major thirds (Harte et al. 2006), (12, 6).
_ANGLES = np.arange(12)[:, None] * np.array([7 / 6, 3 / 2, 2 / 3]) * np.pi
TONNETZ = np.concatenate((np.sin(_ANGLES), np.cos(_ANGLES)), axis=1) * np.tile([1.0, 1.0, 0.5], 2)

Array = NDArray[np.floating]
Row = dict[str, float]


def tonal(samples: Floats) -> Row:
    """Every `tonal.` descriptor. Frames without a partial count for nothing; without any, the row is flat."""
    magnitude = stft(samples, WINDOW, HOP)
    hz, strength, peak_share = partials(magnitude)
    heard = strength[:, 0] > 0
    if not heard.any():
        hz, strength = np.full((1, PARTIALS), 440.0), np.ones((1, PARTIALS))
    else:
        hz, strength = hz[heard], strength[heard]
    chroma = chroma_of(hz, strength)
    height = 12 * np.log2(hz / LOWEST_HZ)
    weight = strength / strength.sum(axis=1, keepdims=True)
    mean_height = (weight * height).sum(axis=1)
    spread = np.sqrt(np.maximum((weight * height**2).sum(axis=1) - mean_height**2, 0))
    return {
        **mode_descriptors(chroma.mean(axis=0)),
        "tonal.minor_chord_share": minor_chord_share(chroma),
        "tonal.chroma_entropy_bits": entropy_bits(chroma.mean(axis=0)),
        "tonal.harmonic_change": harmonic_change(chroma),
        "tonal.roughness": roughness(hz, strength),
        "tonal.peak_share": peak_share,
        "tonal.register_semitones": float(mean_height.mean()),
        "tonal.register_spread_semitones": float(spread.mean()),
    }


def partials(magnitude: Array) -> tuple[Array, Array, float]:
    """The strongest spectral peaks: Hz and magnitude, both (frames, PARTIALS), strongest first, and their power share.

    Frequency by a parabola through the log magnitudes. What is 60 dB under the clip's maximum is no peak.
    """
    low, high = (round(edge * WINDOW / RATE_HZ) for edge in (LOWEST_HZ, HIGHEST_HZ))
    here, before, after = magnitude[:, low:high], magnitude[:, low - 1 : high - 1], magnitude[:, low + 1 : high + 1]
    is_peak = (here > before) & (here >= after) & (here > magnitude.max() * 1e-3)
    strength = np.where(is_peak, here, 0.0)
    order = np.argpartition(-strength, PARTIALS, axis=1)[:, :PARTIALS]
    order = np.take_along_axis(order, np.argsort(-np.take_along_axis(strength, order, 1), axis=1, kind="stable"), 1)
    shift = peak_offset(*(np.log(np.take_along_axis(part, order, 1) + TINY) for part in (before, here, after)))
    # A peak of noise rarely stands 10 dB over its surroundings; a Hann peak's power lies in its three middle bins.
    power = here**2
    stands_out = is_peak & (here > 3.2 * uniform_filter1d(here, 41, axis=1))
    peak_power = np.where(stands_out, before**2 + power + after**2, 0.0).sum()
    share = float(min(peak_power / (power.sum() + TINY), 1.0))
    return (low + order + shift) * RATE_HZ / WINDOW, np.take_along_axis(strength, order, 1), share


def chroma_of(hz: Array, strength: Array) -> Array:
    """(frames, 12), each frame of unit sum: square root of magnitude, shared between the two nearest pitch classes."""
    pitch = 12 * np.log2(hz / 440.0) + 69
    lower = np.floor(pitch).astype(int)
    part = pitch - lower
    weight = np.sqrt(strength)
    chroma = np.zeros((len(hz), 12))
    frame = np.arange(len(hz))[:, None]
    np.add.at(chroma, (frame, lower % 12), weight * np.cos(np.pi / 2 * part) ** 2)
    np.add.at(chroma, (frame, (lower + 1) % 12), weight * np.sin(np.pi / 2 * part) ** 2)
    return np.asarray(chroma / (chroma.sum(axis=1, keepdims=True) + TINY))


def mode_descriptors(chroma: Array) -> Row:
    """Mode and clarity from the mean chroma, (12,)."""
    if chroma.std() < 1e-9:
        return {"tonal.mode_strength": 0.0, "tonal.third_balance": 0.0, "tonal.key_clarity": 0.0}
    fit = key_fits(chroma)
    tonic = int(fit.argmax()) % 12
    major, minor = chroma[(tonic + 4) % 12], chroma[(tonic + 3) % 12]
    return {
        "tonal.mode_strength": float(fit[:12].max() - fit[12:].max()),
        "tonal.third_balance": float((major - minor) / (major + minor + TINY)),
        "tonal.key_clarity": float(fit.max() - fit.mean()),
    }


def minor_chord_share(chroma: Array) -> float:
    """Over half-second means, the share whose best triad is minor."""
    smooth = gaussian_filter1d(chroma, 1.5, axis=0, mode="nearest")
    return float(((smooth @ TRIADS.T).argmax(axis=1) >= 12).mean())


def entropy_bits(distribution: Array) -> float:
    share = distribution / (distribution.sum() + TINY)
    return float(-(share * np.log2(share + TINY)).sum())


def harmonic_change(chroma: Array) -> float:
    centroid = gaussian_filter1d(chroma, 1.5, axis=0, mode="nearest") @ TONNETZ
    return float(np.linalg.norm(centroid[2:] - centroid[:-2], axis=1).mean()) if len(centroid) > 2 else 0.0


def roughness(hz: Array, strength: Array) -> float:
    """Sethares' curve over all pairs of partials, weighted by the product of magnitudes; mean over frames."""
    i, j = np.triu_indices(PARTIALS, 1)
    low, high = np.minimum(hz[:, i], hz[:, j]), np.maximum(hz[:, i], hz[:, j])
    distance = 0.24 / (0.021 * low + 19) * (high - low)
    weight = strength[:, i] * strength[:, j]
    curve = np.exp(-3.5 * distance) - np.exp(-5.75 * distance)
    return float(((curve * weight).sum(axis=1) / ((strength**2).sum(axis=1) + TINY)).mean())
