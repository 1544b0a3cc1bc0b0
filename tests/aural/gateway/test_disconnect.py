"""Work ends when its caller goes, and the caller's going is told to all who ask."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from aural.gateway.disconnect import CLIENT_CLOSED_REQUEST, cancel_on_disconnect, wait_for_disconnect
from aural.gateway.middleware import GatewayMiddleware
from aural.gateway.readiness import Readiness
from aural.settings import Settings


class Client:
    """One ASGI connection: `body` in pieces, then nothing until `close`."""

    def __init__(self, *body: bytes) -> None:
        self._messages: asyncio.Queue[Message] = asyncio.Queue()
        for n, piece in enumerate(body):
            self._messages.put_nowait({"type": "http.request", "body": piece, "more_body": n + 1 < len(body)})
        self.got: list[Message] = []

    async def receive(self) -> Message:
        return await self._messages.get()

    async def send(self, message: Message) -> None:
        self.got.append(message)

    def close(self) -> None:
        self._messages.put_nowait({"type": "http.disconnect"})

    async def through(self, app: ASGIApp) -> None:
        scope = {"type": "http", "method": "POST", "path": "/generate", "headers": []}
        readiness = Readiness()
        readiness.ready = True
        await GatewayMiddleware(app, Settings(), readiness)(scope, self.receive, self.send)


class Slow:
    """Reads the body, then works until it is cancelled or `answer` is set."""

    def __init__(self, *, starts: bool = False) -> None:
        self.reading = asyncio.Event()
        self.cancelled = False
        self.answer = asyncio.Event()
        self._starts = starts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        while (await receive()).get("more_body"):
            pass
        self.reading.set()
        if self._starts:
            await send({"type": "http.response.start", "status": 200, "headers": []})
        try:
            await self.answer.wait()
        except asyncio.CancelledError:
            self.cancelled = True
            raise


@pytest.mark.parametrize("starts", [False, True])
def test_the_door_ends_what_nobody_waits_for(starts: bool) -> None:
    async def scene() -> None:
        client, slow = Client(b"{", b"}"), Slow(starts=starts)
        passing = asyncio.create_task(client.through(slow))
        await slow.reading.wait()
        await asyncio.sleep(0.02)
        assert not passing.done()
        client.close()
        await asyncio.wait_for(passing, 1)
        assert slow.cancelled
        statuses = [message["status"] for message in client.got if message["type"] == "http.response.start"]
        assert statuses == [200 if starts else CLIENT_CLOSED_REQUEST]
        assert not client.got[-1].get("more_body"), "BentoML's timeout waits for an end"
        assert asyncio.all_tasks() == {asyncio.current_task()}

    asyncio.run(scene())


def test_an_inner_app_may_watch_too() -> None:
    async def scene() -> None:
        client = Client(b"{}")
        told: list[Message] = []

        async def watches(scope: Scope, receive: Receive, send: Send) -> None:
            await receive()
            try:
                told.append(await receive())
            finally:
                told.append({"type": "over"})

        passing = asyncio.create_task(client.through(watches))
        await asyncio.sleep(0.02)
        client.close()
        await asyncio.wait_for(passing, 1)
        assert [message["type"] for message in told] in (["http.disconnect", "over"], ["over"])

    asyncio.run(scene())


def test_what_follows_an_answer_may_come_to_its_end() -> None:
    """Servers say `disconnect` when the answer is out, too."""

    async def scene() -> None:
        client = Client(b"{}")
        swept = asyncio.Event()

        async def sweeps(scope: Scope, receive: Receive, send: Send) -> None:
            await receive()
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b"ok"})
            client.close()
            await asyncio.sleep(0.05)
            swept.set()

        await client.through(sweeps)
        assert swept.is_set()
        assert [message["type"] for message in client.got] == ["http.response.start", "http.response.body"]

    asyncio.run(scene())


def test_a_caller_who_leaves_while_he_is_being_answered_with_an_error_gets_one_answer() -> None:
    async def scene() -> None:
        client = Client(b"{}")

        async def broken(scope: Scope, receive: Receive, send: Send) -> None:
            await receive()
            client.close()
            raise ZeroDivisionError

        await client.through(broken)
        assert sum(message["type"] == "http.response.start" for message in client.got) == 1

    asyncio.run(scene())


def test_neither_work_nor_watch_outlives_the_wait() -> None:
    async def scene() -> Any:
        never = asyncio.get_running_loop().create_future

        async def work() -> None:
            await never()

        async def fails() -> None:
            raise ArithmeticError

        assert await cancel_on_disconnect(asyncio.sleep(0), never()) is True
        assert await cancel_on_disconnect(work(), asyncio.sleep(0)) is False
        with pytest.raises(ArithmeticError):
            await cancel_on_disconnect(fails(), never())
        outer = asyncio.create_task(cancel_on_disconnect(work(), never()))
        await asyncio.sleep(0)
        outer.cancel()
        await asyncio.wait({outer})
        assert outer.cancelled()
        assert asyncio.all_tasks() == {asyncio.current_task()}

    asyncio.run(scene())


def test_reading_past_the_body_ignores_what_is_no_end() -> None:
    client = Client(b"", b"")
    client.close()
    assert asyncio.run(wait_for_disconnect(client.receive))["type"] == "http.disconnect"
