"""The service's ASGI middleware: request id, key, busy check, body cap, an end to work that nobody waits for, and one
error shape for whatever comes out."""

from __future__ import annotations

import asyncio
import hmac
import logging
import re
import uuid
from dataclasses import dataclass
from typing import Self

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from aural.errors import (
    AuralError,
    BadField,
    Busy,
    Internal,
    MethodNotAllowed,
    NotFound,
    NotReady,
    Unauthorized,
    shown,
)
from aural.flow.ports import Deadline
from aural.gateway.answers import error_answer
from aural.gateway.body_limit import CountedBody
from aural.gateway.disconnect import CLIENT_CLOSED_REQUEST, cancel_on_disconnect
from aural.gateway.readiness import Readiness, starting_error
from aural.settings import Settings

# BentoML's own calls and pages: their answers pass as they are.
ITS_OWN = ("/livez", "/readyz", "/healthz", "/metrics")
OPEN = frozenset({*ITS_OWN, "/", "/docs", "/docs.json", "/info", "/health", "/schema.json"})
"""All that is answered without the key and beside the limit of requests in flight. What is not here, letter for letter,
is a call: a router may know a path under more spellings (`/generate%0A`) than any list of calls would."""
PAGES = ("/assets/", "/docs/")
"""Files of the pages, open too: no call is below."""
_CONTEXT = "aural.context"
_TIDY_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")

logger = logging.getLogger("aural")


@dataclass(frozen=True)
class RequestContext:
    """A request's id, its deadline, and the media types that its client accepts. It travels in the ASGI scope."""

    request_id: str
    deadline: Deadline
    accept: str

    @classmethod
    def of(cls, scope: Scope) -> Self:
        """What the middleware found out. Raises KeyError for a request that did not pass it."""
        context: Self = scope[_CONTEXT]
        return context

    def store_in(self, scope: Scope) -> None:
        scope[_CONTEXT] = self


class GatewayMiddleware:
    """Wraps the whole service. `settings` says the key, the deadline and how many calls may be inside.

    Until `readiness` is ready, calls and /readyz are answered 503 here, at once.
    """

    def __init__(self, app: ASGIApp, settings: Settings, readiness: Readiness):
        self._app = app
        self._settings = settings
        self._readiness = readiness
        self._inside = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if scope["path"] in ITS_OWN:
            await self._probe(scope, receive, send)
            return
        headers = Headers(scope=scope)
        request_id = headers.get("x-request-id", "")
        if not _TIDY_ID.fullmatch(request_id):
            request_id = uuid.uuid4().hex
        deadline = Deadline.within(self._settings.deadline_s)
        RequestContext(request_id, deadline, ", ".join(headers.getlist("accept"))).store_in(scope)
        body = CountedBody(receive, headers.get("content-length"), scope["path"])
        try:
            self._let_in(scope, headers)
            body.check_announced()
        except AuralError as refusal:
            await body.drain()
            await error_answer(refusal, request_id)(scope, receive, send)
            return
        counts = not _is_open(scope["path"])
        answer = _ErrorRewriter(scope, body, send, request_id)
        self._inside += counts
        try:
            if not await cancel_on_disconnect(
                self._app(scope, body.receive, answer.send), _wait_client_gone(body, answer)
            ):
                await answer.end_unsent()
        except AuralError as error:
            await answer.send_error(error)
        except Exception:
            logger.exception("request %s failed", request_id)
            await answer.send_error(Internal("Something went wrong on our side."))
        finally:
            self._inside -= counts
            body.cancel_disconnect_watch()

    async def _probe(self, scope: Scope, receive: Receive, send: Send) -> None:
        """BentoML's /readyz waits seconds for each runner that loads, and raises where one is gone; what is raised past
        here hangs until its timeout."""
        if scope["path"] == "/readyz" and not self._readiness.ready:
            await error_answer(starting_error(), "probe")(scope, receive, send)
            return
        try:
            await self._app(scope, receive, send)
        except Exception as error:
            logger.warning("%s: %r", scope["path"], error)
            await error_answer(NotReady("Not ready.", retry_after_s=2), "probe")(scope, receive, send)

    def _let_in(self, scope: Scope, headers: Headers) -> None:
        if _is_open(scope["path"]):
            return
        key = self._settings.api_key
        if key is not None and not hmac.compare_digest(
            headers.get("authorization", "").encode("latin-1"), f"Bearer {key}".encode()
        ):
            raise Unauthorized("The API key is missing or wrong. Send it as 'Authorization: Bearer KEY'.")
        if not self._readiness.ready:
            raise starting_error()
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

    def __init__(self, scope: Scope, body: CountedBody, send: Send, request_id: str):
        self._scope = scope
        self._body = body
        self._send = send
        self._request_id = request_id
        self._started = False
        self._replaced = False
        self.complete = False

    async def send(self, message: Message) -> None:
        if self._replaced:
            return
        if message["type"] == "http.response.start":
            headers = MutableHeaders(raw=message["headers"])
            if message["status"] >= 400:
                await self._body.drain()
                if "x-request-id" not in headers:
                    await self.send_error(_error_for_status(message["status"], self._scope), headers.get("allow"))
                    return
            headers["x-request-id"] = self._request_id
            self._started = True
        elif not message.get("more_body", False):
            self.complete = True
        await self._send(message)

    async def send_error(self, error: AuralError, allow: str | None = None) -> None:
        """Our answer, where none has gone out yet; else the one that has begun stays cut off, for the client to see."""
        if self._started:
            logger.warning("request %s was broken off: %s", self._request_id, error.sentence)
            return
        self._started = self._replaced = self.complete = True
        await error_answer(error, self._request_id, allow)(self._scope, self._body.receive, self._send)

    async def end_unsent(self) -> None:
        """An end to the answer all the same: BentoML's timeout, log and metrics wait for one."""
        if not self._started:
            await self._send({"type": "http.response.start", "status": CLIENT_CLOSED_REQUEST, "headers": []})
        await self._send({"type": "http.response.body", "body": b""})


def _is_open(path: str) -> bool:
    return path in OPEN or path.startswith(PAGES)


def _error_for_status(status: int, scope: Scope) -> AuralError:
    """The error for an answer that BentoML or starlette gave."""
    if status == 404:
        return NotFound(f"There is no {shown(scope['path'])}. See /docs.json for what there is.")
    if status == 405:
        return MethodNotAllowed(f"{shown(scope['path'])} does not take {shown(scope['method'])}. See /docs.json.")
    if status in (502, 503):
        return NotReady("The service is not ready. Try again shortly.", retry_after_s=5)
    if status < 500:
        return BadField(f"The request cannot be served (HTTP {status}). See /docs.json.")
    return Internal("Something went wrong on our side; the server's log has the details under this request id.")
