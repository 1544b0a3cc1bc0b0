"""Mel filters as librosa makes them, bit for bit (Slaney's scale). Importing librosa brings numba: a second and
100 MB in each process that listens."""

from __future__ import annotations

import numpy as np

from aural.types import Doubles, Floats

HZ_PER_MEL = 200 / 3  # below LOG_FROM_HZ
LOG_FROM_HZ = 1_000.0
LOG_FROM_MEL = LOG_FROM_HZ / HZ_PER_MEL
LOG_STEP = np.log(6.4) / 27  # natural logarithm per mel, above


def mel_frequencies(n: int, lowest_hz: float, highest_hz: float) -> Doubles:
    """`n` of them, as far apart in mel, both ends included."""
    mels = np.linspace(_mel_of(lowest_hz), _mel_of(highest_hz), n)
    hz = HZ_PER_MEL * mels
    high = mels >= LOG_FROM_MEL
    hz[high] = LOG_FROM_HZ * np.exp(LOG_STEP * (mels[high] - LOG_FROM_MEL))
    return hz


def mel_filters(
    n: int, *, rate_hz: int, window: int, lowest_hz: float, highest_hz: float, equal_area: bool = True
) -> Floats:
    """Triangles over a spectrum's bins, (n, window / 2 + 1): of one area, or else of height 1."""
    edges_hz = mel_frequencies(n + 2, lowest_hz, highest_hz)
    ramps = np.subtract.outer(edges_hz, np.fft.rfftfreq(window, 1 / rate_hz))
    widths = np.diff(edges_hz)[:, np.newaxis]
    filters: Floats = np.maximum(0, np.minimum(-ramps[:-2] / widths[:-1], ramps[2:] / widths[1:])).astype(np.float32)
    if equal_area:
        filters *= (2 / (edges_hz[2:] - edges_hz[:-2]))[:, np.newaxis]
    return filters


def _mel_of(hz: float) -> float:
    return hz / HZ_PER_MEL if hz < LOG_FROM_HZ else float(LOG_FROM_MEL + np.log(hz / LOG_FROM_HZ) / LOG_STEP)
