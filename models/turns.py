"""Turns at a composer: a bounded queue, a deadline that stops the work, and admission by measured speed."""

from __future__ import annotations

import asyncio
import time

from aural.errors import Busy, CannotFinishInTime, DeadlineExceeded
from aural.settings import MAX_DURATION_S, MIN_DURATION_S
from aural.wire import MusicRequest, Take
from models.composer import Composer

WARM_UP = MusicRequest(prompt="warm up", duration_s=2.0, seed=0)
# A new speed weighs a fifth: one slow take does not close the door, a slow machine does within a few.
SPEED_WEIGHT = 0.2


class Turns:
    """`slots` requests compose at once, each in its own thread; the others wait in order."""

    def __init__(self, composer: Composer, *, slots: int, max_waiting: int = 64):
        self._composer = composer
        self._slots = slots
        self._free = asyncio.Semaphore(slots)
        self._max_waiting = max_waiting
        self._pending_s: dict[int, float] = {}
        self._work_s_per_s: float | None = None

    def warm_up(self) -> None:
        """Compose two seconds and learn how fast this machine is, once it has begun: what a first call alone pays
        (memory, kernels, caches) lies before its first sign of progress."""
        begun: list[tuple[float, float]] = []

        def note(fraction: float) -> None:
            if not begun and fraction < 1:
                begun.append((fraction, time.monotonic()))

        started = time.monotonic()
        self._composer.compose(WARM_UP, note)
        fraction, began = begun[0] if begun else (0.0, started)
        self._learn(WARM_UP.duration_s * (1 - fraction), time.monotonic() - began)

    async def compose(self, request: MusicRequest) -> Take:
        """The take. Raises Busy, CannotFinishInTime at once; DeadlineExceeded when the time ran out on the way."""
        expires_at = time.monotonic() + request.budget_s
        self._admit(request)
        self._pending_s[id(request)] = request.duration_s
        try:
            async with self._free:
                self._check(expires_at)
                started = time.monotonic()
                take = await asyncio.to_thread(self._composer.compose, request, lambda _: self._check(expires_at))
                self._learn(request.duration_s, time.monotonic() - started)
                return take
        finally:
            del self._pending_s[id(request)]

    def _admit(self, request: MusicRequest) -> None:
        if len(self._pending_s) >= self._slots + self._max_waiting:
            raise Busy("The composer's queue is full. Try again shortly.", retry_after_s=5)
        if self._work_s_per_s is None:
            return
        queued_s = sum(self._pending_s.values()) * self._work_s_per_s / self._slots
        longest_s = (request.budget_s - queued_s) / self._work_s_per_s
        if request.duration_s > longest_s:
            fits_s = min(MAX_DURATION_S, float(int(longest_s)))
            raise CannotFinishInTime(
                f"{request.duration_s:g} s of music cannot be finished in the {request.budget_s:.0f} s that are left"
                f" (queue: {queued_s:.0f} s). "
                + (f"Ask for at most {fits_s:g} s." if fits_s >= MIN_DURATION_S else "Try again later."),
                retry_after_s=max(1.0, round(queued_s)),
                extra={"longest_duration_s": max(0.0, fits_s)},
            )

    def _learn(self, duration_s: float, work_s: float) -> None:
        speed = work_s / duration_s
        if self._work_s_per_s is None:
            self._work_s_per_s = speed
        else:
            self._work_s_per_s += SPEED_WEIGHT * (speed - self._work_s_per_s)

    @staticmethod
    def _check(expires_at: float) -> None:
        if time.monotonic() > expires_at:
            raise DeadlineExceeded("The music was not finished in time. Ask for a shorter duration or try again later.")
