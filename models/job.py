"""A composer's job: one request on its way through the queue, and a place that is kept for some."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field

from aural.errors import DeadlineExceeded
from aural.types import Floats, MusicRequest, Take
from models.latency import Pending

NEARLY = 0.95
"""Of a job that should have ended by now."""


class Cancelled(Exception):
    """Raised in a composer's thread: the one who asked has gone."""


@dataclass(eq=False)
class Job:
    """One request on its way. `events`: blocks in order, then the take or what was raised instead.

    A reader who is slow, or reads nothing, makes it hold one take at most. `since_s`: when a place was asked for, for
    it or for its group: its turn goes by that. `begun_s`: when it got its slot; `expected_s`: how long it was to take
    from there on. None before that, and where nothing is known.
    """

    request: MusicRequest
    arrived_s: float
    since_s: float
    events: asyncio.Queue[Floats | Take | BaseException] = field(default_factory=asyncio.Queue)
    fraction_done: float = 0.0
    begun_s: float | None = None
    expected_s: float | None = None
    sounding: bool = False
    left: bool = False

    @property
    def expires_at_s(self) -> float:
        return self.arrived_s + self.request.budget_s

    @property
    def pending(self) -> Pending:
        return Pending.of(self.request, self.fraction_done)

    @property
    def pending_by_time(self) -> Pending:
        """As `pending`, for a composer that counts no steps: it is at least as far as its time is."""
        if self.begun_s is None or not self.expected_s:
            return self.pending
        time_share = min(NEARLY, (time.monotonic() - self.begun_s) / self.expected_s)
        return Pending.of(self.request, max(self.fraction_done, time_share))

    def progress(self, fraction_done: float) -> None:
        """In the composer's thread."""
        self.fraction_done = fraction_done
        if self.left:
            raise Cancelled
        if time.monotonic() > self.expires_at_s:
            raise DeadlineExceeded.unfinished()

    async def until_its_take(self) -> AsyncGenerator[Floats | Take, None]:
        """Blocks, then the take. Raises what was raised instead."""
        while True:
            item = await self.events.get()
            if isinstance(item, BaseException):
                raise item
            yield item
            if isinstance(item, Take):
                return


@dataclass(eq=False)
class Place:
    """`left`: how many of the requests that it is kept for are still to come; `since_s`: when it was asked for."""

    asked: Pending
    left: int
    since_s: float
