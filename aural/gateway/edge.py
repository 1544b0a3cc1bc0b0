"""What stands outside all other middleware: no request passes it with a path, method or header that is not tidy."""

from __future__ import annotations

import re

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from aural.errors import AuralError, BadRequest, HeadersTooLarge, TargetTooLong

MAX_TARGET_BYTES = 2048
MAX_HEAD_BYTES = 16 * 1024
"""Of all headers, their names and values; h11 holds an unfinished head to the same."""
MAX_METHOD_CHARS = 20
UNKNOWN_PATH = "/-"
"""The path, in metrics and access log, of all requests that ask for none of ours. No route has it."""
LOGGED = (b"content-type", b"x-forwarded-for")
"""Headers that BentoML's access log has, or what uvicorn makes of them: plain ASCII, and not long."""
LOGGABLE = re.compile(rb"[ -~]{0,256}")

_ASKED = "aural.asked"
_REFUSAL = "aural.refusal"
_CLOSE = (b"connection", b"close")


class Edge:
    """Requests pass with a path of `paths` or with UNKNOWN_PATH: BentoML's metrics keep a label for each path for ever,
    and its access log writes them as they are.

    What is refused here is answered further in (`refusal_of`), so that it is counted and logged like all else; its
    connection is closed after it.
    """

    def __init__(self, app: ASGIApp, paths: frozenset[str]):
        self._app = app
        self._paths = paths

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path = scope["path"]
        tidy = {**scope, "path": path if path in self._paths else UNKNOWN_PATH, _ASKED: path}
        refusal = head_refusal(scope)
        if refusal is None:
            await self._app(tidy, receive, send)
            return

        async def send_and_close(message: Message) -> None:
            if message["type"] == "http.response.start":
                kept = [header for header in message.get("headers", []) if header != _CLOSE]
                message = {**message, "headers": [*kept, _CLOSE]}
            await send(message)

        tidy[_REFUSAL] = refusal
        tidy["method"] = scope["method"][:MAX_METHOD_CHARS]
        tidy["headers"] = [(name, value) for name, value in scope["headers"] if name not in LOGGED]
        await self._app(tidy, receive, send_and_close)


def asked_path(scope: Scope) -> str:
    """The path that was asked for, decoded."""
    path: str = scope.get(_ASKED, scope["path"])
    return path


def refusal_of(scope: Scope) -> AuralError | None:
    """What Edge found to refuse."""
    refusal: AuralError | None = scope.get(_REFUSAL)
    return refusal


def head_refusal(scope: Scope) -> AuralError | None:
    """What is wrong with a request's line and headers, whatever it asks for."""
    target_bytes = len(scope.get("raw_path") or scope["path"].encode()) + len(scope["query_string"])
    if target_bytes > MAX_TARGET_BYTES:
        return TargetTooLong.beyond(MAX_TARGET_BYTES)
    headers: list[tuple[bytes, bytes]] = scope["headers"]
    if sum(len(name) + len(value) for name, value in headers) > MAX_HEAD_BYTES:
        return HeadersTooLarge.beyond(MAX_HEAD_BYTES)
    if len(scope["method"]) > MAX_METHOD_CHARS:
        return BadRequest(f"The method is longer than {MAX_METHOD_CHARS} characters. See /docs.json for those taken.")
    if scope["http_version"] not in ("1.0", "1.1"):
        return BadRequest(f"HTTP/{scope['http_version']} is not spoken here. Use HTTP/1.1.")
    named = {name for name, _ in headers}
    if b"transfer-encoding" in named and b"content-length" in named:
        return BadRequest("Transfer-Encoding and Content-Length contradict each other. Send one of them.")
    for name, value in headers:
        if name in LOGGED and not LOGGABLE.fullmatch(value):
            return BadRequest(
                f"{name.decode().title()} is longer than 256 characters, or has some that are not plain ASCII. Send a"
                " shorter one, or none."
            )
    return None
