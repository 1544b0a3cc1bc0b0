"""The synthesised signal on which the port is compared with the original in a test."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def reference_signal() -> NDArray[np.float32]:
    """7 s at 16 kHz with chords, a pulse and noise: something for timbral and temporal filters alike."""
    t = np.arange(7 * 16_000) / 16_000
    chords = ((220.0, 277.18, 329.63), (146.83, 220.0, 293.66), (164.81, 207.65, 246.94))
    tone = np.zeros_like(t)
    for i, chord in enumerate(chords):
        sounding = np.floor(t) % len(chords) == i
        for hz in chord:
            for harmonic in range(1, 9):
                tone += sounding * np.sin(2 * np.pi * hz * harmonic * t) / harmonic**1.5
    pulse = np.random.default_rng(0).standard_normal(len(t)) * np.exp(-(t % 0.5) / 0.03)
    return (0.08 * tone + 0.3 * pulse).astype(np.float32)
