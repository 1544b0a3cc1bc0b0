"""The service in this process, once for all tests that ask it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TypeVar

import pytest

from aural_client import AsyncAural
from cli.connect import connect

T = TypeVar("T")


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
    async def connected(self, *_: object, **__: object) -> AsyncIterator[AsyncAural]:
        """As `connect`, for a command that runs in this loop."""
        yield self.aural


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
