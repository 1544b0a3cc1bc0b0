"""Worker processes: hostile files and heavy analysis stay off the event loop, and a crash costs one job only.

Jobs are functions that can be imported by name, with arguments and results that can be pickled.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Self, TypeVar

from aural.errors import DeadlineExceeded
from aural.workers.process import Answer, Limits, Worker, WorkerDied

__all__ = ["MAX_MEMORY_BYTES", "WorkerDied", "Workers"]

log = logging.getLogger(__name__)
Result = TypeVar("Result")

# Measured: 210 MB when warm, 240 MB after decoding and hearing 30 s; hostile files ask for 3 GB and more.
MAX_MEMORY_BYTES = 2**30  # unless a job says what it needs
MAX_CPU_S = 60  # unless a job says less: no job of ours takes a third of it
RENEW_BYTES = 500 * 2**20  # of a worker between two jobs: beyond this another takes its place
RETRY_PAUSE_S = 1.0
WARM_UP_LIMITS = Limits(MAX_MEMORY_BYTES, MAX_CPU_S)


def no_warm_up() -> None:
    """The warm-up of workers that need none."""


class Workers:
    """A fixed number of processes, each with one job at a time. Jobs change nothing outside: one whose process was
    killed from outside is done again, once.

    `warm_up` runs in each of them before its first job: it imports and loads what jobs need.
    """

    def __init__(
        self,
        count: int,
        warm_up: Callable[[], object] = no_warm_up,
    ) -> None:
        self.count = count
        self._warm_up = warm_up
        self._all: set[Worker] = set()
        self._idle: asyncio.Queue[Worker] = asyncio.Queue()
        self._replacing: set[asyncio.Task[None]] = set()
        self._retired: set[Worker] = set()
        self._stopped = True
        self._threads: ThreadPoolExecutor

    async def start(self) -> None:
        """Returns when all are warm. Raises what `warm_up` raises; then it may be tried again."""
        assert self._stopped, "it runs"
        self._stopped = False
        # A thread waits for each worker's answer; twice as many, for those that are just being replaced.
        self._threads = ThreadPoolExecutor(2 * self.count, thread_name_prefix="worker-answer")
        outcomes = await asyncio.gather(*(self._add() for _ in range(self.count)), return_exceptions=True)
        for outcome in outcomes:
            if outcome is not None:
                await self.stop()
                raise outcome

    async def stop(self) -> None:
        """End all workers, and with them the jobs that still run: those raise WorkerDied."""
        if self._stopped:
            return
        self._stopped = True
        for task in self._replacing:
            task.cancel()
        await asyncio.gather(*self._replacing, return_exceptions=True)
        await asyncio.gather(*(self._end(worker) for worker in tuple(self._all)))
        self._threads.shutdown()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def run(
        self,
        function: Callable[..., Result],
        *args: Any,
        timeout_s: float,
        memory_bytes: int = MAX_MEMORY_BYTES,
        cpu_s: int = MAX_CPU_S,
    ) -> Result:
        """`function(*args)` in a worker. `timeout_s` includes the wait for a free one.

        A job for which the process's memory would grow past `memory_bytes` gets a MemoryError, or dies of it; one that
        computes for longer than `cpu_s` dies of it (both on Linux only).

        Raises what the function raises, WorkerDied, and DeadlineExceeded. When the time is over or the caller
        is cancelled, the job's process is killed and another takes its place; a job whose time is over before it
        begins costs no process.
        """
        if timeout_s <= 0:
            raise DeadlineExceeded("No time is left for the work. Try again later, or with a shorter clip.")
        ends_s = time.monotonic() + timeout_s
        limits = Limits(memory_bytes, cpu_s)
        try:
            async with asyncio.timeout(timeout_s):
                try:
                    answer = await self._ask_any(function, args, limits, ends_s)
                except WorkerDied as died:
                    if self._stopped or not died.killed_from_outside:
                        raise
                    log.warning("A worker was killed in the middle of a job, which is done again.")
                    answer = await self._ask_any(function, args, limits, ends_s)
        except TimeoutError as cause:
            sentence = f"The work is not done after {timeout_s:.1f} s. Try again later, or with a shorter clip."
            raise DeadlineExceeded(sentence) from cause
        return answer.result()  # type: ignore[no-any-return]

    async def _ask_any(
        self, function: Callable[..., Any], args: tuple[Any, ...], limits: Limits, ends_s: float
    ) -> Answer:
        worker = await self._free_worker()
        if time.monotonic() >= ends_s:
            self._release(worker)
            raise TimeoutError
        return await self._ask(worker, function, args, limits)

    async def _free_worker(self) -> Worker:
        while not (worker := await self._idle.get()).alive:
            self._replace(worker)
        return worker

    async def _ask(self, worker: Worker, function: Callable[..., Any], args: tuple[Any, ...], limits: Limits) -> Answer:
        try:
            loop = asyncio.get_running_loop()
            answer = await loop.run_in_executor(self._threads, worker.ask, function, args, limits)
        except (WorkerDied, asyncio.CancelledError):
            self._replace(worker)
            raise
        except Exception:  # arguments or answer do not pickle: the worker is well
            self._release(worker)
            raise
        self._release(worker)
        if worker.resident_bytes > RENEW_BYTES and not self._replacing and not self._retired:
            self._begin(self._renew(worker))
        return answer

    def _release(self, worker: Worker) -> None:
        if worker in self._retired:
            self._retired.discard(worker)
            self._begin(self._end(worker))
        else:
            self._idle.put_nowait(worker)

    def _replace(self, worker: Worker) -> None:
        worker.kill()
        if self._stopped:
            return
        if worker in self._retired:
            self._release(worker)
        else:
            self._begin(self._end_and_add(worker))

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._replacing.add(task)
        task.add_done_callback(self._replacing.discard)

    async def _renew(self, worker: Worker) -> None:
        """Nobody waits for it: it works on until another is warm, and ends when it is free."""
        log.info("A worker holds %d MB after its job: another takes its place.", worker.resident_bytes // 2**20)
        try:
            await self._add()
        except Exception:
            log.exception("A worker could not be renewed.")
            return
        self._retired.add(worker)
        for one in [self._idle.get_nowait() for _ in range(self._idle.qsize())]:
            self._release(one)  # it alone ends

    async def _end_and_add(self, worker: Worker) -> None:
        """Tries until it works: the first workers could warm up, so a failure now is a lack of memory that will
        pass."""
        await self._end(worker)
        while True:
            try:
                return await self._add()
            except Exception:
                log.exception("A worker could not be replaced; the next try is in %.0f s.", RETRY_PAUSE_S)
                await asyncio.sleep(RETRY_PAUSE_S)

    async def _add(self) -> None:
        worker = Worker()
        self._all.add(worker)
        try:
            loop = asyncio.get_running_loop()
            answer = await loop.run_in_executor(self._threads, worker.ask, self._warm_up, (), WARM_UP_LIMITS)
            answer.result()
        except BaseException:
            worker.kill()
            await self._end(worker)
            raise
        self._idle.put_nowait(worker)

    async def _end(self, worker: Worker) -> None:
        await asyncio.to_thread(worker.end)
        self._all.discard(worker)
