"""K-weighted power of the mix in blocks that do not overlap: what its level is ridden by. (The meter of a whole is
`aural.audio.loudness`.)"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.signal import sosfilt

from aural.audio.loudness import k_weighting
from aural.types import Floats
from models.sketch.mix.filtering import is_mono

Powers = NDArray[np.float64]
Edges = NDArray[np.int64]
OFFSET_LU = -0.691
FLOOR = 1e-12


def block_powers(samples: Floats, rate_hz: int, block_s: float) -> Powers:
    """K-weighted mean square per block, channels summed. `samples`: (channels, time). The last block may be short."""
    return powers_between(samples, rate_hz, edges(samples.shape[1], round(block_s * rate_hz)))


def edges(samples: int, size: int) -> Edges:
    """Where blocks of `size` samples begin and end: (blocks + 1,)."""
    return np.append(np.arange(-(-samples // size)) * size, samples)


def powers_between(samples: Floats, rate_hz: int, edges: Edges) -> Powers:
    """The same of blocks that begin and end at `edges`, (blocks + 1,); what lies before them is their past."""
    total = np.zeros(len(edges) - 1)
    alike = is_mono(samples)
    for channel in samples[:1] if alike else samples:
        weighted = sosfilt(k_weighting(rate_hz), channel[: edges[-1]])
        total += np.add.reduceat(np.square(weighted, dtype=np.float64), edges[:-1]) / np.diff(edges)
    return 2 * total if alike else total


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
