"""Whether a call is tried again, when, and how long it may take in all."""

from __future__ import annotations

import time
from collections.abc import Callable

from aural_client.errors import AuralError, ConnectionFailed

TOO_MANY, UNAVAILABLE = 429, 503
REFUSED_WAIT_S = 0.5
"""Before the second try where nobody listens; doubled before each further one."""


class Attempts:
    """Of one call, that may be tried `retries` times again and take `time_s` in all.

    Only what was not worked on is tried again: what the service refused at its door and named a time for, and a
    connection that was never made.
    """

    def __init__(self, retries: int, time_s: float, now_s: Callable[[], float] = time.monotonic):
        self._left = retries
        self._wait_s = REFUSED_WAIT_S
        self._now_s = now_s
        self._until_s = now_s() + time_s

    @property
    def left_s(self) -> float:
        """Of the call's time; 0 where it is over."""
        return max(0.0, self._until_s - self._now_s())

    def wait_s(self, failure: AuralError) -> float:
        """Seconds until the next try. Raises `failure` where there is none."""
        wait_s = self._asked_wait_s(failure)
        if wait_s is None or self._left == 0 or wait_s >= self.left_s:
            raise failure
        self._left -= 1
        return wait_s

    def _asked_wait_s(self, failure: AuralError) -> float | None:
        if isinstance(failure, ConnectionFailed) and failure.never_sent:
            self._wait_s *= 2
            return self._wait_s / 2
        return failure.retry_after_s if failure.status in (TOO_MANY, UNAVAILABLE) else None
