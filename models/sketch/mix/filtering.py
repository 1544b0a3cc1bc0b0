"""Filtering whole mixes piece by piece: little memory, and a tick now and then."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, sosfilt

from aural.types import TAKE_RATE_HZ, Floats

PIECE = 1 << 18  # samples
Tick = Callable[[], None]


@lru_cache(maxsize=256)
def butterworth(order: int, hz: float | tuple[float, float], kind: str = "lowpass") -> NDArray[np.float64]:
    """Second-order sections at the rate of takes; to be read only, others have them too. Designing one takes as long as
    it does to filter a third of a second."""
    return np.asarray(butter(order, hz, kind, fs=TAKE_RATE_HZ, output="sos"))


def is_mono(sound: Floats) -> bool:
    """Whether both sides are the same to the bit, as those of a player in the middle: then one is worked on."""
    return len(sound) == 2 and np.array_equal(sound[0], sound[1]) and sound[0].tobytes() == sound[1].tobytes()


def filtered(sections: NDArray[np.float64], sound: Floats, tick: Tick) -> Floats:
    """Second-order sections over the last axis of `sound`, (channels, time), exactly as in one piece."""
    out = np.empty_like(sound)
    if is_mono(sound):
        out[:] = filtered(sections, sound[:1], tick)
        tick()
        return out
    for channel, source in enumerate(sound):
        state = np.zeros((len(sections), 2))
        for start in range(0, len(source), PIECE):
            piece = source[start : start + PIECE]
            out[channel, start : start + PIECE], state = sosfilt(sections, piece, zi=state)
        tick()
    return out
