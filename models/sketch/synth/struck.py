"""Bars and bells: a few decaying partials that need not be harmonic."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from aural.types import TAKE_RATE_HZ, Floats
from models.sketch.synth.envelope import adsr
from models.sketch.synth.noise import band_noise
from models.sketch.synth.tone import TOP_HZ, midi_to_hz


@dataclass(frozen=True)
class Struck:
    """`partials`: (frequency ratio, level, decay time constant in s at A3). `release_s`: damping after the gate."""

    partials: tuple[tuple[float, float, float], ...]
    release_s: float = 0.6
    knock: float = 0.1
    knock_hz: tuple[float, float] = (800.0, 5000.0)


def strike(struck: Struck, midi: int, gate_s: float, velocity: float, brightness: float, seed: int) -> Floats:
    """Render a note. Returns (1, time) at 32 kHz."""
    pitch_hz = midi_to_hz(midi)
    slow = (220 / pitch_hz) ** 0.5
    longest_s = max(decay_s for _, _, decay_s in struck.partials) * slow
    length_s = min(gate_s + struck.release_s, 6 * longest_s)
    n = max(64, round(length_s * TAKE_RATE_HZ))
    times = np.arange(n) / TAKE_RATE_HZ
    sound = np.zeros(n)
    hardness = 2 ** (1.5 * (velocity - 0.7) + 0.8 * brightness)
    for place, (ratio, level, decay_s) in enumerate(struck.partials):
        if ratio * pitch_hz < TOP_HZ:
            loud = level * (hardness if place else 1.0)
            sound += loud * np.sin(2 * np.pi * pitch_hz * ratio * times) * np.exp(-times / (decay_s * slow))
    sound *= 0.28 * velocity**1.4 * adsr(n, length_s - struck.release_s, 0.0015, 1.0, 1.0, struck.release_s)
    if struck.knock:
        burst = min(n, 640)
        noise = band_noise(burst, *struck.knock_hz, np.random.default_rng(seed))
        sound[:burst] += 0.25 * struck.knock * velocity**1.6 * noise * np.hanning(2 * burst)[burst:] ** 3
    return np.asarray(sound[None], np.float32)
