"""Mel filter banks: librosa's own, to the bit, without importing it (it brings numba: a second for each process)."""

from __future__ import annotations

import numpy as np

from aural.types import Doubles, Floats

HZ_PER_MEL = 200.0 / 3
LOG_FROM_HZ = 1000.0
LOG_FROM_MEL = LOG_FROM_HZ / HZ_PER_MEL
LOG_STEP = np.log(6.4) / 27.0


def mel_bank(rate_hz: int, window: int, count: int, low_hz: float, high_hz: float, *, equal_area: bool) -> Floats:
    """Triangles over the bins of a window's spectrum, (count, 1 + window // 2). Slaney 1998.

    `equal_area`: each divided by half of its width in Hz; else their height is 1.
    """
    edges_hz = mel_edges_hz(count, low_hz, high_hz)
    widths_hz = np.diff(edges_hz)
    ramps = np.subtract.outer(edges_hz, np.fft.rfftfreq(window, 1.0 / rate_hz))
    rising, falling = -ramps[:-2] / widths_hz[:-1, None], ramps[2:] / widths_hz[1:, None]
    bank: Floats = np.maximum(0, np.minimum(rising, falling)).astype(np.float32)
    if equal_area:
        bank *= (2.0 / (edges_hz[2:] - edges_hz[:-2]))[:, None]
    return bank


def mel_edges_hz(count: int, low_hz: float, high_hz: float) -> Doubles:
    """Where `count` triangles begin, peak and end: (count + 2,), in equal steps of Slaney's mel scale, which is linear
    up to 1 kHz and logarithmic above."""
    mels = np.linspace(_mel(low_hz), _mel(high_hz), count + 2)
    return np.where(mels < LOG_FROM_MEL, HZ_PER_MEL * mels, LOG_FROM_HZ * np.exp(LOG_STEP * (mels - LOG_FROM_MEL)))


def _mel(hz: float) -> float:
    if hz < LOG_FROM_HZ:
        return hz / HZ_PER_MEL
    return float(LOG_FROM_MEL + np.log(hz / LOG_FROM_HZ) / LOG_STEP)
