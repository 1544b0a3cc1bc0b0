"""The energy curve: how loud a clip sounds, half second by half second, on a fixed scale of 0 to 1."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy.signal import sosfilt

from aural.audio.clip import Clip
from aural.wire import ENERGY_STEP_S

FLOOR_LUFS = -50.0
CEILING_LUFS = -5.0
SHORTEST_WINDOW_S = ENERGY_STEP_S / 2

# BS.1770-4 gives both filters as coefficients at 48 kHz; these analogue parameters yield the same digits
# through the bilinear transform, and so hold at every rate.
SHELF_HZ, SHELF_GAIN_DB, SHELF_Q, SHELF_BEND = (
    1681.974450955533,
    3.999843853973347,
    0.7071752369554196,
    0.4996667741545416,
)
HIGH_PASS_HZ, HIGH_PASS_Q = 38.13547087602444, 0.5003270373238773


def energy_curve(clip: Clip) -> tuple[float, ...]:
    """Loudness over time: one value per `ENERGY_STEP_S`, 0 = -50 LUFS or less, 1 = -5 LUFS or more.

    Each value is the K-weighted loudness (ITU-R BS.1770-4, one channel, ungated) of its own half second, linear
    in LUFS between the two ends, to three decimals: 0.1 is 4.5 dB. A last window of 0.25 s or more counts; a clip
    shorter than that has one value.
    """
    return tuple(round(float(value), 3) for value in energy_of_lufs(windowed_lufs(clip)))


def energy_of_lufs(lufs: NDArray[np.float64]) -> NDArray[np.float64]:
    """The fixed scale itself: LUFS to 0..1."""
    return np.clip((lufs - FLOOR_LUFS) / (CEILING_LUFS - FLOOR_LUFS), 0.0, 1.0)


def windowed_lufs(clip: Clip) -> NDArray[np.float64]:
    """K-weighted loudness per half second, (windows,) in LUFS; -inf where there is digital silence."""
    power = np.square(sosfilt(k_weighting(clip.rate_hz), clip.samples.astype(np.float64)))
    step = round(ENERGY_STEP_S * clip.rate_hz)
    whole, rest = divmod(len(power), step)
    ends = [step * (index + 1) for index in range(whole)]
    if rest >= SHORTEST_WINDOW_S * clip.rate_hz or not ends:
        ends.append(len(power))
    means = np.array([power[step * index : end].mean() for index, end in enumerate(ends)])
    with np.errstate(divide="ignore"):
        return np.asarray(-0.691 + 10 * np.log10(means))


def k_weighting(rate_hz: int) -> NDArray[np.float64]:
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
