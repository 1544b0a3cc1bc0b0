"""A transport that closes so that the other side can read what was sent to it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

IDLE_S = 2.0
TOTAL_S = 10.0
FLUSH_S = 10.0
MIN_BYTES_PER_S = 20_000
"""A client that takes its answer slower than this, over FLUSH_S, has left."""


class LingeringTransport:
    """A TCP transport whose `close` ends our side alone while `more_may_come` says that the other is still sending.

    A socket that is closed with bytes unread is reset, and a reset may take the answer with it. So what comes is thrown
    away until the other side closes, pauses for IDLE_S, or TOTAL_S have passed. Whoever does not
    fetch what was written before is cut off.
    """

    def __init__(self, transport: asyncio.Transport, more_may_come: Callable[[], bool]):
        self._transport = transport
        self._more_may_come = more_may_come
        self._loop = asyncio.get_running_loop()
        self._closing = False
        self._idle: asyncio.TimerHandle | None = None
        self._total: asyncio.TimerHandle | None = None
        self._flush: asyncio.TimerHandle | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def is_closing(self) -> bool:
        return self._closing or self._transport.is_closing()

    def close(self) -> None:
        """A second time, it closes at once."""
        if self._transport.is_closing():
            return
        if self._closing or not self._more_may_come():
            self._end()
            return
        self._closing = True
        self._total = self._loop.call_later(TOTAL_S, self._end)
        self.discarded()
        if self._transport.can_write_eof():  # TLS cannot
            self._transport.write_eof()
        self._transport.resume_reading()

    def discarded(self) -> None:
        """Bytes came and were thrown away."""
        if self._idle is not None:
            self._idle.cancel()
        self._idle = self._loop.call_later(IDLE_S, self._end)

    def lost(self) -> None:
        """The connection is gone: no timer is left."""
        for timer in (self._idle, self._total, self._flush):
            if timer is not None:
                timer.cancel()

    def _end(self) -> None:
        self._closing = True
        self._transport.close()
        self._check_flush(self._transport.get_write_buffer_size())

    def _check_flush(self, left_bytes: int) -> None:
        """Closing waits for all that was written to be fetched, and would for ever."""
        if left_bytes == 0:
            return

        def check() -> None:
            now_bytes = self._transport.get_write_buffer_size()
            if now_bytes > left_bytes - FLUSH_S * MIN_BYTES_PER_S and now_bytes > 0:
                self._transport.abort()
            else:
                self._check_flush(now_bytes)

        self._flush = self._loop.call_later(FLUSH_S, check)
