"""The client for asyncio."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable
from types import TracebackType
from typing import TypeVar

import httpx

from aural_client import orders
from aural_client.analysis import Analysis
from aural_client.async_stream import AsyncMusicStream
from aural_client.audio_features import AudioFeatures
from aural_client.call import NO_KEPT_CONNECTIONS, Call, Service
from aural_client.cutting import EVERY_S
from aural_client.error_answer import error_of
from aural_client.errors import AuralError
from aural_client.info import Info
from aural_client.music import Music
from aural_client.order import Order, Sent
from aural_client.taking import taking

T = TypeVar("T")


class AsyncAural:
    """A service at `url`, as `Aural` has it. A call whose task is cancelled ends the service's work for it.

    `close` it, or use it as an async context manager.
    """

    def __init__(
        self,
        url: str,
        *,
        api_key: str | None = None,
        deadline_s: float = 60.0,
        retries: int = 2,
        transport: httpx.AsyncBaseTransport | None = None,
    ):
        self._service = Service(url, api_key, deadline_s, retries)
        self._http = httpx.AsyncClient(transport=transport, limits=NO_KEPT_CONNECTIONS)

    @taking(orders.analyze)
    async def analyze(self, order: Order[Analysis]) -> Analysis:
        return await self._carry_out(order)

    @taking(orders.audio_features)
    async def audio_features(self, order: Order[AudioFeatures]) -> AudioFeatures:
        return await self._carry_out(order)

    @taking(orders.generate)
    async def generate(self, order: Order[Music]) -> Music:
        return await self._carry_out(order)

    @taking(orders.compose)
    async def compose(self, order: Order[Music]) -> Music:
        return await self._carry_out(order)

    @taking(orders.stream)
    @contextlib.asynccontextmanager
    async def stream(self, order: Order[Music]) -> AsyncIterator[AsyncMusicStream]:
        async with self._answer(order) as (response, pieces):
            yield await AsyncMusicStream.begin(response.headers, pieces)

    @taking(orders.info)
    async def info(self, order: Order[Info]) -> Info:
        return await self._carry_out(order)

    async def close(self) -> None:
        await self._http.aclose()

    async def __aenter__(self) -> AsyncAural:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    def __repr__(self) -> str:
        return f"AsyncAural({self._service.url!r})"

    async def _carry_out(self, order: Order[T]) -> T:
        async with self._answer(order) as (response, pieces):
            reading = order.reading(response.headers)
            async for data in pieces:
                order.tell(reading.feed(data))
            return reading.result()

    @contextlib.asynccontextmanager
    async def _answer(self, order: Order[T]) -> AsyncIterator[tuple[httpx.Response, AsyncIterator[bytes]]]:
        """An answer that is no error, and its body. Its connection is closed at the end of the block."""
        call = self._service.call(order.cancel)
        response = await self._response(call, await asyncio.to_thread(order.sent))
        async with contextlib.aclosing(response), contextlib.aclosing(_pieces(call, response)) as pieces:
            yield response, pieces

    async def _response(self, call: Call, sent: Sent) -> httpx.Response:
        """After as many tries as it takes. Raises the last one's failure."""
        while True:
            try:
                return await self._try(call, sent)
            except AuralError as failure:
                await _unless_cancelled(call, asyncio.sleep(call.attempts.wait_s(failure)))

    async def _try(self, call: Call, sent: Sent) -> httpx.Response:
        request = call.request(sent)
        try:
            response = await _unless_cancelled(call, self._http.send(request, stream=True))
        except httpx.HTTPError as error:
            raise call.failure(error, begun=False) from error
        if response.is_success:
            return response
        async with contextlib.aclosing(response), contextlib.aclosing(_pieces(call, response)) as pieces:
            body = b"".join([data async for data in pieces])
        raise error_of(response.status_code, response.headers, body)


async def _pieces(call: Call, response: httpx.Response) -> AsyncGenerator[bytes, None]:
    try:
        body = response.aiter_bytes()
        while data := await _unless_cancelled(call, anext(body, b"")):
            call.check()
            yield data
    except httpx.HTTPError as error:
        raise call.failure(error, response.headers.get("x-request-id"), begun=True) from error


async def _unless_cancelled(call: Call, work: Awaitable[T]) -> T:
    """What `work` gives; Cancelled as soon as the call's `cancel` is set, and then nothing of it goes on."""
    if call.cancel is None:
        return await work
    task = asyncio.ensure_future(work)
    try:
        while not task.done():
            call.check()
            await asyncio.wait({task}, timeout=EVERY_S)
        return task.result()
    finally:
        if not task.done():
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
