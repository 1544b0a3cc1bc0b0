"""Exact bytes to a server, and what comes back: for requests that no client library would send."""

from __future__ import annotations

import contextlib
import json
import socket
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

PATIENCE_S = 30.0


@dataclass(frozen=True)
class Answer:
    """`took_s`: from when it was waited for."""

    status: int
    headers: dict[str, str]
    body: bytes
    took_s: float

    def assert_refused(self, status: int, code: str) -> str:
        """An error of the one shape. Returns its sentence."""
        assert self.status == status, self
        told: dict[str, Any] = json.loads(self.body)
        assert set(told) == {"error", "code", "request_id"}, told
        assert (told["code"], told["request_id"]) == (code, self.headers["x-request-id"])
        assert self.headers["content-type"] == "application/json"
        return str(told["error"])


class Connection:
    """One connection, kept for several requests."""

    def __init__(self, url: str):
        host, port = url.removeprefix("http://").split(":")
        self.socket = socket.create_connection((host, int(port)), timeout=PATIENCE_S)
        self._unread = b""

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def ask(self, line: str, headers: Sequence[str] = (), body: bytes = b"") -> Answer:
        self.send(head(line, *headers) + body)
        return self.answer(has_body=not line.startswith("HEAD "))

    def answer(self, *, has_body: bool = True) -> Answer:
        """The next one; what is informational (100) is one too. Raises EOFError where there is none."""
        began_s = time.monotonic()
        lines, _, _ = self._until(b"\r\n\r\n").partition(b"\r\n\r\n")
        first, *rest = lines.decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in rest)}
        body = self._take(int(headers.get("content-length", 0))) if has_body else b""
        if headers.get("transfer-encoding") == "chunked" and has_body:
            while size := int(self._until(b"\r\n"), 16):
                body += self._take(size)
                self._take(2)
            self._until(b"\r\n")
        return Answer(int(first.split()[1]), headers, body, time.monotonic() - began_s)

    def closed_within_s(self, bound_s: float) -> bool:
        """Whether the server ends its side in time, without another answer and without a reset."""
        self.socket.settimeout(bound_s)
        try:
            return self._unread == b"" and self.socket.recv(65536) == b""
        except TimeoutError:
            return False
        finally:
            self.socket.settimeout(PATIENCE_S)

    def close(self) -> None:
        self.socket.close()

    def _until(self, mark: bytes) -> bytes:
        while mark not in self._unread:
            self._receive()
        found, _, self._unread = self._unread.partition(mark)
        return found + mark

    def _take(self, size: int) -> bytes:
        while len(self._unread) < size:
            self._receive()
        taken, self._unread = self._unread[:size], self._unread[size:]
        return taken

    def _receive(self) -> None:
        data = self.socket.recv(1 << 20)
        if not data:
            raise EOFError(f"the server closed after {self._unread[:200]!r}")
        self._unread += data


def head(line: str, *headers: str) -> bytes:
    """`line`: "GET /path". A Host is added; all is latin-1."""
    return "\r\n".join((f"{line} HTTP/1.1", "Host: aural", *headers, "", "")).encode("latin-1")


@contextlib.contextmanager
def connected(url: str) -> Iterator[Connection]:
    connection = Connection(url)
    try:
        yield connection
    finally:
        connection.close()


def ask_once(url: str, line: str, headers: Sequence[str] = (), body: bytes = b"") -> Answer:
    with connected(url) as connection:
        return connection.ask(line, headers, body)


def send_once(url: str, data: bytes) -> Answer:
    with connected(url) as connection:
        connection.send(data)
        return connection.answer()
