"""Clients that hang up, and what /metrics says of it."""

from __future__ import annotations

import json
import re
import socket
import time
from pathlib import Path
from typing import Any

import httpx

from tests.serving import Served


def metric(served: Served, name: str, **labels: str) -> float:
    """The sum of all samples of that name and with these labels; 0 where there are none."""
    text = httpx.get(f"{served.url}/metrics", timeout=30).text
    total = 0.0
    for told, value in re.findall(rf"^{name}(?:{{(.*?)}})? (\S+)$", text, re.MULTILINE):
        if all(f'{label}="{wanted}"' in told for label, wanted in labels.items()):
            total += float(value)
    return total


def until_done(served: Served, takes: int, *, within_s: float = 10.0) -> None:
    """Until so many takes are counted as done: the last one's answer may be there a moment before."""
    began = time.monotonic()
    while (done := metric(served, "aural_takes_total", outcome="done")) < takes:
        assert time.monotonic() - began < within_s, f"{done:g} takes are done, not {takes}"
        time.sleep(0.01)
    assert done == takes


def until_composing(served: Served, slots: int, *, within_s: float) -> float:
    """Seconds until so many slots are occupied."""
    began = time.monotonic()
    while metric(served, "aural_composing") != slots:
        assert time.monotonic() - began < within_s, f"not {slots} slots after {within_s} s"
        time.sleep(0.01)
    return time.monotonic() - began


def files_of(home: Path) -> set[str]:
    """What lies under the server's folders; records, BentoML's metrics and the server's own log excepted."""
    found = {str(path.relative_to(home)) for path in home.rglob("*") if path.is_file()}
    return {
        name for name in found if "prometheus" not in name and name != "server.log" and not name.startswith("records")
    }


class Caller:
    """A connection that has sent a request and may be closed at any time. `buffer_bytes`: what it takes unread."""

    def __init__(
        self,
        served: Served,
        path: str,
        content_type: str,
        body: bytes,
        buffer_bytes: int | None = None,
        accept: str = "*/*",
    ):
        host, port = served.url.removeprefix("http://").split(":")
        head = f"POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: {content_type}\r\nAccept: {accept}\r\n"
        self._socket = socket.socket()
        self._socket.settimeout(30)
        if buffer_bytes is not None:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer_bytes)
        self._socket.connect((host, int(port)))
        head += "".join(f"{name}: {value}\r\n" for name, value in served.headers.items())
        self._socket.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)

    @classmethod
    def generate(cls, served: Served, *, buffer_bytes: int | None = None, accept: str = "*/*", **fields: Any) -> Caller:
        return cls(served, "/generate", "application/json", json.dumps(fields).encode(), buffer_bytes, accept)

    @classmethod
    def compose(cls, served: Served, clip: bytes, *, accept: str = "*/*", **fields: Any) -> Caller:
        form = httpx.Request("POST", served.url, files={"file": ("a.wav", clip)}, data=fields)
        return cls(served, "/compose", form.headers["content-type"], form.read(), accept=accept)

    def read(self, n_bytes: int) -> bytes:
        """At least so many bytes of the answer, or all up to its end."""
        got = b""
        while len(got) < n_bytes and (data := self._socket.recv(65536)):
            got += data
        return got

    def close(self) -> None:
        self._socket.close()
