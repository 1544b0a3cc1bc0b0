"""What a request tells while it is worked on, to whoever waits for it: facts, in the order in which they become so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from aural.flow.analysis import Analysis
from aural.flow.ports import Watch
from aural.types import TAKE_RATE_HZ, JobStatus


@dataclass(frozen=True)
class Placed:
    """The composer keeps a place for it. `status`: of its first take, as if it came now."""

    status: JobStatus


@dataclass(frozen=True)
class Listening:
    """The clip is decoded and is listened to. `expected_s`: how long that takes; 0 where nothing is known."""

    expected_s: float


@dataclass(frozen=True)
class ClipHeard:
    analysis: Analysis


@dataclass(frozen=True)
class Composing:
    """How far the composer is with all of its takes. `finishes`: they will then be brought to what was asked for."""

    status: JobStatus
    finishes: bool = False


@dataclass(frozen=True)
class Sounding:
    """Music of a stream, as it is in its file: 16 bits, both channels in turn. `start`: the place of its first sample
    in all of it; `rate_hz`: of the samples."""

    start: int
    pcm: bytes
    rate_hz: int = TAKE_RATE_HZ


@dataclass(frozen=True)
class Finishing:
    """`takes`: so many are composed, and are brought to what was asked for."""

    takes: int


@dataclass(frozen=True)
class TakeFinished:
    """A candidate. `index`: its place among `of`; `likeness`: as in its Score."""

    index: int
    of: int
    seed: int
    likeness: float | None


Fact = Placed | Listening | ClipHeard | Composing | Sounding | Finishing | TakeFinished
Tell = Callable[[Fact], None]


def untold(fact: Fact) -> None:
    """Nobody listens."""


class TakesTogether:
    """Several takes that are composed at once: what is told is of all of them, once each has said something."""

    def __init__(self, count: int, tell: Tell):
        self._count = count
        self._tell = tell
        self._statuses: dict[int, JobStatus] = {}

    def watch(self, place: int) -> Watch:
        """What that one take's composer tells it to."""
        return partial(self._heard, place)

    def composed(self, place: int) -> None:
        """That one is there."""
        steps = self._statuses[place].steps if place in self._statuses else None
        self._heard(place, JobStatus(0, 1.0, steps, steps, 0.0))

    def _heard(self, place: int, status: JobStatus) -> None:
        self._statuses[place] = status
        if len(self._statuses) == self._count:
            self._tell(Composing(together(list(self._statuses.values())), finishes=True))


def together(statuses: list[JobStatus]) -> JobStatus:
    """Of takes that are composed at once: all of their work, the place of the first, the time of the last."""
    counted = all(one.step is not None and one.steps is not None for one in statuses)
    known_s = [one.left_s for one in statuses if one.left_s is not None]
    return JobStatus(
        ahead=min(one.ahead for one in statuses),
        fraction_done=sum(one.fraction_done for one in statuses) / len(statuses),
        step=sum(one.step or 0 for one in statuses) if counted else None,
        steps=sum(one.steps or 0 for one in statuses) if counted else None,
        left_s=max(known_s) if len(known_s) == len(statuses) else None,
    )
