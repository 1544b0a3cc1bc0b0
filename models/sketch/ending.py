"""How a piece ends: composed to the asked length with a last chord that rings out, faded, or cut."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from aural.types import TAKE_RATE_HZ, Ending, Floats
from models.sketch.render_window import RenderWindow
from models.sketch.score import Fermata, Grid

RING_S, RING_BEATS = 1.8, 2  # that a last chord is held at least
MOST_OF_BODY = 0.45  # and at most, in pieces that are hardly longer than that
DECAY_S = 1.6  # the end of a last chord: it dies away over so much, whatever plays it
DECAY_DB = 24.0
FADE_S, FADE_OF_BODY = 8.0, 0.25
FADE_DB = 60.0


@dataclass(frozen=True)
class Close:
    """`n_bars`: of the body, fractional where it goes on past its end; `fermata`: where the last chord is held, if the
    piece comes to rest; `decay_s`: over how much of its end the body dies away, by `decay_db`."""

    n_bars: float
    fermata: Fermata | None = None
    decay_s: float = 0.0
    decay_db: float = 0.0

    @classmethod
    def of(cls, ending: Ending, duration_s: float, grid: Grid, *, level_is_asked: bool) -> Close:
        """The close of a body of `duration_s`. The tempo stays as asked up to the last bar line that leaves the last
        chord time to ring; from there to the end of the body is one bar, however long. `level_is_asked`: it dies away
        in the tail only."""
        if ending == "ring":
            held_s = min(max(RING_S, RING_BEATS * grid.beat_s), MOST_OF_BODY * duration_s)
            bars = math.floor((duration_s - held_s) / grid.bar_s + 1e-9)
            left_s = duration_s - bars * grid.bar_s
            fermata = Fermata(bars * grid.metre.beats, left_s / grid.metre.beats)
            decay_s = 0.0 if level_is_asked else min(DECAY_S, 0.8 * left_s)
            return cls(bars + 1.0, fermata, decay_s, DECAY_DB)
        n_bars = duration_s / grid.bar_s
        if ending == "fade":
            return cls(n_bars, None, min(FADE_S, FADE_OF_BODY * duration_s), FADE_DB)
        return cls(n_bars)

    def faded(self, sound: Floats, span: RenderWindow) -> Floats:
        """`sound`, (2, body and tail), dying away as it should."""
        if not self.decay_db:
            return sound
        size = min(round(self.decay_s * TAKE_RATE_HZ), span.body)
        tail = sound.shape[1] - span.body
        # Slowly at first: a chord that rings, not a hand on the fader.
        falls_db = self.decay_db * np.linspace(0, 1, size, dtype=np.float32) ** 1.5
        after_db = self.decay_db * (float(size > 0) + np.linspace(0, 1, tail, dtype=np.float32))
        faded = sound.copy()
        faded[:, span.body - size :] *= 10 ** (-np.concatenate([falls_db, after_db]) / 20)
        return faded
