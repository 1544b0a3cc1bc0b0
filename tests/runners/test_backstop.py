"""BentoML's time limit, as the service has it: it ends what is late, and leaves nothing of what is not."""

from __future__ import annotations

import asyncio
import gc
import weakref
from contextvars import ContextVar

import httpx
import pytest
from bentoml._internal.server.http.traffic import TimeoutMiddleware
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

import service

assert service.BACKSTOP_S, "it is what puts ours in BentoML's place"


class Span:
    """What a request's context holds."""


SPAN: ContextVar[Span] = ContextVar("SPAN")


async def answer(scope: Scope, receive: Receive, send: Send) -> None:
    await asyncio.sleep({"/late": 5.0, "/broken": 0.0}.get(scope["path"], 0.0))
    if scope["path"] == "/broken":
        raise TimeoutError("of its own")
    await PlainTextResponse("here")(scope, receive, send)
    await asyncio.sleep(0.2)  # an answer that has begun may take its time


async def ask(path: str, timeout_s: float) -> httpx.Response:
    transport = httpx.ASGITransport(TimeoutMiddleware(answer, timeout=timeout_s))
    async with httpx.AsyncClient(transport=transport, base_url="http://service") as client:
        return await client.get(path)


@pytest.mark.parametrize(("path", "status"), [("/", 200), ("/late", 504)])
def test_an_answer_must_begin_in_time(path: str, status: int) -> None:
    assert asyncio.run(ask(path, 0.1)).status_code == status


def test_what_breaks_by_itself_comes_out() -> None:
    with pytest.raises(TimeoutError, match="of its own"):
        asyncio.run(ask("/broken", 60.0))


def test_nothing_of_a_thousand_requests_is_kept() -> None:
    spans: list[weakref.ref[Span]] = []

    async def one() -> None:
        span = Span()
        spans.append(weakref.ref(span))
        SPAN.set(span)
        await ask("/", 1700.0)

    async def scene() -> int:
        for _ in range(10):
            await asyncio.gather(*(one() for _ in range(100)))
        gc.collect()
        return sum(span() is not None for span in spans)

    assert asyncio.run(scene()) <= 250, "asyncio keeps ended timers until they are half of all, and a hundred"
