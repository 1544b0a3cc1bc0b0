"""Loudness by ITU-R BS.1770-4: the one meter of what is heard in clips and of what is done to takes."""

from __future__ import annotations

import math

import numpy as np
from scipy.signal import sosfilt

from aural.types import Doubles, Floats

BLOCK_S, INTEGRATED_GATE_LU = 0.4, -10.0
ABSOLUTE_GATE_LUFS = -70.0

# BS.1770-4 gives both filters as coefficients at 48 kHz; these analogue parameters yield the same digits
# through the bilinear transform, and so hold at every rate.
SHELF_HZ, SHELF_GAIN_DB, SHELF_Q, SHELF_BEND = (
    1681.974450955533,
    3.999843853973347,
    0.7071752369554196,
    0.4996667741545416,
)
HIGH_PASS_HZ, HIGH_PASS_Q = 38.13547087602444, 0.5003270373238773


def integrated_lufs(samples: Floats, rate_hz: int) -> float | None:
    """Gated loudness of all channels, (channels, time); None where nothing passes the gates, or for under 0.4 s."""
    return integrated_lufs_from_power(weighted_power(samples, rate_hz), rate_hz)


def integrated_lufs_from_power(power: Doubles, rate_hz: int) -> float | None:
    """The same of `weighted_power`."""
    loud = gate_block_lufs(block_lufs(power, rate_hz, BLOCK_S, BLOCK_S / 4), INTEGRATED_GATE_LU)
    return mean_lufs(loud) if len(loud) else None


def weighted_power(samples: Floats, rate_hz: int) -> Doubles:
    """(time,) the squares of the K-weighted samples, summed over the channels: (channels, time)."""
    weighted = sosfilt(k_weighting(rate_hz), samples.astype(np.float64), axis=1)
    return np.asarray(np.square(weighted).sum(axis=0))


def block_lufs(power: Doubles, rate_hz: int, length_s: float, step_s: float) -> Doubles:
    """Loudness of overlapping blocks, (blocks,) in LUFS; none where the clip is shorter than one."""
    length, step = round(length_s * rate_hz), round(step_s * rate_hz)
    sums = np.concatenate([[0.0], np.cumsum(power)])
    starts = np.arange(0, len(power) - length + 1, step)
    return power_to_lufs((sums[starts + length] - sums[starts]) / length)


def gate_block_lufs(lufs: Doubles, relative_lu: float) -> Doubles:
    """Those over -70 LUFS and no more than `relative_lu` under the mean of these."""
    loud = lufs[lufs >= ABSOLUTE_GATE_LUFS]
    return loud[loud >= mean_lufs(loud) + relative_lu] if len(loud) else loud


def mean_lufs(lufs: Doubles) -> float:
    """Of the power, not of the logarithms."""
    return float(10 * np.log10(np.mean(10 ** (lufs / 10))))


def power_to_lufs(power: Doubles) -> Doubles:
    with np.errstate(divide="ignore"):
        return np.asarray(-0.691 + 10 * np.log10(np.maximum(power, 0)))


def k_weighting(rate_hz: int) -> Doubles:
    """BS.1770's filters for any rate, as second-order sections (2, 6): the head's shelf, then the high pass."""
    k = math.tan(math.pi * SHELF_HZ / rate_hz)
    high = 10 ** (SHELF_GAIN_DB / 20)
    band = high**SHELF_BEND
    shelf = np.array([
        [high + band * k / SHELF_Q + k * k, 2 * (k * k - high), high - band * k / SHELF_Q + k * k],
        [1 + k / SHELF_Q + k * k, 2 * (k * k - 1), 1 - k / SHELF_Q + k * k],
    ])  # fmt: skip
    k = math.tan(math.pi * HIGH_PASS_HZ / rate_hz)
    poles = np.array([1 + k / HIGH_PASS_Q + k * k, 2 * (k * k - 1), 1 - k / HIGH_PASS_Q + k * k])
    return np.array([(shelf / shelf[1, 0]).ravel(), [1.0, -2.0, 1.0, *(poles / poles[0])]])
