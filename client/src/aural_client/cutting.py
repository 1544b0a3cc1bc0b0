"""The end of a connection that another thread waits at."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from typing import Any

EVERY_S = 0.05


class Cutter:
    """Knows a request's connection, by httpcore's trace, and shuts it."""

    def __init__(self, cancel: threading.Event):
        self._cancel = cancel
        self._socket: socket.socket | None = None

    def trace(self, name: str, told: dict[str, Any]) -> None:
        """For the request's extension `trace`."""
        if name.endswith((".connect_tcp.complete", ".connect_unix_socket.complete", ".start_tls.complete")):
            self._socket = told["return_value"].get_extra_info("socket")

    @contextlib.contextmanager
    def at_work(self) -> Iterator[None]:
        """From here to the end of the block the connection ends when `cancel` is set."""
        over = threading.Event()
        thread = threading.Thread(target=self._watch, args=(over,), name="aural-client-cancel", daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    def _watch(self, over: threading.Event) -> None:
        while not over.wait(EVERY_S):
            # Again and again: it may be set before there is a connection.
            if self._cancel.is_set() and self._socket is not None:
                with contextlib.suppress(OSError):  # closed meanwhile
                    # Wakes who reads, as closing would not. Of TLS the socket below: its own would wait for a farewell.
                    socket.socket.shutdown(self._socket, socket.SHUT_RDWR)
