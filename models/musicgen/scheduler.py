"""Continuous batching: a thread that lets requests into free slots, steps all of them, and lets them out one by one.

Some lines over 250: it is the life of that one thread, and its state has no second owner.
"""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from queue import SimpleQueue

import torch

from aural.errors import Internal, NotReady
from models.musicgen.engine import DecodingSequence, Engine, GenerationRequest
from models.musicgen.step import Ints

logger = logging.getLogger("aural")

NO_MEMORY = (MemoryError, torch.OutOfMemoryError)
"""OutOfCacheMemory, and what sampling may raise."""
OnStep = Callable[[float], None]
"""Called in the scheduler's thread after each step with the fraction done; what it raises ends the request."""


@dataclass(frozen=True)
class StepStats:
    """A step of `slots` requests that together held `positions`; so many `frames` became complete in it.

    `prefilled`: whether frames that were known already, at a window's start, were part of it.
    """

    slots: int
    positions: int
    frames: int
    prefilled: bool
    took_s: float


class _Job:
    """A request, from its arrival to its end. `events`: frames, then None or what ended it."""

    def __init__(self, request: GenerationRequest, on_step: OnStep):
        self.request = request
        self.on_step = on_step
        self.events: SimpleQueue[Ints | BaseException | None] = SimpleQueue()
        self.sequence: DecodingSequence | None = None
        self.sent = 0
        self.left = False

    def hand_over_frames(self) -> None:
        """Frames that became complete. (A request that was begun again hands over only what is new.)"""
        assert self.sequence is not None
        if self.sequence.done > self.sent:
            self.events.put(self.sequence.tokens[:, self.sent : self.sequence.done].copy())
            self.sent = self.sequence.done


