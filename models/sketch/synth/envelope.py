"""Amplitude envelopes without corners that click."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from aural.types import TAKE_RATE_HZ, Floats


def adsr(
    n: int, gate_s: float, attack_s: float, decay_s: float, sustain: float, release_s: float
) -> NDArray[np.float64]:
    """Attack (raised cosine), exponential decay to `sustain`, and a release to zero after `gate_s`. (n,) 0..1."""
    times = np.arange(n) / TAKE_RATE_HZ
    rise = np.clip(times / max(attack_s, 1e-3), 0, 1)
    level = (0.5 - 0.5 * np.cos(np.pi * rise)) * (
        sustain + (1 - sustain) * np.exp(-np.maximum(times - attack_s, 0) / decay_s)
    )
    fall = np.clip((times - gate_s) / release_s, 0, 1)
    return np.asarray(level * (0.5 + 0.5 * np.cos(np.pi * fall)) ** 1.5)


def decay(n: int, time_constant_s: float, attack_s: float = 0.0005) -> NDArray[np.float64]:
    """A struck sound: fast rise, exponential fall, the last 5 ms faded to zero."""
    times = np.arange(n) / TAKE_RATE_HZ
    rise = np.minimum(1, times / attack_s)
    fade = np.minimum(1, (n - np.arange(n)) / (0.005 * TAKE_RATE_HZ))
    return np.asarray(rise * np.exp(-times / time_constant_s) * fade)


def stereo_tremolo(n: int, depth: float, rate_hz: float) -> Floats:
    """Gains (2, n): what leaves one side comes to the other."""
    wave = depth * np.sin(2 * np.pi * rate_hz * np.arange(n) / TAKE_RATE_HZ)
    return np.stack([1 + wave, 1 - wave]).astype(np.float32)
