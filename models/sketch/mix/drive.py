"""Driven sound: an amplifier with its cabinet, a bus that is pushed. At twice the rate, so that little folds back."""

from __future__ import annotations

import numpy as np
from scipy.signal import resample_poly

from aural.types import Floats
from models.sketch.mix.filtering import Tick, butterworth, filtered

BIAS = 0.12  # of the amplifier: even harmonics
CABINET_HZ = (85, 4300)


def distorted(stem: Floats, drive: float, tick: Tick) -> Floats:
    """A driven amplifier and its cabinet. (channels, time) to (2, time), mono in effect."""
    mono = stem.mean(axis=0, keepdims=True)
    level = np.float32(np.sqrt(np.mean(mono[mono != 0] ** 2)) + 1e-9 if np.any(mono) else 1.0)
    tight = filtered(butterworth(1, 110, "highpass"), mono / level, tick)
    clipped = _clipped(tight, 0.5 * drive, BIAS, tick)
    speaker = level * filtered(butterworth(2, CABINET_HZ, "bandpass"), clipped, tick)
    return np.repeat(speaker, 2, axis=0)


def saturated(bus: Floats, amount: float, tick: Tick) -> Floats:
    """A bus pushed to `amount` times its own level into soft clipping, at that level again. (channels, time)."""
    level = np.float32(np.sqrt(np.mean(bus**2)) + 1e-9)
    return level * _clipped(bus / level, amount, 0.0, tick)


def _clipped(sound: Floats, gain: float, bias: float, tick: Tick) -> Floats:
    up = resample_poly(sound, 2, 1, axis=1)
    tick()
    clipped = np.tanh(np.float32(gain) * up + np.float32(bias)) - np.float32(np.tanh(bias))
    tick()
    down = np.asarray(resample_poly(clipped, 1, 2, axis=1)[:, : sound.shape[1]], np.float32)
    tick()
    return down
