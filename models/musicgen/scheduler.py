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
class Stepped:
    """A step of `slots` requests that together held `positions`; so many `frames` became complete in it.

    `taken_in`: whether frames that were known already, at a window's start, were part of it.
    """

    slots: int
    positions: int
    frames: int
    taken_in: bool
    took_s: float


class _Slot:
    """A request, from its arrival to its end. `news`: frames, then None or what ended it."""

    def __init__(self, plan: GenerationRequest, on_step: OnStep):
        self.plan = plan
        self.on_step = on_step
        self.news: SimpleQueue[Ints | BaseException | None] = SimpleQueue()
        self.playing: DecodingSequence | None = None
        self.sent = 0
        self.left = False

    def hand_over(self) -> None:
        """Frames that became complete. (A request that was begun again hands over only what is new.)"""
        assert self.playing is not None
        if self.playing.done > self.sent:
            self.news.put(self.playing.tokens[:, self.sent : self.playing.done].copy())
            self.sent = self.playing.done


class Scheduler:
    """Requests are served in the order of their arrival, once a slot and the memory for all their frames are free.

    `room_bytes` bounds what the caches of all slots together may come to. `stepped` hears of every step.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        bytes_per_frame: int,
        room_bytes: int,
        stepped: Sequence[Callable[[Stepped], None]] = (),
    ):
        self._engine = engine
        self._stepped = tuple(stepped)
        self._room_frames = room_bytes // bytes_per_frame
        self._most = engine.slots  # slots in use at most: fewer after memory ran out
        self._arrived = threading.Condition()
        self._waiting: deque[_Slot] = deque()
        self._seated: list[_Slot] = []
        self._closed = False
        self._thread = threading.Thread(target=self._work, name="musicgen", daemon=True)
        self._thread.start()

    def play(self, plan: GenerationRequest, on_step: OnStep) -> Iterator[Ints]:
        """Frames (codebooks, n) in order, as they become complete, those of the opening first.

        Leaving the iterator early frees the slot.

        Raises what `on_step` raises, Internal, and NotReady where memory ran out for this request alone or the service
        stops.
        """
        seat = _Slot(plan, on_step)
        with self._arrived:
            if self._closed:
                raise _stopping()
            self._waiting.append(seat)
            self._arrived.notify()
        try:
            while (item := seat.news.get()) is not None:
                if isinstance(item, BaseException):
                    raise item
                yield item
        finally:
            seat.left = True

    @property
    def busy(self) -> int:
        """Requests in slots or waiting for one."""
        return len(self._seated) + len(self._waiting)

    def check(self) -> None:
        """Raises NotReady once the thread has ended: closed, or its device lost."""
        if self._closed:
            raise _stopping()

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
                self._work_on()
        finally:  # whatever ended this thread, nobody waits for it in vain
            with self._arrived:
                self._closed = True
            for seat in [*self._seated, *self._waiting]:
                seat.news.put(_stopping())

    def _wait_for_work(self) -> bool:
        """False when there will be none any more."""
        with self._arrived:
            while not (self._waiting or self._seated or self._closed):
                self._arrived.wait()
            return not self._closed

    def _work_on(self) -> None:
        try:
            self._ask_who_waits()
            self._let_in()
            if self._seated:
                self._step()
        except NO_MEMORY:  # nothing of the step was taken yet
            self._shrink()
        except Exception as error:
            logger.exception("a step failed")
            for seat in list(self._seated):
                failure = Internal("The music model failed; the server's log says why.")
                failure.__cause__ = error
                self._end(seat, failure)
            with contextlib.suppress(*NO_MEMORY):
                self._engine.probe()  # a device that is lost ends this thread, and check() says so

    def _ask_who_waits(self) -> None:
        """Those who wait may leave, or run out of time, as well as those who play."""
        for seat in list(self._waiting):
            try:
                seat.on_step(0.0)
            except BaseException as error:
                self._waiting.remove(seat)
                seat.news.put(error)

    def _let_in(self) -> None:
        while self._waiting and len(self._seated) < self._most:
            seat = self._waiting[0]
            if seat.left:
                self._waiting.popleft()
                continue
            held = sum(self._frames_of(one) for one in self._seated)
            if self._seated and held + self._frames_of(seat) > self._room_frames:
                return  # it is its turn: nobody overtakes it
            self._seated.append(self._waiting.popleft())
            seat.playing = self._engine.add(seat.plan)

    def _frames_of(self, seat: _Slot) -> int:
        return min(seat.plan.frames, self._engine.window_frames)

    def _step(self) -> None:
        before = list(self._engine.playing)
        positions, done = sum(one.position for one in before), sum(one.done for one in before)
        taken_in = any(one.known_ahead for one in before)
        started = time.perf_counter()
        if self._engine.prefill_waiting(pause=self._somebody_leaves):
            self._engine.advance()
            took_s = time.perf_counter() - started
            frames = sum(one.done for one in before) - done
            for hear in self._stepped:
                hear(Stepped(len(before), positions, frames, taken_in, took_s))
        self._report()

    def _somebody_leaves(self) -> bool:
        """Taking in what is known may last: who leaves meanwhile frees his slot before the step."""
        for seat in self._seated:
            assert seat.playing is not None
            try:
                seat.on_step(seat.playing.fraction_done)
            except BaseException:  # it will be raised again where it is reported
                return True
        return self._closed or any(seat.left for seat in self._seated)

    def _report(self) -> None:
        """Hand over what a step has made; let those out who are finished, failed or gone."""
        for seat in list(self._seated):
            playing = seat.playing
            assert playing is not None
            try:
                if playing.error is not None:
                    raise Internal(str(playing.error)) from playing.error
                seat.hand_over()
                seat.on_step(playing.fraction_done)
            except BaseException as error:  # what the caller raises in order to stop is his own business
                self._end(seat, error)
                continue
            if playing.finished or seat.left:
                self._end(seat, None)

    def _end(self, seat: _Slot, with_error: BaseException | None) -> None:
        self._seated.remove(seat)
        try:
            if seat.playing in self._engine.playing:
                self._engine.evict(seat.playing)
            if seat.playing is not None and seat.playing.finished:
                self._most = min(self._most + 1, self._engine.slots)
        finally:
            seat.news.put(with_error)

    def _shrink(self) -> None:
        """Memory ran out: the last to come gives way and begins again later, to the same tokens."""
        last = self._seated[-1]
        if len(self._seated) == 1:
            self._end(last, _too_big())
            return
        self._most = len(self._seated) - 1
        logger.warning("out of memory: %d slots from here on", self._most)
        self._seated.remove(last)
        self._waiting.appendleft(last)
        if last.playing is not None:  # else it was on its way in
            self._engine.evict(last.playing)
            last.playing = None


def _stopping() -> NotReady:
    return NotReady("The service is stopping.", retry_after_s=5)


def _too_big() -> NotReady:
    logger.error("out of memory with one request")
    return NotReady(
        "There is not memory enough for this request. Ask for a shorter duration or try again later.", retry_after_s=5
    )
