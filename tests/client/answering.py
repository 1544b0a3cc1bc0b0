"""A server that says what it is told to say, byte by byte, and both clients that ask it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from aural_client import AsyncAural, Aural

INFO = {
    "name": "aural-architect",
    "version": "1",
    "model_set": "builtin",
    "limits": {},
    "output": {},
    "vocabularies": {},
    "models": {},
}
HANG = b"hang"
"""In place of an answer's end: the connection stays open, and nothing comes."""


def answer(status: int, body: bytes, **headers: str) -> bytes:
    told = {"content-length": str(len(body)), **{name.replace("_", "-"): value for name, value in headers.items()}}
    lines = "".join(f"{name}: {value}\r\n" for name, value in told.items())
    return f"HTTP/1.1 {status} Told\r\n{lines}\r\n".encode() + body


def answer_json(status: int, told: object, **headers: str) -> bytes:
    return answer(status, json.dumps(told).encode(), content_type="application/json", **headers)


def refusal(status: int, code: str, **headers: str) -> bytes:
    return answer_json(status, {"error": "No. Ask later.", "code": code, "request_id": "r1"}, **headers)


FINE = answer_json(200, INFO)


@dataclass
class Answering:
    """One answer per connection, in turn; the last one again and again. `asked`: the head of each request. `told`: set
    when an answer is out as far as it goes. `left`: set when a client has closed while he was kept waiting."""

    url: str
    answers: tuple[tuple[bytes, ...], ...]
    asked: list[str] = field(default_factory=list)
    told: threading.Event = field(default_factory=threading.Event)
    left: threading.Event = field(default_factory=threading.Event)

    def serve(self, connection: socket.socket) -> None:
        place = min(len(self.asked), len(self.answers) - 1)
        connection.settimeout(30)
        got = b""
        while b"\r\n\r\n" not in got:
            if not (more := connection.recv(65536)):
                return  # who called has thought better of it
            got += more
        head, _, body = got.partition(b"\r\n\r\n")
        announced = re.search(rb"(?i)content-length: (\d+)", head)
        length = int(announced[1]) if announced else 0
        while len(body) < length:
            body += connection.recv(65536)
        self.asked.append(head.decode())
        for piece in self.answers[place]:
            if piece == HANG:
                self.told.set()
                with contextlib.suppress(OSError):
                    connection.recv(1)
                self.left.set()
            else:
                with contextlib.suppress(OSError):
                    connection.sendall(piece)
        self.told.set()


@contextlib.contextmanager
def answering(*answers: bytes | tuple[bytes, ...]) -> Iterator[Answering]:
    """`answers`: each whole, or in pieces."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        told = tuple(one if isinstance(one, tuple) else (one,) for one in answers)
        server = Answering(f"http://127.0.0.1:{door.getsockname()[1]}", told)
        rooms: list[threading.Thread] = []

        def work() -> None:
            while True:
                connection, _ = door.accept()
                if stopping.is_set():
                    connection.close()
                    return
                rooms.append(threading.Thread(target=serve, args=(connection,)))
                rooms[-1].start()

        def serve(connection: socket.socket) -> None:
            with connection:
                server.serve(connection)

        stopping = threading.Event()
        thread = threading.Thread(target=work)
        thread.start()
        try:
            yield server
        finally:
            stopping.set()
            socket.create_connection(door.getsockname()).close()
            for one in (thread, *rooms):
                one.join()


Ask = Callable[..., Any]


def ask_sync(url: str, method: str, *args: Any, options: dict[str, Any] | None = None, **asked: Any) -> Any:
    with Aural(url, **(options or {})) as aural:
        return getattr(aural, method)(*args, **asked)


def ask_async(url: str, method: str, *args: Any, options: dict[str, Any] | None = None, **asked: Any) -> Any:
    async def ask() -> Any:
        async with AsyncAural(url, **(options or {})) as aural:
            return await getattr(aural, method)(*args, **asked)

    return asyncio.run(ask())


def blocks_sync(url: str, **asked: Any) -> list[bytes]:
    with Aural(url) as aural, aural.stream("dub", **asked) as music:
        return list(music)


def blocks_async(url: str, **asked: Any) -> list[bytes]:
    async def ask() -> list[bytes]:
        async with AsyncAural(url) as aural, aural.stream("dub", **asked) as music:
            return [block async for block in music]

    return asyncio.run(ask())


def saved_sync(url: str, path: Any) -> Any:
    with Aural(url) as aural, aural.stream("dub") as music:
        return music.save(path)


def saved_async(url: str, path: Any) -> Any:
    async def ask() -> Any:
        async with AsyncAural(url) as aural, aural.stream("dub") as music:
            return await music.save(path)

    return asyncio.run(ask())


BOTH = pytest.mark.parametrize("ask", [ask_sync, ask_async])
