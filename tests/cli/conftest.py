"""The service in this process, once for all tests that ask it."""

from __future__ import annotations

import asyncio
import json
import signal
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import pytest
from typer.testing import CliRunner

from aural_client import AsyncAural
from cli.connect import connect
from cli.main import app

T = TypeVar("T")


@pytest.fixture(scope="session", autouse=True)
def _interruptible() -> Iterator[None]:
    """Where the tests run in the background, Ctrl-C is ignored, and what they start would ignore it as well."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@dataclass
class InProcess:
    """`ask` does something with the client, in the loop that its models live in."""

    aural: AsyncAural
    loop: asyncio.AbstractEventLoop

    def ask(self, what: Callable[[AsyncAural], Awaitable[T]]) -> T:
        async def asked() -> T:
            return await what(self.aural)

        return asyncio.run_coroutine_threadsafe(asked(), self.loop).result(240)

    @asynccontextmanager
    async def connected(self, *_: object, **__: object) -> AsyncIterator[Any]:
        """As `connect`, for a command that has a loop of its own."""
        yield _Elsewhere(self)


@dataclass
class _Elsewhere:
    """The client's calls, carried out in the loop that its models live in."""

    service: InProcess

    def __getattr__(self, name: str) -> Callable[..., Awaitable[Any]]:
        call = getattr(self.service.aural, name)

        def asked(*args: Any, **kwargs: Any) -> Awaitable[Any]:
            return asyncio.wrap_future(asyncio.run_coroutine_threadsafe(call(*args, **kwargs), self.service.loop))

        return asked


@dataclass(frozen=True)
class Ended:
    """What became of a command: its exit code, and what it wrote."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Aural = Callable[..., Ended]


@pytest.fixture
def aural(in_process: InProcess, monkeypatch: pytest.MonkeyPatch) -> Aural:
    """Runs a command in this process, whose models are those that all tests share."""
    for module in ("analyze_command", "music_command", "info_command"):
        monkeypatch.setattr(f"cli.{module}.connect", in_process.connected)

    def run(*arguments: object) -> Ended:
        ended = CliRunner().invoke(app, [str(one) for one in arguments])
        if ended.exception is not None and not isinstance(ended.exception, SystemExit):
            raise ended.exception
        return Ended(ended.exit_code, ended.stdout, ended.stderr)

    return run


@pytest.fixture(scope="session")
def in_process() -> Iterator[InProcess]:
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    context = connect(None)
    try:
        aural = asyncio.run_coroutine_threadsafe(context.__aenter__(), loop).result(60)
        yield InProcess(aural, loop)
        asyncio.run_coroutine_threadsafe(context.__aexit__(None, None, None), loop).result(60)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
