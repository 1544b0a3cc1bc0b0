"""The service's ASGI middleware: request id, key, busy check, limits of the body, an end to work that nobody waits for,
and one error shape for whatever comes out."""

from __future__ import annotations

import asyncio
import logging
import re
import uuid
from dataclasses import dataclass, replace
from typing import Self
from urllib.parse import quote

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from aural.errors import (
    AuralError,
    BadField,
    Busy,
    EncodedBody,
    Internal,
    MethodNotAllowed,
    NotFound,
    NotReady,
    shown,
)
from aural.flow.ports import Deadline
from aural.gateway.access import Access, KeyLimits, is_open
from aural.gateway.answers import error_answer
from aural.gateway.body_limit import CountedBody, UnfinishedBodies
from aural.gateway.disconnect import CLIENT_CLOSED_REQUEST, cancel_on_disconnect
from aural.gateway.edge import asked_path, refusal_of
from aural.gateway.metric_files import fold_dead
from aural.gateway.readiness import Readiness, starting_error
from aural.settings import Settings

# BentoML's own calls and pages: their answers pass as they are.
ITS_OWN = ("/livez", "/readyz", "/healthz", "/metrics")
_CONTEXT = "aural.context"
_TIDY_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")

logger = logging.getLogger("aural")


@dataclass(frozen=True)
class RequestContext:
    """A request's id, its deadline, the media types that its client accepts, and the name of the API key that came with
    it. It travels in the ASGI scope."""

    request_id: str
    deadline: Deadline
    accept: str
    key: str | None = None

    @classmethod
    def of(cls, scope: Scope) -> Self:
        """What the middleware found out. Raises KeyError for a request that did not pass it."""
        context: Self = scope[_CONTEXT]
        return context

    def with_body(self, deadline_s: float) -> Self:
        """From when the body is there: what it took to send is the sender's time, which CountedBody limits."""
        return replace(self, deadline=Deadline.within(deadline_s))

    def store_in(self, scope: Scope) -> None:
        scope[_CONTEXT] = self


class GatewayMiddleware:
    """Wraps the whole service. `settings` says the key, the deadline and how many calls may be inside; a call is inside
    from when its body is complete.

    Until `readiness` is ready, calls and /readyz are answered 503 here, at once.
    """

    def __init__(self, app: ASGIApp, settings: Settings, readiness: Readiness):
        self._app = app
        self._settings = settings
        self._readiness = readiness
        self._access = Access(settings)
        self._per_key = KeyLimits(settings)
        self._inside = 0
        self._unfinished = UnfinishedBodies()
        self._scrape = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        request_id = headers.get("x-request-id", "")
        if not _TIDY_ID.fullmatch(request_id):
            request_id = uuid.uuid4().hex
        deadline = Deadline.within(self._settings.deadline_s)
        RequestContext(request_id, deadline, ", ".join(headers.getlist("accept"))).store_in(scope)
        answer = _ErrorRewriter(scope, receive, send, request_id)
        try:
            if (refusal := refusal_of(scope)) is not None:
                raise refusal
            if scope["path"] in ITS_OWN:
                await self._probe(scope, receive, answer)
            else:
                key = self._let_in(scope, headers)
                await self._call(scope, receive, headers, answer, key)
        except AuralError as error:
            await answer.send_error(error)
        except Exception:
            logger.exception("request %s failed", request_id)
            await answer.send_error(Internal("Something went wrong on our side."))

    async def _call(
        self, scope: Scope, receive: Receive, headers: Headers, answer: _ErrorRewriter, key: str | None
    ) -> None:
        """`key`: the name of the one that came; its own requests count from here, body or not."""
        counts, places = not is_open(asked_path(scope)), 0

        def take_place() -> None:
            nonlocal places
            if counts:
                self._check_room(scope)
                places = 1
                self._inside += 1

        body = CountedBody(receive, scope["path"], headers, self._unfinished, take_place)
        self._per_key.enter(key)
        try:
            if key is not None:
                replace(RequestContext.of(scope), key=key).store_in(scope)
                logger.info(
                    "request %s: %s %.100r with the key %s", answer.request_id, scope["method"], scope["path"], key
                )
            body.begin()
            if not await cancel_on_disconnect(
                self._app(scope, body.receive, answer.send), _wait_client_gone(body, answer)
            ):
                await answer.end_unsent()
        finally:
            self._inside -= places
            self._per_key.leave(key)
            body.close()

    async def _probe(self, scope: Scope, receive: Receive, answer: _ErrorRewriter) -> None:
        """BentoML's /readyz waits seconds for each runner that loads, and raises where one is gone; what is raised past
        here hangs until its timeout."""
        if scope["path"] == "/readyz" and not self._readiness.ready:
            raise starting_error()
        self._access.key_for(scope["path"], Headers(scope=scope))
        try:
            if scope["path"] == "/metrics":
                async with self._scrape:
                    await asyncio.to_thread(fold_dead)
                    await self._app(scope, receive, answer.send)
            else:
                await self._app(scope, receive, answer.send)
        except Exception as error:
            logger.warning("%s: %r", scope["path"], error)
            raise NotReady("Not ready.", retry_after_s=2) from error

    def _let_in(self, scope: Scope, headers: Headers) -> str | None:
        """The name of the key that came, where one is needed. Raises what refuses the request."""
        path = asked_path(scope)
        key = self._access.key_for(path, headers)
        if is_open(path):
            return None  # a key that was needed all the same is not limited
        if not self._readiness.ready:
            raise starting_error()
        encoding = headers.get("content-encoding", "identity").strip().lower()
        if encoding != "identity":
            raise EncodedBody("The body is compressed (Content-Encoding). Send it as it is, without that header.")
        self._check_room(scope)
        return key

    def _check_room(self, scope: Scope) -> None:
        if scope["method"] == "POST" and self._inside >= self._settings.max_in_flight:
            raise Busy(f"{self._inside} requests are being served. Try again shortly.", retry_after_s=2)


