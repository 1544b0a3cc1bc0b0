"""BentoML's time limit for a request's answer to begin, without what it leaves behind."""

from __future__ import annotations

import asyncio

from bentoml._internal.server.http.traffic import TimeoutMiddleware
from starlette.responses import JSONResponse
from starlette.types import Message, Receive, Scope, Send


def end_timers_with_requests() -> None:
    """BentoML's own middleware starts a timer with each request and never ends it: until its time is over, half an hour
    at the gateway, it keeps the request's context and spans, some 8 kB."""
    TimeoutMiddleware.__call__ = _bounded  # type: ignore[method-assign]


async def _bounded(self: TimeoutMiddleware, scope: Scope, receive: Receive, send: Send) -> None:
    """504 where no answer has begun in time, as it was; what the gateway answers in its own words comes before."""
    if scope["type"] not in ("http", "websocket"):
        await self.app(scope, receive, send)
        return
    try:
        async with asyncio.timeout(self.timeout) as limit:

            async def send_in_time(message: Message) -> None:
                limit.reschedule(None)
                await send(message)

            await self.app(scope, receive, send_in_time)
    except TimeoutError:
        if not limit.expired():
            raise
        sentence = f"Not able to process the request in {self.timeout} seconds"
        await JSONResponse({"error": sentence}, status_code=504)(scope, receive, send)
