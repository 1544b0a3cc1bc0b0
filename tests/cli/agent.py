"""An agent for tests: the official client in a thread of its own, so that tests need no event loop."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

from mcp import Client
from mcp.types import CallToolResult, TextContent, Tool

ANSWER_S = 120.0


@dataclass
class Agent:
    """`strange`: what came that was no message of the protocol."""

    client: Client
    loop: asyncio.AbstractEventLoop
    strange: list[Exception] = field(default_factory=list)

    def tools(self) -> dict[str, Tool]:
        listed = asyncio.run_coroutine_threadsafe(self.client.list_tools(), self.loop).result(ANSWER_S)
        return {tool.name: tool for tool in listed.tools}

    def call(self, name: str, into: list[tuple[float, str | None]] | None = None, /, **given: Any) -> CallToolResult:
        """`into`: gets what is told of the progress."""

        async def told(progress: float, total: float | None, message: str | None) -> None:
            assert total == 1.0
            if into is not None:
                into.append((progress, message))

        asked = self.client.call_tool(name, given, progress_callback=told)
        return asyncio.run_coroutine_threadsafe(asked, self.loop).result(ANSWER_S)

    def refusal(self, name: str, **given: Any) -> str:
        """The sentence of a call that must fail."""
        result = self.call(name, **given)
        assert result.is_error, result
        return text_of(result)


def text_of(result: CallToolResult) -> str:
    assert isinstance(result.content[0], TextContent)
    return result.content[0].text


@contextlib.contextmanager
def agent(server: Any, **options: Any) -> Iterator[Agent]:
    """`server`: whatever the client takes."""
    ready: Future[tuple[Agent, asyncio.Event, asyncio.AbstractEventLoop]] = Future()
    strange: list[Exception] = []

    async def note(message: object) -> None:
        if isinstance(message, Exception):
            strange.append(message)

    async def live() -> None:
        over = asyncio.Event()
        try:
            async with Client(server, message_handler=note, **options) as client:
                loop = asyncio.get_running_loop()
                ready.set_result((Agent(client, loop, strange), over, loop))
                await over.wait()
        except BaseException as error:
            if not ready.done():
                ready.set_exception(error)
            raise

    thread = threading.Thread(target=asyncio.run, args=(live(),), name="agent")
    thread.start()
    try:
        made, over, loop = ready.result(ANSWER_S)
        try:
            yield made
        finally:
            loop.call_soon_threadsafe(over.set)
    finally:
        thread.join()
