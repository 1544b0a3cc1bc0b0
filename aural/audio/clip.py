"""A clip: audio that was checked once, when it was decoded, and is trusted from then on."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import soxr
from numpy.typing import NDArray

ANALYSIS_RATE_HZ = 16_000
FULL_RATE_HZ = 48_000


@dataclass(frozen=True, eq=False)
class Clip:
    """Mono audio, finite and not empty.

    `samples`: (time,) float32, full scale 1.0, at `rate_hz`. `source_rate_hz`, `source_channels` and
    `codec` tell what the file held.
    """

    samples: NDArray[np.float32]
    rate_hz: int
    source_rate_hz: int
    source_channels: int
    codec: str

    @property
    def duration_s(self) -> float:
        return len(self.samples) / self.rate_hz

    def resampled_to(self, rate_hz: int) -> Clip:
        """The same audio at another rate (soxr, HQ)."""
        if rate_hz == self.rate_hz:
            return self
        return replace(self, samples=soxr.resample(self.samples, self.rate_hz, rate_hz), rate_hz=rate_hz)
