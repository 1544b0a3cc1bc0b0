"""An answer that tells of its own making: events while the work goes on, and the plain answer in the last of them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine
from contextlib import aclosing
from typing import Any

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from aural.errors import DeadlineExceeded
from aural.flow.ports import Deadline
from aural.flow.told import Fact, Tell
from aural.gateway.disconnect import CLIENT_CLOSED_REQUEST
from aural.gateway.events import KEEP_ALIVE, last_event
from aural.gateway.formats import EVENTS
from aural.gateway.progress import EVERY_S, ProgressEvents

SILENCE_S = 10.0
"""Between two signs of life: proxies close a connection on which nothing is said, after thirty seconds and more."""
PARTING_S = 5.0
"""For an error to reach a client who has not read what came before it."""
PIECE_BYTES = 2**20

Make = Callable[[Tell], Coroutine[Any, Any, Response]]
Explain = Callable[[Exception], Response]
Keep = Callable[[str, int, bytes], Awaitable[None]]


class Telling:
    """Work on a plain answer, in a task of its own, and what it tells."""

    def __init__(self, make: Make):
        self._facts: asyncio.Queue[Fact | None] = asyncio.Queue()
        self._work = asyncio.create_task(make(self._facts.put_nowait))
        self._work.add_done_callback(lambda _: self._facts.put_nowait(None))
        self._first: list[Fact | None] = []

    async def begin(self) -> None:
        """Waits for the first fact, or the end. Raises what the work raises before it has told anything; then, and
        where this is cancelled, nothing of it goes on."""
        try:
            self._first.append(await self._facts.get())
            if self._first == [None]:
                self._work.result()
        except BaseException:
            await self.cancel()
            raise

    async def next(self) -> Fact | None:
        """None: it has told all."""
        return self._first.pop() if self._first else await self._facts.get()

    async def answer(self) -> Response:
        return await self._work

    async def cancel(self) -> None:
        """When this returns, nothing of it goes on."""
        self._work.cancel()
        await asyncio.gather(self._work, return_exceptions=True)


class EventStream(Response):
    """Events of work that has begun, its plain answer in the last of them.

    `explain` makes the error answer of what the work raises. `keep`, where there is one, gets the suffix, the status
    and the body that the plain answer would have had: `suffix` is that of its file. A client who closes ends the work;
    the status is CLIENT_CLOSED_REQUEST then.
    """

    def __init__(self, telling: Telling, deadline: Deadline, explain: Explain, *, suffix: str, request_id: str):
        headers = {"cache-control": "no-store", "x-accel-buffering": "no", "x-request-id": request_id}
        super().__init__(media_type=f"{EVENTS}; charset=utf-8", headers=headers)
        del self.headers["content-length"]
        self._telling = telling
        self._deadline = deadline
        self._explain = explain
        self._suffix = suffix
        self.keep: Keep | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        del scope, receive
        suffix, status, output = "json", CLIENT_CLOSED_REQUEST, b""
        try:
            await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
            answer = await self._tell(send)
            await self._part(send, answer)
            suffix = "json" if answer.status_code >= 400 else self._suffix
            status, output = answer.status_code, bytes(answer.body)
        finally:
            await self._telling.cancel()
            if self.keep is not None:
                await self.keep(suffix, status, output)
            if self.background is not None:
                await self.background()

    async def _tell(self, send: Send) -> Response:
        """All events but the last, and then the answer, or what explains that there is none."""
        try:
            async with asyncio.timeout(self._deadline.left_s), aclosing(self._events()) as events:
                async for data in events:
                    await send({"type": "http.response.body", "body": data, "more_body": True})
                return await self._telling.answer()
        except Exception as error:
            return self._explain(error)

    async def _part(self, send: Send, answer: Response) -> None:
        """Music may take its reader long; an error is short, and who does not read it is cut off."""
        data = await asyncio.to_thread(last_event, answer)
        try:
            async with asyncio.timeout(PARTING_S if answer.status_code >= 400 else None):
                for start in range(0, len(data), PIECE_BYTES):
                    piece = data[start : start + PIECE_BYTES]
                    await send({"type": "http.response.body", "body": piece, "more_body": True})
                await send({"type": "http.response.body", "body": b""})
        except TimeoutError as cause:
            raise DeadlineExceeded("The events were not fetched in time.") from cause

    async def _events(self) -> AsyncGenerator[bytes, None]:
        progress, said_s = ProgressEvents(), time.monotonic()
        while True:
            try:
                async with asyncio.timeout(EVERY_S):
                    fact = await self._telling.next()
            except TimeoutError:
                told = list(progress.due())
            else:
                if fact is None:
                    return
                told = list(progress.events_of(fact))
            if not told and time.monotonic() - said_s > SILENCE_S:
                told = [KEEP_ALIVE]
            if told:
                said_s = time.monotonic()
                yield b"".join(told)
