"""What a request tells while it is worked on, to whoever waits for it: facts, in the order in which they become so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from aural.flow.analysis import Analysis
from aural.types import JobStatus


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
    """How far the composer is with all of its takes."""

    status: JobStatus


@dataclass(frozen=True)
class Sounding:
    """Music of a stream, as it is in its file: 16 bits, both channels in turn. `start`: the place of its first sample
    in all of it."""

    start: int
    pcm: bytes


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
