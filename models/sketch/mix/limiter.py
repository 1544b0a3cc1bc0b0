"""A look-ahead peak limiter: no sample leaves it above the ceiling."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import minimum_filter1d, uniform_filter1d

from aural.types import Floats
from models.sketch.mix.filtering import Tick

CEILING_DBFS = -1.2  # the contract's -1 dBFS, less what oversampling finds between samples
WINDOW_S = 0.004
RELEASE_S = 0.06


def limiter_gain(samples: Floats, rate_hz: int, tick: Tick) -> Floats | None:
    """(time,) the gain that turns down around peaks, None where there are none. `samples`: (2, time).

    It is a smoothed minimum, so it never overshoots.
    """
    ceiling = 10 ** (CEILING_DBFS / 20)
    peaks = np.max(np.abs(samples), axis=0)
    if peaks.max() <= ceiling:
        return None
    gain = np.minimum(1.0, ceiling / np.maximum(peaks, 1e-9)).astype(np.float32)
    width = 2 * round(WINDOW_S * rate_hz / 2) + 1
    slow = 2 * round(RELEASE_S * rate_hz / 2) + 1
    # Two moving averages see at most `width` samples around: a minimum over as many bounds their result.
    held = minimum_filter1d(gain, 2 * width)
    tight = uniform_filter1d(uniform_filter1d(held, width), width)
    tick()
    # A slower copy, never above the fast one's floor, keeps low notes from being modulated.
    lazy = uniform_filter1d(minimum_filter1d(held, slow), slow)
    tick()
    return np.asarray(np.minimum(tight, 0.5 * lazy + 0.5 * tight), np.float32)
