"""Loudness by ITU-R BS.1770-4: K-weighted power in short blocks."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.signal import sosfilt

from aural.listening.loudness import k_weighting
from aural.wire import Floats

Powers = NDArray[np.float64]
OFFSET_LU = -0.691
FLOOR = 1e-12


def block_powers(samples: Floats, rate_hz: int, block_s: float) -> Powers:
    """K-weighted mean square per block, channels summed. `samples`: (channels, time). The last block may be short."""
    size = round(block_s * rate_hz)
    n_blocks = -(-samples.shape[1] // size)
    total = np.zeros(n_blocks)
    starts = np.arange(n_blocks) * size
    counts = np.diff(np.append(starts, samples.shape[1]))
    for channel in samples:
        weighted = sosfilt(k_weighting(rate_hz), channel)
        total += np.add.reduceat(np.square(weighted, dtype=np.float64), starts) / counts
    return total


def lufs(power: Powers | float) -> Powers:
    """Loudness of a K-weighted mean square."""
    return OFFSET_LU + 10 * np.log10(np.maximum(power, FLOOR))


def gated_lufs(powers: Powers, gate_lu: float = -10.0) -> float:
    """Loudness over the blocks that sound: those above -70 LUFS, then those within `gate_lu` of their mean."""
    sounding = powers[lufs(powers) > -70.0]
    if not len(sounding):
        return -70.0
    kept = sounding[lufs(sounding) > lufs(sounding.mean()) + gate_lu]
    return float(lufs(kept.mean()))
