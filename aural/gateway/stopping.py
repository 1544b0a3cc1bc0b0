"""The end of a service: told to stop, it takes no new call, finishes what it took, and says so meanwhile."""

from __future__ import annotations

import asyncio
import logging
import time
import uuid
from collections.abc import Callable

from starlette.datastructures import MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from aural.errors import AuralError, NotReady
from aural.gateway.answers import error_answer

TO_THE_END = frozenset({"/livez", "/healthz", "/metrics", "/health"})
"""Answered to the end: that a service stops is no reason to kill it, nor to look away. /health says by itself what is
the matter."""

logger = logging.getLogger("aural")


class Stopping:
    """`begun`: no new call is taken. Counts the requests that are open."""

    def __init__(self) -> None:
        self.begun = False
        self._open = 0
        self._none_open = asyncio.Event()
        self._none_open.set()
        self._ending: asyncio.Task[None] | None = None

    def enter(self) -> None:
        self._open += 1
        self._none_open.clear()

    def leave(self) -> None:
        self._open -= 1
        if not self._open:
            self._none_open.set()

    def begin(self, leave: Callable[[], None], patience_s: float) -> None:
        """On the event loop; `leave` is called when no request is open any more, or after `patience_s`. Told again, it
        goes on."""
        if not self.begun:
            self.begun = True
            self._ending = asyncio.create_task(self._end(leave, patience_s))

    async def _end(self, leave: Callable[[], None], patience_s: float) -> None:
        began_s = time.monotonic()
        logger.info("Stopping: %d open requests are finished first, new ones are refused.", self._open)
        try:
            async with asyncio.timeout(patience_s):
                await self._none_open.wait()
        except TimeoutError:
            logger.warning("Stopping: %d requests were not finished in %.0f s.", self._open, patience_s)
        logger.info("Stopped after %.1f s.", time.monotonic() - began_s)
        leave()


def stopping_error() -> NotReady:
    """What is answered from then on."""
    return NotReady("The service is stopping. Ask another instance, or try again shortly.", retry_after_s=5)


class StoppingMiddleware:
    """Outside of all that works: once `stopping` has begun, whatever is new is refused before it is read.

    `check_runners` raises the AuralError that /readyz answers where a runner is missing, and answers at once: a
    probe waits for nobody.
    """

    def __init__(self, app: ASGIApp, stopping: Stopping, check_runners: Callable[[], object]):
        self._app = app
        self._stopping = stopping
        self._check_runners = check_runners

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in TO_THE_END:
            await self._app(scope, receive, send)
        elif scope["path"] == "/readyz" and scope["method"] in ("GET", "HEAD"):
            await self._ready(scope, receive, send)
        elif self._stopping.begun:
            await _refuse(stopping_error(), scope, receive, send)
        else:
            self._stopping.enter()
            try:
                await self._app(scope, receive, self._closing(send))
            finally:
                self._stopping.leave()

    async def _ready(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            if self._stopping.begun:
                raise stopping_error()
            self._check_runners()
        except AuralError as error:
            await _refuse(error, scope, receive, send)
        else:
            await PlainTextResponse("\n")(scope, receive, send)

    def _closing(self, send: Send) -> Send:
        """The last answer on a connection says that it is."""

        async def closing(message: Message) -> None:
            if message["type"] == "http.response.start" and self._stopping.begun:
                MutableHeaders(scope=message)["connection"] = "close"
            await send(message)

        return closing


async def _refuse(error: AuralError, scope: Scope, receive: Receive, send: Send) -> None:
    answer = error_answer(error, uuid.uuid4().hex)
    answer.headers["connection"] = "close"
    await answer(scope, receive, send)