class Scheduler:
    """Requests are served in the order of their arrival, once a slot and the memory for all their frames are free.

    `kv_cache_bytes` bounds what the caches of all slots together may come to. `stepped` hears of every step.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        bytes_per_frame: int,
        kv_cache_bytes: int,
        stepped: Sequence[Callable[[StepStats], None]] = (),
    ):
        self._engine = engine
        self._stepped = tuple(stepped)
        self._kv_cache_frames = kv_cache_bytes // bytes_per_frame
        self._max_slots = engine.slots  # slots in use at most: fewer after memory ran out
        self._arrived = threading.Condition()
        self._waiting: deque[_Job] = deque()
        self._running: list[_Job] = []
        self._closed = False
        self._thread = threading.Thread(target=self._work, name="musicgen", daemon=True)
        self._thread.start()

    def generate(self, request: GenerationRequest, on_step: OnStep) -> Iterator[Ints]:
        """Frames (codebooks, n) in order, as they become complete, those of the opening first.

        Leaving the iterator early frees the slot.

        Raises what `on_step` raises, Internal, and NotReady where memory ran out for this request alone or the service
        stops.
        """
        job = _Job(request, on_step)
        with self._arrived:
            if self._closed:
                raise _stopping_error()
            self._waiting.append(job)
            self._arrived.notify()
        try:
            while (item := job.events.get()) is not None:
                if isinstance(item, BaseException):
                    raise item
                yield item
        finally:
            job.left = True

    @property
    def request_count(self) -> int:
        """Requests in slots or waiting for one."""
        return len(self._running) + len(self._waiting)

    def check(self) -> None:
        """Raises NotReady once the thread has ended: closed, or its device lost."""
        if self._closed:
            raise _stopping_error()

    def close(self) -> None:
        """Ends what plays; the thread is gone afterwards."""
        with self._arrived:
            self._closed = True
            self._arrived.notify()
        self._thread.join()

    def _work(self) -> None:
        # Sampling is little work: torch's threads would only take the cores from the step's.
        torch.set_num_threads(1)
        try:
            while self._wait_for_work():
                self._run_iteration()
        finally:  # whatever ended this thread, nobody waits for it in vain
            with self._arrived:
                self._closed = True
            for job in [*self._running, *self._waiting]:
                job.events.put(_stopping_error())

    def _wait_for_work(self) -> bool:
        """False when there will be none any more."""
        with self._arrived:
            while not (self._waiting or self._running or self._closed):
                self._arrived.wait()
            return not self._closed

    def _run_iteration(self) -> None:
        try:
            self._poll_waiting()
            self._admit()
            if self._running:
                self._step()
        except NO_MEMORY:  # nothing of the step was taken yet
            self._preempt_last_job()
        except Exception as error:
            logger.exception("a step failed")
            for job in list(self._running):
                failure = Internal("The music model failed; the server's log says why.")
                failure.__cause__ = error
                self._end(job, failure)
            with contextlib.suppress(*NO_MEMORY):
                self._engine.probe()  # a device that is lost ends this thread, and check() says so

    def _poll_waiting(self) -> None:
        """Those who wait may leave, or run out of time, as well as those who play."""
        for job in list(self._waiting):
            try:
                job.on_step(0.0)
            except BaseException as error:
                self._waiting.remove(job)
                job.events.put(error)

    def _admit(self) -> None:
        while self._waiting and len(self._running) < self._max_slots:
            job = self._waiting[0]
            if job.left:
                self._waiting.popleft()
                continue
            held = sum(self._cache_frames_needed(one) for one in self._running)
            if self._running and held + self._cache_frames_needed(job) > self._kv_cache_frames:
                return  # it is its turn: nobody overtakes it
            self._running.append(self._waiting.popleft())
            job.sequence = self._engine.add(job.request)

    def _cache_frames_needed(self, job: _Job) -> int:
        return min(job.request.frames, self._engine.window_frames)

    def _step(self) -> None:
        before = list(self._engine.sequences)
        positions, done = sum(one.position for one in before), sum(one.done for one in before)
        prefilled = any(one.prompt_ahead for one in before)
        started = time.perf_counter()
        if self._engine.prefill_waiting(pause=self._somebody_leaves):
            self._engine.advance()
            took_s = time.perf_counter() - started
            frames = sum(one.done for one in before) - done
            for hear in self._stepped:
                hear(StepStats(len(before), positions, frames, prefilled, took_s))
        self._deliver_results()

    def _somebody_leaves(self) -> bool:
        """Taking in what is known may last: who leaves meanwhile frees his slot before the step."""
        for job in self._running:
            assert job.sequence is not None
            try:
                job.on_step(job.sequence.fraction_done)
            except BaseException:  # it will be raised again where it is reported
                return True
        return self._closed or any(job.left for job in self._running)

    def _deliver_results(self) -> None:
        """Hand over what a step has made; let those out who are finished, failed or gone."""
        for job in list(self._running):
            sequence = job.sequence
            assert sequence is not None
            try:
                if sequence.error is not None:
                    raise Internal(str(sequence.error)) from sequence.error
                job.hand_over_frames()
                job.on_step(sequence.fraction_done)
            except BaseException as error:  # what the caller raises in order to stop is his own business
                self._end(job, error)
                continue
            if sequence.finished or job.left:
                self._end(job, None)

    def _end(self, job: _Job, with_error: BaseException | None) -> None:
        self._running.remove(job)
        try:
            if job.sequence in self._engine.sequences:
                self._engine.evict(job.sequence)
            if job.sequence is not None and job.sequence.finished:
                self._max_slots = min(self._max_slots + 1, self._engine.slots)
        finally:
            job.events.put(with_error)

    def _preempt_last_job(self) -> None:
        """Memory ran out: the last to come gives way and begins again later, to the same tokens."""
        last = self._running[-1]
        if len(self._running) == 1:
            self._end(last, _out_of_memory_error())
            return
        self._max_slots = len(self._running) - 1
        logger.warning("out of memory: %d slots from here on", self._max_slots)
        self._running.remove(last)
        self._waiting.appendleft(last)
        if last.sequence is not None:  # else it was on its way in
            self._engine.evict(last.sequence)
            last.sequence = None


def _stopping_error() -> NotReady:
    return NotReady("The service is stopping.", retry_after_s=5)


def _out_of_memory_error() -> NotReady:
    logger.error("out of memory with one request")
    return NotReady(
        "There is not memory enough for this request. Ask for a shorter duration or try again later.", retry_after_s=5
    )
