"""Spectra: the one short-time Fourier transform of all that listens, and where its peaks lie between the bins."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.fft import rfft

from aural.types import Floats


def stft(samples: Floats, window: int, hop: int) -> Floats:
    """Magnitudes under a Hann window, centred: (frames, window / 2 + 1). `samples`: (time,)."""
    padded = np.pad(samples, window // 2)
    frames = np.lib.stride_tricks.sliding_window_view(padded, window)[::hop]
    return np.asarray(np.abs(rfft(frames * np.hanning(window + 1)[:-1].astype(np.float32), axis=1)))


def peak_offset(before: Any, here: Any, after: Any) -> NDArray[np.floating]:
    """Where the top of the parabola through three neighbours lies from the middle one, -0.5..0.5; 0 if they are level.

    The middle one must be a peak. Of magnitudes give the logarithms: a Hann window's peak is nearly a parabola there.
    """
    bend = np.minimum(np.asarray(before - 2 * here + after), 0.0)
    return np.asarray(np.clip(0.5 * (before - after) / np.where(bend < -1e-9, bend, -np.inf), -0.5, 0.5))
