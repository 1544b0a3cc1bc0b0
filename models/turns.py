"""Turns at a composer: a bounded queue, a deadline that stops the work, and admission by measured speed."""

from __future__ import annotations

import asyncio
import time

from aural.errors import Busy, CannotFinishInTime, DeadlineExceeded
from aural.settings import MAX_DURATION_S, MIN_DURATION_S
from aural.wire import MusicRequest, Take
from models.composer import Composer

# What earlier takes still weigh with each new one. Sums, not speeds, are kept: a long take says more than a short one,
# whose fixed costs would make every machine look slow.
KEPT = 0.8


class Turns:
    """`slots` requests compose at once, each in its own thread; the others wait in order."""

    def __init__(self, composer: Composer, *, slots: int, max_waiting: int = 64):
        self._composer = composer
        self._slots = slots
        self._free = asyncio.Semaphore(slots)
        self._max_waiting = max_waiting
        self._pending_s: dict[int, float] = {}
        self._work_s = 0.0
        self._music_s = 0.0

    def warm_up(self, duration_s: float) -> None:
        """Compose `duration_s` of music and learn how fast this machine is, once it has begun: what a first call alone
        pays (memory, kernels, caches) lies before its first sign of progress."""
        begun: list[tuple[float, float]] = []

        def note(fraction: float) -> None:
            if not begun and fraction < 1:
                begun.append((fraction, time.monotonic()))

        started = time.monotonic()
        self._composer.compose(MusicRequest(prompt="warm up", duration_s=duration_s, seed=0), note)
        fraction, began = begun[0] if begun else (0.0, started)
        self._learn(duration_s * (1 - fraction), time.monotonic() - began)

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
        if not self._music_s:
            return
        work_s_per_s = self._work_s / self._music_s
        queued_s = sum(self._pending_s.values()) * work_s_per_s / self._slots
        longest_s = (request.budget_s - queued_s) / work_s_per_s
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
        self._work_s = KEPT * self._work_s + work_s
        self._music_s = KEPT * self._music_s + duration_s

    @staticmethod
    def _check(expires_at: float) -> None:
        if time.monotonic() > expires_at:
            raise DeadlineExceeded("The music was not finished in time. Ask for a shorter duration or try again later.")
