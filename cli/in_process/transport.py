"""httpx's requests to an ASGI app of this process, with bodies that stream both ways.

httpx's own ASGITransport hands an answer out when all of it is there: events would come at the end, and a client that
leaves would not be noticed.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import cast

import httpx
from starlette.types import ASGIApp, Message, Scope

MOST_WAITING = 8
"""Messages that the app may be ahead of its reader."""


class AppTransport(httpx.AsyncBaseTransport):
    """Every request runs `app` in a task of its own. Closing an answer, or being cancelled before it begins, is a
    client that disconnects: it returns when the app has ended."""

    def __init__(self, app: ASGIApp):
        self._app = app

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Raises ReadError where the app ends without an answer."""
        exchange = Exchange(self._app, request)
        try:
            start = await exchange.started()
        except BaseException:
            await exchange.aclose()
            raise
        return httpx.Response(start["status"], headers=start.get("headers", []), stream=exchange, request=request)


class Exchange(httpx.AsyncByteStream):
    """One request and its answer, whose body this is."""

    def __init__(self, app: ASGIApp, request: httpx.Request):
        self._body = cast(httpx.AsyncByteStream, request.stream).__aiter__()
        self._body_over = False
        self._closed = asyncio.Event()
        self._sent: asyncio.Queue[Message | None] = asyncio.Queue(MOST_WAITING)
        self._task = asyncio.create_task(self._run(app, _scope_of(request)))

    async def started(self) -> Message:
        message = await self._sent.get()
        if message is None:
            raise httpx.ReadError("the app ended without an answer") from self._failure()
        return message

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while (message := await self._sent.get()) is not None:
            if data := message.get("body", b""):
                yield data
            if not message.get("more_body", False):
                return
        raise httpx.ReadError("the app ended before its answer did") from self._failure()

    async def aclose(self) -> None:
        self._closed.set()
        while not self._task.done():  # what it still sends is nobody's: room for it, so that it comes to its end
            while not self._sent.empty():
                self._sent.get_nowait()
            await asyncio.wait({self._task}, timeout=0.01)
        self._failure()  # seen: else asyncio would complain of an error that nobody looked at

    async def _run(self, app: ASGIApp, scope: Scope) -> None:
        try:
            await app(scope, self._receive, self._send)
        finally:
            if not self._closed.is_set():
                await self._sent.put(None)

    async def _receive(self) -> Message:
        if not self._body_over:
            try:
                return {"type": "http.request", "body": await anext(self._body), "more_body": True}
            except StopAsyncIteration:
                self._body_over = True
                return {"type": "http.request", "body": b"", "more_body": False}
        await self._closed.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Message) -> None:
        if not self._closed.is_set():
            await self._sent.put(message)

    def _failure(self) -> BaseException | None:
        return self._task.exception() if self._task.done() and not self._task.cancelled() else None


def _scope_of(request: httpx.Request) -> Scope:
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": request.url.scheme,
        "path": request.url.path,
        "raw_path": request.url.raw_path.partition(b"?")[0],
        "query_string": request.url.query,
        "root_path": "",
        "headers": [(name.lower(), value) for name, value in request.headers.raw],
        "client": None,
        "server": (request.url.host, request.url.port),
    }
