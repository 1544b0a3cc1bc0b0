"""The automation that the rider rides: a piece from end to end, or a loop once round, in blocks of a tenth of a
second."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.ndimage import gaussian_filter1d

from aural.types import TAKE_RATE_HZ, Floats
from models.sketch.dynamics import Curve
from models.sketch.mix.block_power import Edges, edges, powers_between
from models.sketch.render_window import RenderWindow

BLOCK_S = 0.1


@dataclass(frozen=True, eq=False)
class GainAutomation:
    """`edges`: where blocks begin and end in the mix, samples, (blocks + 1,); `times_s`: their middles, (blocks,), from
    the start of the music. After the last block of a loop comes its first."""

    span: RenderWindow
    edges: Edges
    times_s: Curve

    @classmethod
    def of(cls, span: RenderWindow) -> GainAutomation:
        if not span.loops:
            found = edges(span.samples, round(BLOCK_S * TAKE_RATE_HZ))
            return cls(span, found, np.asarray((np.arange(len(found) - 1) + 0.5) * BLOCK_S))
        round_s = span.body / TAKE_RATE_HZ
        count = max(1, round(round_s / BLOCK_S))  # of them the loop is a whole number
        found = span.before + np.round(np.arange(count + 1) * span.body / count).astype(np.int64)
        return cls(span, found, (np.arange(count) + 0.5) * round_s / count)

    def powers(self, mix: Floats) -> Curve:
        """K-weighted mean square of the mono sum of `mix`, (2, time), per block."""
        return powers_between(mix.mean(axis=0, keepdims=True), TAKE_RATE_HZ, self.edges)

    def smooth(self, curve: Curve, sigma: float) -> Curve:
        """`sigma`: blocks."""
        mode: Literal["wrap", "nearest"] = "wrap" if self.span.loops else "nearest"
        return np.asarray(gaussian_filter1d(curve, sigma, mode=mode))

    def interpolate_to_blocks(self, places: Curve, values: Curve) -> Curve:
        """Values at `places`, counted in blocks, for each block: (blocks,)."""
        count = len(self.times_s)
        return np.interp(np.arange(count), places, values, period=count if self.span.loops else None)

    def gain_per_sample(self, gain_db: Curve) -> Floats:
        """Gain per block as a factor per sample of the mix."""
        knots = self.times_s * TAKE_RATE_HZ
        period = self.span.body if self.span.loops else None
        once = np.interp(np.arange(self.span.stem_samples), knots, gain_db, period=period)
        gain: Floats = self.span.unrolled(np.asarray(10 ** (once / 20), np.float32)[None])[0]
        return gain
