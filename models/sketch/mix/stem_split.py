"""Shares: what of a finished mix is each player's. They add up to it, since all that is linear is done to each alone,
and what is not is measured on the mix and dealt out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import uniform_filter1d

from aural.types import TAKE_RATE_HZ, Floats
from models.sketch.mix.filtering import Tick

WINDOW_S = 0.02
SILENCE = 1e-9  # power; where nobody plays, what is left of a bus is nobody's and goes to all


@dataclass(frozen=True, eq=False)
class Share:
    """One player's sound, (2, time), as it meets the buses. `reverb`, `delay`: sends, 0..1; `send`: what goes to the
    room instead, (2, time). `saturates`: it goes through the band's saturation."""

    name: str
    sound: Floats
    reverb: float = 0.0
    delay: float = 0.0
    send: Floats | None = None
    saturates: bool = True

    @property
    def to_room(self) -> Floats:
        return self.reverb * self.sound if self.send is None else self.send

    @property
    def to_echo(self) -> Floats | None:
        return self.delay * self.sound if self.delay else None


@dataclass(frozen=True, eq=False)
class SaturationSplit:
    """A bus that was saturated, dealt out to who made it: each its sound at one gain, and of what is no gain
    (harmonics) as much as it sounds at the time.

    `per_level`: (2, time) what is no gain, over the sum of all levels.
    """

    gain: np.float32
    per_level: Floats

    @classmethod
    def of(cls, shares: list[Share], before: Floats, after: Floats, tick: Tick) -> SaturationSplit:
        """`before`, `after`: the bus, (2, time); what saturates of `shares` makes up `before`."""
        gain = np.float32((before * after).sum(dtype=np.float64) / max(np.square(before).sum(dtype=np.float64), 1e-12))
        tick()
        total = np.zeros(before.shape[1], np.float32)
        for share in shares:
            if share.saturates:
                total += _level(share.sound)
                tick()
        return cls(gain, np.asarray((after - gain * before) / total, np.float32))

    def saturated_part(self, share: Share) -> Floats:
        """What of the saturated bus is this share's: (2, time)."""
        if not share.saturates:
            return share.sound
        return np.asarray(self.gain * share.sound + self.per_level * _level(share.sound), np.float32)


def _level(sound: Floats) -> Floats:
    """(time,) of each moment."""
    power = uniform_filter1d(np.square(sound).sum(axis=0), round(WINDOW_S * TAKE_RATE_HZ))
    return np.asarray(np.sqrt(np.maximum(power, 0) + SILENCE), np.float32)
