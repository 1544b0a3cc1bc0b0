"""The seam: a loop's end runs on into its start, and nothing tells where."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from aural.types import TAKE_RATE_HZ, Doubles, Floats

HOLD_S = 0.008  # after the loop point the true continuation plays on, so that no attack is half of one, half of another
FADE_S = 0.1
EARLIER_S = 0.005  # how far the loop point may move ahead, to where both sides are near zero
QUIET_STEP = 10 ** (-42 / 20)
STEP_COUNTS = 30
"""A step at the loop point counts so many times as much as a first sample away from zero: the step is heard at every
turn, the first sample once."""


@dataclass(frozen=True, eq=False)
class LoopCrossfade:
    """How a body of `loop_end` samples is joined to itself, found on the mix and the same for all of its stems.

    `going`, `coming`: (time,) gains of what follows the end and of the start. `earlier`: samples by which the loop
    point moves ahead.
    """

    loop_end: int
    going: Floats
    coming: Floats
    earlier: int

    @classmethod
    def of(cls, samples: Floats, loop_end: int) -> LoopCrossfade:
        """`samples`: (2, time), the body and at least 110 ms of what follows it."""
        hold, fade = round(HOLD_S * TAKE_RATE_HZ), round(FADE_S * TAKE_RATE_HZ)
        fade = min(fade, samples.shape[1] - loop_end - hold, loop_end - hold)
        follows, begins = samples[:, loop_end + hold :][:, :fade], samples[:, hold : hold + fade]
        power = np.sqrt(np.square(follows).sum() * np.square(begins).sum())
        alike = float((follows * begins).sum() / power) if power > 0 else 1.0
        coming, going = equal_power(fade, alike)
        whole = np.concatenate([np.ones(hold), going]), np.concatenate([np.zeros(hold), coming])
        unmoved = cls(loop_end, whole[0].astype(np.float32), whole[1].astype(np.float32), 0)
        return replace(unmoved, earlier=_loop_point_shift(unmoved.crossfaded(samples)[:, :loop_end]))

    def crossfaded(self, samples: Floats) -> Floats:
        """Body and tail, (channels, time) as long as they were: the start goes on where the body's end left."""
        joined = np.array(samples, np.float32)
        size = len(self.going)
        follows = samples[:, self.loop_end : self.loop_end + size]
        joined[:, :size] = follows * self.going + samples[:, :size] * self.coming
        if not self.earlier:
            return joined
        ahead = joined[:, self.loop_end - self.earlier : self.loop_end]
        return np.concatenate([ahead, joined[:, : -self.earlier]], axis=1)


def equal_power(size: int, alike: float) -> tuple[Doubles, Doubles]:
    """Gains of what comes and what goes, (size,), whose sum keeps its power when both are `alike`, -1..1."""
    turn = np.linspace(0, np.pi / 2, size)
    coming, going = np.sin(turn), np.cos(turn)
    power = np.sqrt(np.maximum(1 + 2 * max(alike, -0.9) * coming * going, 1e-3))
    return coming / power, going / power


def _loop_point_shift(body: Floats) -> int:
    """By how many samples the loop point should move ahead: a small step there, and near zero itself."""
    reach = round(EARLIER_S * TAKE_RATE_HZ)
    near = np.concatenate([body[:, -reach - 1 :], body[:, :1]], axis=1)
    step = np.abs(np.diff(near, axis=1)).max(axis=0)
    start = np.abs(near[:, 1:]).max(axis=0)
    cost = STEP_COUNTS * np.maximum(step - QUIET_STEP, 0) + start
    return int(np.argmin(cost[::-1]))
