"""A wave surface: one band-limited cycle per key frame, read along phase and time.

All harmonic instruments are this oscillator: a plucked string is a surface whose upper harmonics die sooner, a
filter sweep one whose key frames get darker. There is no recursion, so a note is a handful of array operations.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from aural.types import Floats

TABLE = 1024  # samples per cycle: linear interpolation errs under -60 dB for harmonics below TABLE / 40
Phase = NDArray[np.float64]


def build_wavetable(amplitudes: NDArray[np.float64], phases: NDArray[np.float64]) -> Floats:
    """Cycles from harmonics. `amplitudes`: (frames, harmonics); `phases`: (harmonics,) radians, of sines.

    Returns (frames, TABLE + 1), the last sample being the first again.
    """
    frames, harmonics = amplitudes.shape
    assert harmonics < TABLE // 2
    spectrum = np.zeros((frames, TABLE // 2 + 1), np.complex128)
    spectrum[:, 1 : harmonics + 1] = -0.5j * TABLE * amplitudes * np.exp(1j * phases)
    cycles = np.fft.irfft(spectrum, TABLE, axis=1)
    return np.concatenate([cycles, cycles[:, :1]], axis=1).astype(np.float32)


def read_wavetable(surface: Floats, phase: Phase, frame: Floats) -> Floats:
    """Scan the surface. `phase`: (time,) in cycles; `frame`: (time,) position among the key frames. Bilinear."""
    width = surface.shape[1]
    along = (phase % 1.0) * TABLE
    column = along.astype(np.int32)
    across = (along - column).astype(np.float32)
    if surface.shape[0] == 1:
        cycle = surface[0]
        near = cycle[column]
        return np.asarray(near + across * (cycle[column + 1] - near), np.float32)
    row = np.minimum(frame.astype(np.int32), surface.shape[0] - 2)
    down = frame - row
    flat = surface.ravel()
    index = row * width + column
    here = flat[index]
    here = here + across * (flat[index + 1] - here)
    index += width
    below = flat[index]
    below = below + across * (flat[index + 1] - below)
    return np.asarray(here + down * (below - here), np.float32)