async def _wait_client_gone(body: CountedBody, answer: _ErrorRewriter) -> None:
    """Returns when the client has closed before his answer was out."""
    await body.wait_closed()
    if answer.complete:
        # The whole answer is out: that its client closes is no reason to cancel what still runs after it (its record).
        await asyncio.get_running_loop().create_future()


class _ErrorRewriter:
    """Error answers that are not ours are replaced by ours; every answer gets the request id."""

    def __init__(self, scope: Scope, receive: Receive, send: Send, request_id: str):
        self._scope = scope
        self._receive = receive
        self._send = send
        self.request_id = request_id
        self._started = False
        self._replaced = False
        self.complete = False

    async def send(self, message: Message) -> None:
        if self._replaced:
            return
        if message["type"] == "http.response.start":
            headers = MutableHeaders(raw=message["headers"])
            if message["status"] >= 400 and "x-request-id" not in headers:
                error = _error_for_status(message["status"], self._scope)
                await self.send_error(error, headers.get("allow"))
                return
            headers["x-request-id"] = self.request_id
            self._started = True
        elif not message.get("more_body", False):
            self.complete = True
        await self._send(message)

    async def send_error(self, error: AuralError, allow: str | None = None) -> None:
        """Our answer, where none has gone out yet; else the one that has begun stays cut off, for the client to see."""
        if self._started:
            logger.warning("request %s was broken off: %s", self.request_id, error.sentence)
            return
        self._started = self._replaced = self.complete = True
        await error_answer(error, self.request_id, allow)(self._scope, self._receive, self._send)

    async def end_unsent(self) -> None:
        """An end to the answer all the same: BentoML's timeout, log and metrics wait for one."""
        if not self._started:
            await self._send({"type": "http.response.start", "status": CLIENT_CLOSED_REQUEST, "headers": []})
        await self._send({"type": "http.response.body", "body": b""})


def _shown_path(scope: Scope) -> str:
    """As it was sent, which is printable ASCII."""
    sent = scope.get("raw_path") or quote(asked_path(scope)).encode()
    return shown(sent.decode("ascii", "backslashreplace"))


def _error_for_status(status: int, scope: Scope) -> AuralError:
    """The error for an answer that BentoML or starlette gave."""
    if status == 404:
        return NotFound(f"There is no {_shown_path(scope)}. See /docs.json for what there is.")
    if status == 405:
        return MethodNotAllowed(f"{_shown_path(scope)} does not take {shown(scope['method'])}. See /docs.json.")
    if status in (502, 503):
        return NotReady("The service is not ready. Try again shortly.", retry_after_s=5)
    if status < 500:
        return BadField(f"The request cannot be served (HTTP {status}). See /docs.json.")
    return Internal("Something went wrong on our side; the server's log has the details under this request id.")
