"""Stereo for sound that leaves while it is being made: no DC, a mono model's music on two sides, soft ends.

One side is made into two as Orban did (1970, pseudo-stereo from complementary combs), with velvet noise for the comb
(Alary et al. 2017): L = M + S, R = M - S. Folded down, they are M again, whatever S is.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, lfilter

from aural.types import TAKE_RATE_HZ, Floats

DC_HZ = 10.0
NARROW_BELOW_HZ = 220.0  # bass stays in the middle
FADE_IN = round(0.002 * TAKE_RATE_HZ)
FADE_OUT = round(0.010 * TAKE_RATE_HZ)
# A tap in each 0.7 ms and its sign: random draws, each moved tap by tap while that helped, and the best of them kept.
# Its sides stay within 1.4 dB of M in thirds of an octave, and tones lean little to a side: half of them by under 4 dB,
# 99 of 100 by under 13, none by more than 18.
# fmt: off
TAPS = (
    33, 57, 86, 118, -122, 146, 182, -200, 229, 243, 280, -289, -311, 342, -362, 391,
    417, -423, -444, 467, 490, -527, 558, -561, 593, -609, 642, 668, 678, -709, -730, -746,
)
# fmt: on
FALL_DB, FALL_S = 10.0, 0.024  # later taps are weaker
WIDTH = 0.22  # energy of S against M's, for white noise: the sides then correlate by (1 - WIDTH) / (1 + WIDTH)

Doubles = NDArray[np.float64]


class MonoToStereo:
    """For `samples` of music in all, pushed in order. How they are cut changes no bit of what comes out."""

    def __init__(self, samples: int, *, fade_in: bool = True):
        self._samples = samples
        self._fade_in = _fade_curve(FADE_IN if fade_in else 0)
        self._fade_out = _fade_curve(FADE_OUT)[::-1]
        self._done = 0
        self._without_dc = _Filter(*_dc_blocker())
        self._without_bass = _Filter(*butter(2, NARROW_BELOW_HZ, "highpass", fs=TAKE_RATE_HZ))
        self._past: Doubles = np.zeros(_DELAYS.max())

    def push(self, samples: Floats) -> Floats:
        """(1, n) or (2, n), always the same -> (2, n). Two sides stay as they are but for their DC and their ends."""
        count = samples.shape[1]
        assert self._done + count <= self._samples, "more music than was said"
        if not count:
            return np.zeros((2, 0), np.float32)
        clean = self._without_dc(samples.astype(np.float64))
        sides = clean if len(clean) == 2 else self._widened(clean)
        return np.asarray(sides * self._fade_gains(count), np.float32)

    def _widened(self, middle: Doubles) -> Doubles:
        """(1, n) -> (2, n)"""
        heard, count = np.concatenate([self._past, middle[0]]), middle.shape[1]
        self._past = heard[count:]
        side = np.zeros_like(middle)
        for delay, weight in zip(_DELAYS, _WEIGHTS, strict=True):
            start = len(self._past) - delay
            side += weight * heard[start : start + count]
        side = self._without_bass(side)
        return np.concatenate([middle + side, middle - side])

    def _fade_gains(self, count: int) -> Doubles:
        """Of the next so many samples."""
        gains = np.ones(count)
        start, end = self._done, self._done + count
        self._done = end
        risen = self._fade_in[start:end]
        gains[: len(risen)] *= risen
        first = self._samples - FADE_OUT  # of the fade; before the music's start where that is shorter
        falling = self._fade_out[max(0, start - first) : max(0, end - first)]
        gains[count - len(falling) :] *= falling
        return gains


class _Filter:
    """A recursive filter that goes sample by sample, so that it may stop and go on anywhere."""

    def __init__(self, ahead: Doubles, back: Doubles):
        self._ahead, self._back = ahead, back
        self._memory: Doubles | None = None

    def __call__(self, samples: Doubles) -> Doubles:
        """(channels, n) -> the same."""
        if self._memory is None:
            self._memory = np.zeros((len(samples), len(self._back) - 1))
        filtered: Doubles
        filtered, self._memory = lfilter(self._ahead, self._back, samples, zi=self._memory)
        return filtered


def _dc_blocker() -> tuple[Doubles, Doubles]:
    """First order, 0 at 0 Hz, -3 dB at DC_HZ, 1 at the highest frequency."""
    pole = np.exp(-2 * np.pi * DC_HZ / TAKE_RATE_HZ)
    return np.array([1, -1]) * (1 + pole) / 2, np.array([1, -pole])


def _fade_curve(count: int) -> Doubles:
    """From 0 to 1, without either."""
    rise: Doubles = np.sin(np.pi / 2 * (np.arange(count) + 0.5) / max(count, 1)) ** 2
    return rise


def _tap_weights() -> Doubles:
    weights = np.sign(TAPS) * 10 ** (-FALL_DB / 20 * _DELAYS / (FALL_S * TAKE_RATE_HZ))
    scaled: Doubles = weights * np.sqrt(WIDTH / (weights**2).sum())
    return scaled


_DELAYS = np.abs(TAPS)
_WEIGHTS = _tap_weights()
