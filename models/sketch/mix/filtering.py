"""Filtering whole mixes piece by piece: little memory, and a tick now and then."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.signal import sosfilt

from aural.types import Floats

PIECE = 1 << 18  # samples
Tick = Callable[[], None]


def filtered(sections: NDArray[np.float64], sound: Floats, tick: Tick) -> Floats:
    """Second-order sections over the last axis of `sound`, (channels, time), exactly as in one piece."""
    out = np.empty_like(sound)
    for channel, source in enumerate(sound):
        state = np.zeros((len(sections), 2))
        for start in range(0, len(source), PIECE):
            piece = source[start : start + PIECE]
            out[channel, start : start + PIECE], state = sosfilt(sections, piece, zi=state)
        tick()
    return out
