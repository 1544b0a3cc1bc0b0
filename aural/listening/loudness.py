"""Loudness of a clip: by the half second, of the whole, and how far it ranges (EBU Tech 3341, 3342)."""

from __future__ import annotations

import numpy as np

from aural.audio.clip import Clip
from aural.audio.loudness import block_lufs, gate_block_lufs, integrated_lufs_from_power, power_to_lufs, weighted_power
from aural.types import ENERGY_STEP_S, Doubles, Loudness

SHORTEST_WINDOW_S = ENERGY_STEP_S / 2
RANGE_BLOCK_S, RANGE_STEP_S, RANGE_GATE_LU = 3.0, 0.1, -20.0


def measure_loudness(clip: Clip) -> Loudness:
    """Of the mono mix, at the clip's own rate: cymbals lie over what 16 kHz can hold. The two numbers to one decimal;
    a clip shorter than their windows has none."""
    power = weighted_power(clip.samples[None], clip.rate_hz)
    integrated = integrated_lufs_from_power(power, clip.rate_hz)
    spread = gate_block_lufs(block_lufs(power, clip.rate_hz, RANGE_BLOCK_S, RANGE_STEP_S), RANGE_GATE_LU)
    low_high = np.percentile(spread, (10, 95)) if len(spread) else None
    return Loudness(
        lufs=windowed_lufs(power, clip.rate_hz),
        integrated_lufs=None if integrated is None else round(integrated, 1),
        range_lu=None if low_high is None else round(float(low_high[1] - low_high[0]), 1),
    )


def windowed_lufs(power: Doubles, rate_hz: int) -> Doubles:
    """Per half second, (windows,) in LUFS; a last window of 0.25 s or more counts, and a shorter clip has one."""
    step = round(ENERGY_STEP_S * rate_hz)
    whole, rest = divmod(len(power), step)
    ends = [step * (index + 1) for index in range(whole)]
    if rest >= SHORTEST_WINDOW_S * rate_hz or not ends:
        ends.append(len(power))
    return power_to_lufs(np.array([power[step * index : end].mean() for index, end in enumerate(ends)]))
