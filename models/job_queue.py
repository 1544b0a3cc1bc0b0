"""A composer's jobs: a bounded queue, admission by measured speed, and work that ends when nobody waits for it."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import AsyncGenerator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing, contextmanager
from functools import partial

from aural.errors import AuralError, Busy, CannotFinishInTime, DeadlineExceeded
from aural.flow.admission import refuse_long_wait
from aural.types import Floats, JobStatus, MusicRequest, PlaceRequest, Take
from models.composer import Composer, Emit
from models.job import Cancelled, Job, Place
from models.latency import LatencyEstimator, Pending, refuse_late
from models.metrics_sink import MetricsSink, Outcome
from models.slots import Slots

# A caller whose time is over leaves a little before ours is: his clock began before the request was here.
TRANSIT_S = 0.1


class JobQueue:
    """`slots` requests compose at once, each in its own thread; the others wait in order, at most `max_wait_s`.

    The order is that in which they asked for a place, if they did: a clip that is listened to first waits here
    meanwhile.

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
        max_wait_s: float = math.inf,
    ):
        self._composer = composer
        self._slots = slots
        self._estimator = estimator
        self._metrics = metrics
        self._max_waiting = max_waiting
        self._max_wait_s = max_wait_s
        self._free = Slots(slots)
        self._threads = ThreadPoolExecutor(slots, thread_name_prefix="composer")
        self._pending: list[Job] = []  # in order of arrival
        self._places: dict[str, Place] = {}  # by group
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

    def status(self, request: MusicRequest) -> JobStatus | None:
        """How far it is; None for a request that neither waits nor is composed."""
        job = next((job for job in self._pending if job.request is request), None)
        if job is None:
            return None
        steps = self._composer.step_count(request)
        if job.begun_s is None:
            before, pending = self._before(job), job.pending
            left_s = self._estimator.eta_s(pending.duration_s, before, pending.opening_s)
            return JobStatus(self._ahead(len(before)), step=None if steps is None else 0, steps=steps, left_s=left_s)
        pending = job.pending_by_time if steps is None else job.pending
        step = None if steps is None else round(pending.fraction_done * steps)
        return JobStatus(0, pending.fraction_done, step, steps, self._estimator.left_s(pending, self._beside(job)))

    def _before(self, job: Job) -> list[Pending]:
        """Others that are composed now or will be before it."""
        in_order = sorted(self._pending, key=lambda one: (one.begun_s is None, one.since_s))
        return [one.pending for one in in_order[: in_order.index(job)]]

    def _beside(self, job: Job) -> list[Pending]:
        """Others that are composed now."""
        return [one.pending for one in self._pending if one.begun_s is not None and one is not job]

    def _ahead(self, before: int) -> int:
        """Of so many that came before, those that must end until there is a slot for the next."""
        return max(0, before - self._slots + 1)

    @contextmanager
    def place(self, request: PlaceRequest) -> Iterator[JobStatus]:
        """Keeps places for all requests of a group, so that they are let in when they come; says how its first one
        would fare now. Raises Busy, CannotFinishInTime.
        """
        asked = Pending(request.duration_s, 0.0, request.opening_s)
        ahead = self._check(asked, request.takes, request.budget_s)
        others = [asked] * (request.takes - 1)
        left_s = self._estimator.eta_s(request.duration_s, [*ahead, *others], request.opening_s)
        self._places[request.group] = Place(asked, request.takes, time.monotonic())
        try:
            yield JobStatus(self._ahead(len(ahead)), left_s=left_s)
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
        arrived_s = time.monotonic()
        job = Job(request, arrived_s, since_s=arrived_s)
        outcome: Outcome = "cancelled"
        try:
            self._admit(job)
            await self._begin(job)
            async for item in job.until_its_take():
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

    async def _begin(self, job: Job) -> None:
        """Waits for a slot and starts the work in it."""
        self._pending.append(job)
        try:
            async with asyncio.timeout(job.request.budget_s):
                await self._free.acquire(job.since_s)
        except BaseException as cause:
            self._pending.remove(job)
            if isinstance(cause, TimeoutError):
                raise DeadlineExceeded.unfinished() from cause
            raise
        began_s = time.monotonic()
        job.begun_s, job.expected_s = began_s, self._estimator.left_s(job.pending, self._beside(job))
        self._metrics.waited(began_s - job.arrived_s)
        self._occupied += 1
        self._metrics.composing(self._occupied)
        loop = asyncio.get_running_loop()

        def emit(block: Floats) -> None:
            loop.call_soon_threadsafe(self._hand_on, job, block)

        work = partial(_take_or_what_was_raised, self._composer, job, emit)
        # Not awaited: a reader may leave at any time, and the slot is occupied until the thread has stopped.
        loop.run_in_executor(self._threads, work).add_done_callback(partial(self._end, job, began_s))

    def _hand_on(self, job: Job, block: Floats) -> None:
        if not job.sounding:
            job.sounding = True
            self._metrics.first_audio(time.monotonic() - job.arrived_s)
        job.events.put_nowait(block)

    def _end(self, job: Job, began_s: float, work: asyncio.Future[Take | BaseException]) -> None:
        self._pending.remove(job)
        self._occupied -= 1
        self._metrics.composing(self._occupied)
        self._free.release()
        ended = work.result()
        if isinstance(ended, Take):
            self._estimator.learn(job.request.duration_s, time.monotonic() - began_s)
        job.events.put_nowait(ended)

    def _admit(self, job: Job) -> None:
        """One that has a place takes it, and has waited since that was asked for."""
        request = job.request
        place = self._places.get(request.group)
        if place is not None and place.left:
            place.left -= 1
            job.since_s = place.since_s
            return
        self._check(Pending.of(request), 1, request.budget_s)

    def _check(self, asked: Pending, takes: int, budget_s: float) -> list[Pending]:
        """All that is ahead. Raises Busy, CannotFinishInTime where so many takes more would be too many."""
        kept = [place.asked for place in self._places.values() for _ in range(place.left)]
        ahead = [*(job.pending for job in self._pending), *kept]
        if len(ahead) + takes > self._slots + self._max_waiting:
            queued_s = self._estimator.eta_s(0.0, ahead) or 5.0
            raise Busy("The composer's queue is full. Try again shortly.", retry_after_s=max(1.0, round(queued_s)))
        if self._ahead(len(ahead)):
            refuse_long_wait(self._estimator.eta_s(0.0, ahead) or 0.0, self._max_wait_s)
        refuse_late(asked, takes, budget_s, ahead, self._estimator)
        return ahead


def _take_or_what_was_raised(composer: Composer, job: Job, emit: Emit) -> Take | BaseException:
    """In the composer's thread. A value, since a future would keep the traceback of what is raised in it: its frames
    hold the take and the codec's state, in circles."""
    try:
        return composer.compose(job.request, job.progress, emit)
    except (AuralError, Cancelled) as expected:
        return expected.with_traceback(None)
    except BaseException as raised:
        return raised
