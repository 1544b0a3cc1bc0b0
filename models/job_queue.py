"""A composer's jobs: a bounded queue, admission by measured speed, and work that ends when nobody waits for it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing, contextmanager
from dataclasses import dataclass, field
from functools import partial

from aural.errors import AuralError, Busy, CannotFinishInTime, DeadlineExceeded
from aural.types import Floats, MusicRequest, PlaceRequest, Take
from models.composer import Composer, Emit
from models.latency import LatencyEstimator, Pending, refuse_late
from models.metrics_sink import MetricsSink, Outcome

# A caller whose time is over leaves a little before ours is: his clock began before the request was here.
TRANSIT_S = 0.1


class Cancelled(Exception):
    """Raised in a composer's thread: the one who asked has gone."""


@dataclass(eq=False)
class _Job:
    """One request on its way. `events`: blocks in order, then the take or what was raised instead.

    A reader who is slow, or reads nothing, makes it hold one take at most.
    """

    request: MusicRequest
    arrived_s: float
    events: asyncio.Queue[Floats | Take | BaseException] = field(default_factory=asyncio.Queue)
    fraction_done: float = 0.0
    sounding: bool = False
    left: bool = False

    @property
    def expires_at_s(self) -> float:
        return self.arrived_s + self.request.budget_s

    @property
    def pending(self) -> Pending:
        return Pending.of(self.request, self.fraction_done)

    def progress(self, fraction_done: float) -> None:
        """In the composer's thread."""
        self.fraction_done = fraction_done
        if self.left:
            raise Cancelled
        if time.monotonic() > self.expires_at_s:
            raise DeadlineExceeded.unfinished()


@dataclass(eq=False)
class _Place:
    """`left`: how many of the requests that it is kept for are still to come."""

    asked: Pending
    left: int


