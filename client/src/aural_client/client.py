"""The client for ordinary code."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Generator, Iterator
from types import TracebackType
from typing import TypeVar

import httpx

from aural_client import orders
from aural_client.analysis import Analysis
from aural_client.audio_features import AudioFeatures
from aural_client.call import NO_KEPT_CONNECTIONS, Call, Service
from aural_client.cutting import Cutter
from aural_client.error_answer import error_of
from aural_client.errors import AuralError
from aural_client.info import Info
from aural_client.music import Music
from aural_client.order import Order, Sent
from aural_client.stream import MusicStream
from aural_client.taking import taking

T = TypeVar("T")


class Aural:
    """A service at `url`. Calls may come from several threads at once; `close` it, or use it as a context manager.

    `api_key`: where the service has one. `deadline_s`: the service's, 60 where its operator set no other; a call takes
    at most 10 s more. `retries`: how often a call is tried again that the service was too busy for, or nobody listened
    to. `transport`: httpx's, for proxies, certificates and tests.
    """

    def __init__(
        self,
        url: str,
        *,
        api_key: str | None = None,
        deadline_s: float = 60.0,
        retries: int = 2,
        transport: httpx.BaseTransport | None = None,
    ):
        self._service = Service(url, api_key, deadline_s, retries)
        self._http = httpx.Client(transport=transport, limits=NO_KEPT_CONNECTIONS)

    @taking(orders.analyze)
    def analyze(self, order: Order[Analysis]) -> Analysis:
        return self._carry_out(order)

    @taking(orders.audio_features)
    def audio_features(self, order: Order[AudioFeatures]) -> AudioFeatures:
        return self._carry_out(order)

    @taking(orders.generate)
    def generate(self, order: Order[Music]) -> Music:
        return self._carry_out(order)

    @taking(orders.compose)
    def compose(self, order: Order[Music]) -> Music:
        return self._carry_out(order)

    @taking(orders.stream)
    @contextlib.contextmanager
    def stream(self, order: Order[Music]) -> Iterator[MusicStream]:
        with self._answer(order) as (response, pieces):
            yield MusicStream(response.headers, pieces)

    @taking(orders.info)
    def info(self, order: Order[Info]) -> Info:
        return self._carry_out(order)

    def close(self) -> None:
        self._http.close()

    def __enter__(self) -> Aural:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Aural({self._service.url!r})"

    def _carry_out(self, order: Order[T]) -> T:
        with self._answer(order) as (response, pieces):
            reading = order.reading(response.headers)
            for data in pieces:
                order.tell(reading.feed(data))
            return reading.result()

    @contextlib.contextmanager
    def _answer(self, order: Order[T]) -> Iterator[tuple[httpx.Response, Iterator[bytes]]]:
        """An answer that is no error, and its body. Its connection is closed at the end of the block."""
        call = self._service.call(order.cancel)
        cutter = None if order.cancel is None else Cutter(order.cancel)
        with contextlib.nullcontext() if cutter is None else cutter.at_work():
            response = self._response(call, order.sent(), cutter)
            with contextlib.closing(response), contextlib.closing(_pieces(call, response)) as pieces:
                yield response, pieces

    def _response(self, call: Call, sent: Sent, cutter: Cutter | None) -> httpx.Response:
        """After as many tries as it takes. Raises the last one's failure."""
        while True:
            try:
                return self._try(call, sent, cutter)
            except AuralError as failure:
                _sleep(call.attempts.wait_s(failure), call.cancel)

    def _try(self, call: Call, sent: Sent, cutter: Cutter | None) -> httpx.Response:
        request = call.request(sent)
        if cutter is not None:
            request.extensions["trace"] = cutter.trace
        try:
            response = self._http.send(request, stream=True)
        except httpx.HTTPError as error:
            raise call.failure(error, begun=False) from error
        if response.is_success:
            return response
        with contextlib.closing(response):
            raise error_of(response.status_code, response.headers, b"".join(_pieces(call, response)))


def _pieces(call: Call, response: httpx.Response) -> Generator[bytes, None, None]:
    try:
        for data in response.iter_bytes():
            call.check()
            yield data
    except httpx.HTTPError as error:
        raise call.failure(error, response.headers.get("x-request-id"), begun=True) from error


def _sleep(wait_s: float, cancel: threading.Event | None) -> None:
    if cancel is None:
        time.sleep(wait_s)
    else:
        cancel.wait(wait_s)
