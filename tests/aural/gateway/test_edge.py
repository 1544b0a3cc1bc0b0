"""The outermost layer: what passes it is tidy; what does not is refused inside, in the one shape, and closed."""

from __future__ import annotations

import asyncio
import random
import string
from typing import Any

import pytest
from starlette.types import Message, Receive, Scope, Send

from aural.errors import BadRequest, HeadersTooLarge, TargetTooLong
from aural.gateway.edge import MAX_METHOD_CHARS, UNKNOWN_PATH, Edge, asked_path, head_refusal, refusal_of
from aural.gateway.middleware import GatewayMiddleware
from aural.settings import Settings
from tests.aural.gateway.test_middleware import answers, ask, ready, says_its_id

PATHS = frozenset({"/generate", "/health"})


def scope_of(path: str, method: str = "GET", headers: list[tuple[bytes, bytes]] | None = None, **more: Any) -> Scope:
    raw = more.pop("raw_path", b"/")
    base = {"type": "http", "method": method, "path": path, "raw_path": raw, "query_string": b"", "http_version": "1.1"}
    return {**base, "headers": headers or [], **more}


def passed(*scopes: Scope) -> list[Scope]:
    """What the app behind the edge gets."""
    got: list[Scope] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        got.append(scope)

    async def nothing(*_: Any) -> Any: ...

    async def scene() -> None:
        for scope in scopes:
            await Edge(app, PATHS)(scope, nothing, nothing)

    asyncio.run(scene())
    return got


def test_ten_thousand_strange_requests_have_one_path() -> None:
    draw = random.Random(1)
    paths = {
        "".join(draw.choices(string.printable + "\0\x1b\u2028é", k=draw.randint(0, 300))) for _ in range(10_000)
    } - PATHS
    paths |= {f"{path}{end}" for path in PATHS for end in ("\n", "\r", "\0", "/", " ", "/../generate")}
    assert {tidy["path"] for tidy in passed(*map(scope_of, paths))} == {UNKNOWN_PATH}
    assert {asked_path(tidy) for tidy in passed(*map(scope_of, paths))} == paths
    assert {tidy["path"] for tidy in passed(*map(scope_of, PATHS))} == PATHS


@pytest.mark.parametrize(
    ("scope", "error"),
    [
        (scope_of("/x", raw_path=b"/" + b"a" * 2048), TargetTooLong),
        (scope_of("/generate", query_string=b"a" * 2048), TargetTooLong),
        (scope_of("/generate", headers=[(b"x", b"y" * 9000)] * 2), HeadersTooLarge),
        (scope_of("/generate", "A" * (MAX_METHOD_CHARS + 1)), BadRequest),
        (scope_of("/generate", http_version="9.9"), BadRequest),
        (scope_of("/generate", headers=[(b"content-length", b"2"), (b"transfer-encoding", b"chunked")]), BadRequest),
        (scope_of("/generate", headers=[(b"content-type", b"\xff\xfe")]), BadRequest),
        (scope_of("/generate", headers=[(b"content-type", b"text/plain\x1b[2J")]), BadRequest),
        (scope_of("/generate", headers=[(b"content-type", b"text/plain" * 30)]), BadRequest),
        (scope_of("/generate", headers=[(b"x-forwarded-for", b"\x1b[2J")]), BadRequest),
    ],
)
def test_what_is_refused_is_tidy_all_the_same(scope: Scope, error: type[Exception]) -> None:
    (tidy,) = passed(scope)
    assert isinstance(refusal_of(tidy), error)
    assert b"content-type" not in dict(tidy["headers"])
    assert len(tidy["method"]) <= MAX_METHOD_CHARS
    asked: list[Message] = []

    async def receive() -> Message:
        raise AssertionError("a refusal waits for no body")

    async def send(message: Message) -> None:
        asked.append(message)

    asyncio.run(Edge(GatewayMiddleware(answers(200), Settings(), ready()), PATHS)(scope, receive, send))
    assert asked[0]["status"] in (400, 414, 431)
    assert (b"connection", b"close") in asked[0]["headers"]


def test_an_ordinary_request_is_not_refused() -> None:
    headers = [(b"content-type", b"multipart/form-data; boundary=x"), (b"content-length", b"3"), (b"a", b"\xff")]
    assert head_refusal(scope_of("/generate", "POST", headers, query_string=b"a" * 2000)) is None


def test_the_scheme_of_a_key_is_bearer_in_any_case() -> None:
    settings = Settings(api_key="sesame")
    said = {"bearer sesame": 200, "BEARER  sesame": 200, "Basic sesame": 401, "Bearer Sesame": 401, "sesame": 401}
    for value, status in said.items():
        assert ask(says_its_id, "POST", "/generate", settings, headers={"authorization": value}).status_code == status


def test_a_compressed_body_is_415() -> None:
    for encoding, status in (("gzip", 415), ("br, gzip", 415), ("Identity", 200)):
        answer = ask(says_its_id, "POST", "/generate", content=b"x", headers={"content-encoding": encoding})
        assert answer.status_code == status
