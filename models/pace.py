"""How long composing takes on this machine: what admission by deadline reckons with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

# What earlier takes still weigh with each new one. Sums, not speeds, are kept: a long take says more than a short one,
# whose fixed costs would make every machine look slow.
KEPT = 0.8


@dataclass(frozen=True)
class Pending:
    """A request that is composed or waits for it. `fraction_done`: 0 while it waits."""

    duration_s: float
    fraction_done: float


class Pace(Protocol):
    """Learns from takes how long others will take."""

    def learn(self, duration_s: float, work_s: float) -> None:
        """`duration_s` of music took `work_s`, from its turn's beginning to its end."""
        ...

    def finish_s(self, duration_s: float, ahead: Sequence[Pending]) -> float | None:
        """Seconds until a new request of that length is finished, when all of `ahead` came before it.

        It never falls with `duration_s`; at 0 it is the wait for a turn. None while nothing is known.
        """
        ...


class TurnPace:
    """For composers whose requests share nothing: `slots` at once, each at the same speed."""

    def __init__(self, slots: int):
        self._slots = slots
        self._work_s = 0.0
        self._music_s = 0.0

    def learn(self, duration_s: float, work_s: float) -> None:
        self._work_s = KEPT * self._work_s + work_s
        self._music_s = KEPT * self._music_s + duration_s

    def finish_s(self, duration_s: float, ahead: Sequence[Pending]) -> float | None:
        """The work that is left ahead, spread over the slots, and then the request's own."""
        if not self._music_s:
            return None
        left_s = sum(one.duration_s * (1 - one.fraction_done) for one in ahead)
        return (left_s / self._slots + duration_s) * self._work_s / self._music_s
