"""Adaptive batching over requests: whatever waits when the model is free makes the next batch.

BentoML's own `batchable=True` would do but for three things: it learns how long to wait for company, so that a lone
request may wait for nobody (0.85 s instead of 0.46 s after a burst, at worst; `bench/batching.py`); one item that
fails there fails its whole batch; and it cannot skip a request whose time is over or whose caller has gone. Here a
batch is what arrived while its predecessor ran.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from aural.errors import Busy, DeadlineExceeded

In = TypeVar("In")
Out = TypeVar("Out")

BATCH_SIZES = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32)


@dataclass(frozen=True, eq=False)
class _Job(Generic[In, Out]):
    item: In
    expires_at: float
    done: asyncio.Future[Out]


class Batcher(Generic[In, Out]):
    """Calls `run(items)` in a thread, one batch at a time.

    `run` gives one result, or error, per item, in order; each is handed out when it is there.

    Batch sizes are exported as the histogram `aural_batch_size{runner=...}`.
    """

    def __init__(
        self,
        runner: str,
        run: Callable[[list[In]], Iterable[Out | Exception]],
        *,
        max_batch: int,
        max_waiting: int = 256,
    ):
        self._run = run
        self._max_batch = max_batch
        self._max_waiting = max_waiting
        self._waiting: deque[_Job[In, Out]] = deque()
        self._loop_task: asyncio.Task[None] | None = None
        # Imported late: BentoML names prometheus_client's folder for several processes after our modules load.
        from prometheus_client import Histogram

        self._sizes = Histogram(
            name="aural_batch_size",
            documentation="Requests per batch at a runner: CREPE, and the ear that feelings come from.",
            labelnames=["runner"],
            buckets=BATCH_SIZES,
        ).labels(runner=runner)

    async def __call__(self, item: In, budget_s: float) -> Out:
        """The item's own result. Raises what it alone raised, DeadlineExceeded when it waited too long, Busy."""
        if len(self._waiting) >= self._max_waiting:
            raise Busy(f"{self._max_waiting} requests wait already. Try again shortly.", retry_after_s=2)
        done: asyncio.Future[Out] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Job(item, time.monotonic() + budget_s, done))
        if self._loop_task is None or self._loop_task.done():
            self._loop_task = asyncio.create_task(self._work())
        return await done

    async def _work(self) -> None:
        while self._waiting:
            jobs = self._next_batch()
            if not jobs:
                continue
            self._sizes.observe(len(jobs))
            error = await self._ran(jobs)
            if error is not None and len(jobs) > 1:
                await self._one_by_one(jobs)
            elif error is not None:
                _settle(jobs[0], error)

    async def _ran(self, jobs: list[_Job[In, Out]]) -> Exception | None:
        """Runs a batch and hands out what comes of it; returns what it raised instead."""
        loop = asyncio.get_running_loop()

        def run() -> None:
            for job, result in zip(jobs, self._run([job.item for job in jobs]), strict=True):
                loop.call_soon_threadsafe(_settle, job, result)

        try:
            await asyncio.to_thread(run)
        except Exception as error:
            return error
        return None

    def _next_batch(self) -> list[_Job[In, Out]]:
        jobs: list[_Job[In, Out]] = []
        while self._waiting and len(jobs) < self._max_batch:
            job = self._waiting.popleft()
            if job.done.done():
                continue
            if job.expires_at < time.monotonic():
                job.done.set_exception(DeadlineExceeded("The request's time was over before its job came."))
                continue
            jobs.append(job)
        return jobs

    async def _one_by_one(self, jobs: list[_Job[In, Out]]) -> None:
        """A batch failed: run what is left of it alone, so that only the one at fault fails."""
        for job in jobs:
            if not job.done.done() and (error := await self._ran([job])) is not None:
                _settle(job, error)


def _settle(job: _Job[In, Out], result: Out | Exception) -> None:
    if job.done.done():
        return
    if isinstance(result, Exception):
        job.done.set_exception(result)
    else:
        job.done.set_result(result)
