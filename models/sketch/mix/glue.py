"""Bus compression: what stands out of the music for a moment is held back, as on records."""

from __future__ import annotations

from typing import Literal

import numpy as np
from scipy.ndimage import uniform_filter1d

from aural.types import TAKE_RATE_HZ, Floats
from models.sketch.mix.filtering import Tick
from models.sketch.render_window import RenderWindow

FAST_S, SLOW_S = 0.008, 0.6
OVER_DB = 2.0  # over the music around it: from there on
MOST_DB = 9.0


def glue_gain(mix: Floats, amount: float, span: RenderWindow, tick: Tick) -> Floats:
    """(time,) the gain that holds peaks of the level back. `mix`: (2, time) over `span`; `amount`: 0..1, of what stands
    out. On a loop it comes round as the music does."""
    power = np.square(mix[:, span.metering_slice]).mean(axis=0)
    fast = _averaged(_averaged(power, FAST_S, span), FAST_S, span)
    tick()
    slow = _averaged(_averaged(power, SLOW_S, span), SLOW_S, span)
    tick()
    over_db = 10 * np.log10((fast + 1e-9) / (slow + 1e-9)) - OVER_DB
    held_db = amount * np.clip(over_db, 0.0, MOST_DB)
    gain: Floats = span.unrolled(np.asarray(10 ** (-held_db / 20), np.float32)[None])[0]
    return gain


def _averaged(power: Floats, seconds: float, span: RenderWindow) -> Floats:
    mode: Literal["wrap", "nearest"] = "wrap" if span.loops else "nearest"
    averaged: Floats = uniform_filter1d(power, 2 * round(seconds * TAKE_RATE_HZ / 2) + 1, mode=mode)
    return averaged
