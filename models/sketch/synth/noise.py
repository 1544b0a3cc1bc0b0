"""Noise in a band."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from scipy.signal import butter, sosfilt

from aural.types import TAKE_RATE_HZ, Floats


@lru_cache(maxsize=256)
def _sections(low_hz: float, high_hz: float) -> Any:
    top = 0.49 * TAKE_RATE_HZ
    if high_hz >= top:
        return butter(2, low_hz, "highpass", fs=TAKE_RATE_HZ, output="sos")
    return butter(2, (low_hz, high_hz), "bandpass", fs=TAKE_RATE_HZ, output="sos")


def band_noise(n: int, low_hz: float, high_hz: float, rng: np.random.Generator) -> Floats:
    """White noise between two frequencies, RMS about 1."""
    sound = sosfilt(_sections(low_hz, high_hz), rng.standard_normal(n))
    share = (min(high_hz, 0.5 * TAKE_RATE_HZ) - low_hz) / (0.5 * TAKE_RATE_HZ)
    return np.asarray(sound / share**0.5, np.float32)
