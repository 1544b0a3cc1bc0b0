"""Pages of other origins round the gateway: preflights, every answer's headers, and nothing for who is not named."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from typing import Any

import httpx
import pytest
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from aural.gateway.cross_origin import CrossOrigin
from aural.gateway.middleware import GatewayMiddleware
from aural.gateway.openapi import MUSIC_HEADERS
from aural.gateway.readiness import Readiness
from aural.settings import MAX_UPLOAD_BYTES, Settings

HERE, ELSEWHERE = "https://app.example.com", "https://evil.example.com"
PREFLIGHT = {
    "access-control-request-method": "POST",
    "access-control-request-headers": "authorization,content-type,x-request-id",
}


async def fine(scope: Scope, receive: Receive, send: Send) -> None:
    await PlainTextResponse("music", headers={"x-aural-seed": "7", "vary": "Accept"})(scope, receive, send)


async def tells(scope: Scope, receive: Receive, send: Send) -> None:
    async def events() -> Any:
        yield b"event: queued\n\n"

    await StreamingResponse(events(), media_type="text/event-stream")(scope, receive, send)


async def breaks(scope: Scope, receive: Receive, send: Send) -> None:
    raise ZeroDivisionError


def ask(
    method: str,
    path: str = "/generate",
    *,
    app: ASGIApp = fine,
    origin: str | None = HERE,
    allowed: Collection[str] = (HERE, "http://localhost:5173"),
    settings: Settings | None = None,
    ready: bool = True,
    headers: dict[str, str] | None = None,
    **request: Any,
) -> httpx.Response:
    readiness = Readiness()
    readiness.ready = ready
    gateway = CrossOrigin(GatewayMiddleware(app, settings or Settings(api_key="sesame"), readiness), allowed)

    async def scene() -> httpx.Response:
        transport = httpx.ASGITransport(gateway)
        async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as client:
            sent = {**(headers or {}), **({"origin": origin} if origin else {})}
            return await client.request(method, path, headers=sent, **request)

    return asyncio.run(scene())


def cors(answer: httpx.Response) -> set[str]:
    return {name for name in answer.headers if name.startswith("access-control-")}


def test_a_preflight_is_answered_without_a_key_before_readiness_and_beside_the_limit() -> None:
    full = Settings(api_key="sesame", max_in_flight=0)
    answer = ask("OPTIONS", settings=full, ready=False, headers=PREFLIGHT)
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == HERE
    assert "POST" in answer.headers["access-control-allow-methods"]
    allowed = {name.strip().lower() for name in answer.headers["access-control-allow-headers"].split(",")}
    assert {"authorization", "content-type", "x-request-id"} <= allowed
    assert "access-control-allow-credentials" not in answer.headers
    assert "Origin" in answer.headers["vary"]


def test_a_preflight_for_a_service_in_the_house_is_answered() -> None:
    answer = ask("OPTIONS", headers={**PREFLIGHT, "access-control-request-private-network": "true"})
    assert (answer.status_code, answer.headers["access-control-allow-private-network"]) == (200, "true")


@pytest.mark.parametrize(
    "asked", [{"access-control-request-method": "DELETE"}, {"access-control-request-headers": "x-other"}]
)
def test_a_preflight_for_what_is_not_taken_is_refused(asked: dict[str, str]) -> None:
    assert ask("OPTIONS", headers={**PREFLIGHT, **asked}).status_code == 400


KEY = {"authorization": "Bearer sesame"}
ANSWERS: dict[str, tuple[int, dict[str, Any]]] = {
    "music": (200, {"headers": KEY}),
    "events": (200, {"headers": KEY, "app": tells}),
    "no key": (401, {}),
    "too large": (413, {"headers": {**KEY, "content-length": str(MAX_UPLOAD_BYTES + 1)}}),
    "busy": (429, {"headers": KEY, "settings": Settings(api_key="sesame", max_in_flight=0)}),
    "our bug": (500, {"headers": KEY, "app": breaks}),
    "starting": (503, {"headers": KEY, "ready": False}),
}


@pytest.mark.parametrize("what", ANSWERS)
def test_every_answer_can_be_read_with_its_headers(what: str) -> None:
    status, asked = ANSWERS[what]
    answer = ask("POST", **asked)
    assert answer.status_code == status
    assert answer.headers["access-control-allow-origin"] == HERE
    exposed = {name.strip() for name in answer.headers["access-control-expose-headers"].split(",")}
    assert exposed >= {*MUSIC_HEADERS, "X-Request-Id", "Retry-After", "Content-Disposition"}
    assert "Origin" in answer.headers["vary"]


@pytest.mark.parametrize("path", ["/readyz", "/livez", "/info"])
def test_probes_and_open_pages_can_be_read(path: str) -> None:
    assert ask("GET", path, ready=False).headers["access-control-allow-origin"] == HERE


@pytest.mark.parametrize("origin", [ELSEWHERE, "null", HERE + ".evil.example.com", "http://app.example.com"])
def test_another_origin_gets_no_headers_neither_for_a_call_nor_for_its_preflight(origin: str) -> None:
    for method, headers, status in (("POST", KEY, 200), ("OPTIONS", PREFLIGHT, 401), ("POST", {}, 401)):
        answer = ask(method, origin=origin, headers=headers)
        assert (answer.status_code, cors(answer)) == (status, set())
        assert "Origin" in answer.headers["vary"], "a cache must not keep it for those that are named"


def test_who_is_no_page_is_answered_as_ever() -> None:
    answer = ask("POST", origin=None, headers=KEY)
    assert (answer.status_code, answer.text, answer.headers["x-aural-seed"]) == (200, "music", "7")
    assert "access-control-allow-origin" not in answer.headers
    assert {"Accept", "Origin"} <= {name.strip() for name in answer.headers["vary"].split(",")}


def test_where_every_origin_is_named_any_page_may_ask_and_still_needs_the_key() -> None:
    assert ask("OPTIONS", allowed=("*",), origin=ELSEWHERE, headers=PREFLIGHT).status_code == 200
    answer = ask("POST", allowed=("*",), origin=ELSEWHERE)
    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (401, "*")
    assert "access-control-allow-credentials" not in answer.headers


def test_options_without_a_preflight_is_a_call_like_any_other() -> None:
    assert ask("OPTIONS").status_code == 401
