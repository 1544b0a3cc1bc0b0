"""The edges of a file: its end fades, and where a piece would begin with a step, so does its start."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from aural.finishing.fade_out import fade_out
from aural.types import TAKE_RATE_HZ, Floats

START_FADE_S = 0.001
STEP = 1e-3  # of full scale: what a first sample may be away from zero and not click


@dataclass(frozen=True)
class EdgeFades:
    """`fades_in`: the start too. A loop's never does: it is the middle of something."""

    fades_in: bool

    @classmethod
    def of(cls, samples: Floats, *, loops: bool) -> EdgeFades:
        """What the mix, (2, time), needs; its stems are given the same."""
        return cls(not loops and float(np.abs(samples[:, 0]).max()) > STEP)

    def applied(self, sound: Floats) -> Floats:
        faded: Floats = fade_out(sound)
        if self.fades_in:
            size = round(START_FADE_S * TAKE_RATE_HZ)
            faded[:, :size] *= np.sin(np.linspace(0, np.pi / 2, size, dtype=np.float32)) ** 2
        return faded
