"""So many requests of one key in any 60 s (a moving window: `limits`, in this process's memory)."""

from __future__ import annotations

import time
from collections.abc import Callable

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from aural.errors import Busy

CLOCK_SLACK_S = 1.0


class RateLimit:
    """`take` counts a request, or refuses it uncounted.

    `limits` goes by the clock on the wall. One that is set back would have keys wait until it has come up again, so
    what was counted is forgotten then. `now_s`: the clock that it is compared with, which is never set.
    """

    def __init__(self, per_minute: int, now_s: Callable[[], float] = time.monotonic):
        self._limit = RateLimitItemPerMinute(per_minute)
        self._storage = MemoryStorage()
        self._window = MovingWindowRateLimiter(self._storage)
        self._now_s = now_s
        self._apart_s = time.time() - now_s()

    def take(self, key: str) -> None:
        """Raises Busy, which says when there is room again."""
        apart_s = time.time() - self._now_s()
        if apart_s < self._apart_s - CLOCK_SLACK_S:
            self._storage.reset()
        self._apart_s = apart_s
        if not self._window.hit(self._limit, key):
            room_s = max(0.0, self._window.get_window_stats(self._limit, key).reset_time - time.time())
            raise Busy(
                f"This key may ask {self._limit.amount} times a minute, and has. Try again in {room_s:.0f} s.",
                retry_after_s=room_s,
            )
