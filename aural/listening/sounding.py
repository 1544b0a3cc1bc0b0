"""Where a clip sounds: silence around the music must not change what is heard in it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from aural.wire import Floats

Doubles = NDArray[np.float64]

QUIETEST_PEAK = 10 ** (-75 / 20)  # below it there is nothing but dither and converter noise
EDGE_BELOW_PEAK = 10 ** (-60 / 20)


def sounding_part(samples: Floats) -> tuple[Floats, int]:
    """The samples between the first and the last that come within 60 dB of the peak, at a level of their own.

    `samples`: (time,) float32. Returns (time,) with an RMS of 0.1 and the index that it starts at, so gain and
    padding leave no trace. Empty where the peak stays under -75 dBFS.
    """
    loud = np.abs(samples)
    peak = float(loud.max(initial=0.0))
    if peak < QUIETEST_PEAK:
        return samples[:0], 0
    inside = np.flatnonzero(loud >= EDGE_BELOW_PEAK * peak)
    start, stop = int(inside[0]), int(inside[-1]) + 1
    part = samples[start:stop]
    rms = float(np.sqrt(np.mean(np.square(part, dtype=np.float64))))
    return part * np.float32(0.1 / rms), start
