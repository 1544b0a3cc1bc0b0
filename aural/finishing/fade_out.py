"""The end of a file."""

from __future__ import annotations

import numpy as np

from aural.types import TAKE_RATE_HZ, Floats

END_FADE_S = 0.01


def fade_out(sound: Floats) -> Floats:
    """The last ten milliseconds fade, (channels, time): played to its end, a file does not click."""
    size = min(round(END_FADE_S * TAKE_RATE_HZ), sound.shape[1])
    fade = np.cos(np.linspace(0, np.pi / 2, size, dtype=np.float32)) ** 2
    return np.concatenate([sound[:, : sound.shape[1] - size], sound[:, sound.shape[1] - size :] * fade], axis=1)
