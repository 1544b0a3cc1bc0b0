"""Slots that are given to whoever has waited longest, whenever he asked for one."""

from __future__ import annotations

import asyncio
import heapq
import itertools


class Slots:
    """`count` at once. Not `asyncio.Semaphore`, whose order is that in which they are asked for."""

    def __init__(self, count: int):
        self._free = count
        self._waiting: list[tuple[float, int, asyncio.Future[None]]] = []  # a heap, whose first has waited longest
        self._number = itertools.count()

    async def acquire(self, since_s: float) -> None:
        """Waits for a slot, behind all that wait since an earlier moment."""
        if self._free:
            self._free -= 1
            return
        turn = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (since_s, next(self._number), turn))
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():  # given, and left at once
                self.release()
            raise

    def release(self) -> None:
        """Gives it to the next that still waits, or keeps it."""
        while self._waiting:
            _, _, turn = heapq.heappop(self._waiting)
            if not turn.done():
                turn.set_result(None)
                return
        self._free += 1