class JobQueue:
    """`slots` requests compose at once, each in its own thread; the others wait in order.

    A slot is free again when the composer's thread has really stopped, which for a caller who left is at the next call
    of `progress`.
    """

    def __init__(
        self,
        composer: Composer,
        *,
        slots: int,
        estimator: LatencyEstimator,
        metrics: MetricsSink,
        max_waiting: int = 64,
    ):
        self._composer = composer
        self._slots = slots
        self._estimator = estimator
        self._metrics = metrics
        self._max_waiting = max_waiting
        self._free = asyncio.Semaphore(slots)
        self._threads = ThreadPoolExecutor(slots, thread_name_prefix="composer")
        self._pending: list[_Job] = []  # in order of arrival
        self._places: dict[str, _Place] = {}  # by group
        self._occupied = 0

    @property
    def pending(self) -> int:
        """Requests that are composed or wait for it."""
        return len(self._pending)

    def warm_up(self, duration_s: float) -> None:
        """Compose `duration_s` of music and learn how fast this machine is, once it has begun: what a first call alone
        pays (memory, kernels, caches) lies before its first sign of progress."""
        begun: list[tuple[float, float]] = []

        def note(fraction: float) -> None:
            if not begun and fraction < 1:
                begun.append((fraction, time.monotonic()))

        started = time.monotonic()
        request = MusicRequest(prompt="warm up", duration_s=duration_s, seed=0)
        self._composer.compose(request, note, lambda _: None)
        fraction, began = begun[0] if begun else (0.0, started)
        self._estimator.learn(duration_s * (1 - fraction), time.monotonic() - began)

    def close(self) -> None:
        """Work that still goes on stops at its next call of `progress`, and the threads end."""
        for job in self._pending:
            job.left = True
        self._threads.shutdown(wait=False, cancel_futures=True)

    @contextmanager
    def place(self, request: PlaceRequest) -> Iterator[None]:
        """Keeps places for all requests of a group, so that they are let in when they come. Raises Busy,
        CannotFinishInTime.
        """
        asked = Pending(request.duration_s, 0.0, request.opening_s)
        self._check(asked, request.takes, request.budget_s)
        self._places[request.group] = _Place(asked, request.takes)
        try:
            yield
        finally:
            del self._places[request.group]

    async def compose(self, request: MusicRequest) -> Take:
        """The take. Raises Busy, CannotFinishInTime at once; DeadlineExceeded when the time ran out on the way."""
        async with aclosing(self.stream(request)) as events:
            async for item in events:
                if isinstance(item, Take):
                    return item
        raise AssertionError("a stream ends with its take, or raises")

    async def stream(self, request: MusicRequest) -> AsyncGenerator[Floats | Take, None]:
        """Blocks (2, n) as they become final, then the take, whose samples they are together. Raises as `compose`.

        Closing it early stops the work. What the reader does not fetch waits here: one take at most.
        """
        job = _Job(request, time.monotonic())
        outcome: Outcome = "cancelled"
        try:
            self._admit(request)
            await self._begin(job)
            async for item in _until_its_take(job):
                outcome = "done" if isinstance(item, Take) else outcome
                yield item
        except (Busy, CannotFinishInTime):
            outcome = "refused"
            raise
        except DeadlineExceeded:
            outcome = "expired"
            raise
        except Exception:
            outcome = "failed"
            raise
        finally:
            job.left = True
            late = outcome == "cancelled" and time.monotonic() > job.expires_at_s - TRANSIT_S
            self._metrics.ended("expired" if late else outcome)

    async def _begin(self, job: _Job) -> None:
        """Waits for a slot and starts the work in it."""
        self._pending.append(job)
        try:
            async with asyncio.timeout(job.request.budget_s):
                await self._free.acquire()
        except BaseException as cause:
            self._pending.remove(job)
            if isinstance(cause, TimeoutError):
                raise DeadlineExceeded.unfinished() from cause
            raise
        began_s = time.monotonic()
        self._metrics.waited(began_s - job.arrived_s)
        self._occupied += 1
        self._metrics.composing(self._occupied)
        loop = asyncio.get_running_loop()

        def emit(block: Floats) -> None:
            loop.call_soon_threadsafe(self._hand_on, job, block)

        work = partial(_take_or_what_was_raised, self._composer, job, emit)
        # Not awaited: a reader may leave at any time, and the slot is occupied until the thread has stopped.
        loop.run_in_executor(self._threads, work).add_done_callback(partial(self._end, job, began_s))

    def _hand_on(self, job: _Job, block: Floats) -> None:
        if not job.sounding:
            job.sounding = True
            self._metrics.first_audio(time.monotonic() - job.arrived_s)
        job.events.put_nowait(block)

    def _end(self, job: _Job, began_s: float, work: asyncio.Future[Take | BaseException]) -> None:
        self._pending.remove(job)
        self._occupied -= 1
        self._metrics.composing(self._occupied)
        self._free.release()
        ended = work.result()
        if isinstance(ended, Take):
            self._estimator.learn(job.request.duration_s, time.monotonic() - began_s)
        job.events.put_nowait(ended)

    def _admit(self, request: MusicRequest) -> None:
        """One that has a place takes it."""
        place = self._places.get(request.group)
        if place is not None and place.left:
            place.left -= 1
            return
        self._check(Pending.of(request), 1, request.budget_s)

    def _check(self, asked: Pending, takes: int, budget_s: float) -> None:
        """Raises Busy, CannotFinishInTime where so many takes more would be too many."""
        kept = [place.asked for place in self._places.values() for _ in range(place.left)]
        ahead = [*(job.pending for job in self._pending), *kept]
        if len(ahead) + takes > self._slots + self._max_waiting:
            queued_s = self._estimator.eta_s(0.0, ahead) or 5.0
            raise Busy("The composer's queue is full. Try again shortly.", retry_after_s=max(1.0, round(queued_s)))
        refuse_late(asked, takes, budget_s, ahead, self._estimator)


def _take_or_what_was_raised(composer: Composer, job: _Job, emit: Emit) -> Take | BaseException:
    """In the composer's thread. A value, since a future would keep the traceback of what is raised in it: its frames
    hold the take and the codec's state, in circles."""
    try:
        return composer.compose(job.request, job.progress, emit)
    except (AuralError, Cancelled) as expected:
        return expected.with_traceback(None)
    except BaseException as raised:
        return raised


async def _until_its_take(job: _Job) -> AsyncGenerator[Floats | Take, None]:
    while True:
        item = await job.events.get()
        if isinstance(item, BaseException):
            raise item
        yield item
        if isinstance(item, Take):
            return
