"""Level: sound that leaves while it is being made gets one fixed gain, and a limiter that sees peaks coming."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter1d

from aural.types import TAKE_RATE_HZ, Floats

CEILING_DBFS = -1.0
LOOK_AHEAD_S = 0.005  # five milliseconds: a bass note's peaks are turned down, not bent
RELEASE_S = 0.1
BLOCK = 1024  # fixed, whatever is pushed: the same arithmetic on the same numbers gives the same bytes
INAUDIBLE = 1e-5  # of gain, -100 dB: from there on the limiter is off altogether


class StreamLimiter:
    """A peak limiter for a stream of sound, both channels turned down alike.

    The gain falls along a raised cosine of `look_ahead_s` that ends where the peak is, and comes back exponentially.
    Where nothing exceeds the ceiling, samples pass bit for bit, times the fixed gain.
    """

    def __init__(
        self,
        *,
        ceiling_dbfs: float = CEILING_DBFS,
        gain_db: float = 0.0,
        look_ahead_s: float = LOOK_AHEAD_S,
        release_s: float = RELEASE_S,
        rate_hz: int = TAKE_RATE_HZ,
    ):
        self._gain = np.float32(10 ** (gain_db / 20))
        self._ceiling = _rounded_down(10 ** (ceiling_dbfs / 20))
        self._ahead = max(1, round(look_ahead_s * rate_hz))
        weights = np.sin(np.pi * (np.arange(self._ahead + 1) + 0.5) / (self._ahead + 1))
        self._weights = weights / weights.sum()
        self._decay = np.exp(-np.arange(BLOCK + 1) / (release_s * rate_hz))
        # As much silence as it looks ahead goes before the sound, so that a first peak is seen coming as well.
        self._waiting: Floats = np.zeros((2, self._ahead), np.float32)
        self._unheard = self._ahead
        self._held: NDArray[np.float64] = np.zeros(self._ahead)  # reductions just before the waiting samples
        self._left = 0

    def push(self, samples: Floats) -> Floats:
        """(2, n) float32 -> the next (2, m), m from 0 on; the rest comes later."""
        self._waiting = np.concatenate([self._waiting, samples * self._gain], axis=1)
        self._left += samples.shape[1]
        whole = max(0, (self._waiting.shape[1] - self._ahead) // BLOCK) * BLOCK
        reads = (self._waiting[:, start : start + BLOCK + self._ahead] for start in range(0, whole, BLOCK))
        limited = np.concatenate([np.zeros((2, 0), np.float32), *map(self._limited, reads)], axis=1)
        self._waiting = self._waiting[:, whole:]
        silent = min(self._unheard, limited.shape[1])
        self._unheard -= silent
        heard = limited[:, silent : silent + self._left]
        self._left -= heard.shape[1]
        return heard

    def finish(self) -> Floats:
        """What is left, (2, m): all that was pushed has come out then."""
        left = self._left
        rest = self.push(np.zeros((2, 2 * BLOCK + self._ahead), np.float32))
        return rest[:, :left]

    def _limited(self, samples: Floats) -> Floats:
        """(2, BLOCK + look-ahead) -> (2, BLOCK). Moves what is held one block on."""
        peaks = np.abs(samples).max(axis=0).astype(np.float64)
        needed = 1 - float(self._ceiling) / np.maximum(peaks, float(self._ceiling))
        if not needed.any() and not self._held.any():
            return samples[:, :BLOCK]
        window = self._ahead + 1
        coming = maximum_filter1d(needed, window, origin=-(window // 2), mode="constant")[:BLOCK]
        # Each reduction decays from where it was needed; the greatest holds.
        decay = self._decay
        held = np.maximum.accumulate(coming / decay[:BLOCK]) * decay[:BLOCK]
        held = np.maximum(held, self._held[-1] * decay[1:])
        held[held < INAUDIBLE] = 0
        reductions = np.concatenate([self._held, held])
        smooth = np.convolve(reductions, self._weights, mode="valid")
        self._held = reductions[-self._ahead :]
        # The clip takes off what rounding left, 1e-5 at most.
        limited = np.clip(samples[:, :BLOCK] * (1 - smooth), -self._ceiling, self._ceiling)
        return np.asarray(limited, np.float32)


def _rounded_down(value: float) -> np.float32:
    nearest = np.float32(value)
    return nearest if float(nearest) <= value else np.nextafter(nearest, np.float32(0))
