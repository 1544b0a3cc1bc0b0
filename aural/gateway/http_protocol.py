"""The connections of the gateway: uvicorn's HTTP/1.1 protocol under bounds, whose refusals have our one error shape."""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import sys
import uuid
from collections import Counter
from collections.abc import Callable
from typing import Any, ClassVar

import h11
import uvicorn.config
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.config import Config
from uvicorn.protocols.http.flow_control import CLOSE_HEADER
from uvicorn.protocols.http.h11_impl import STATUS_PHRASES, H11Protocol

from aural.errors import AuralError, BadRequest, Busy, HeadersTooLarge, RequestTooSlow, TargetTooLong
from aural.gateway.answers import error_answer
from aural.gateway.edge import MAX_HEAD_BYTES, MAX_TARGET_BYTES, Edge
from aural.gateway.lingering import LingeringTransport

HEAD_S = 10.0
"""Time for a request's line and headers, from the connection or from their first byte."""
SHOWN_CHARS = 100

logger = logging.getLogger("aural")


class BoundedProtocol(H11Protocol):
    """One connection.

    Beyond uvicorn's: a head that does not come within `head_s` is 408; an address has at most `max_per_address`
    connections, one more is 429; what is no HTTP/1.1 is 400, 414 or 431; WebSocket is refused; an answer that goes out
    while the body is unfinished closes the connection, in a way that lets the client read it (LingeringTransport).
    """

    head_s: ClassVar[float] = HEAD_S
    max_per_address: ClassVar[int] = 256
    _connections: ClassVar[Counter[str]] = Counter()

    def __init__(self, config: Config, server_state: Any, app_state: dict[str, Any], _loop: Any = None):
        super().__init__(config, server_state, app_state, _loop)
        self._inner: ASGIApp = self.app
        self.app = self._answer
        self._late: asyncio.TimerHandle | None = None
        self._refused = False
        self._address: str | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        lingering = LingeringTransport(transport, self._more_may_come)
        super().connection_made(lingering)  # type: ignore[arg-type]
        if self.client is not None:  # else a Unix socket
            self._address = address_of(self.client[0])
            self._connections[self._address] += 1
            if self._connections[self._address] > self.max_per_address:
                self._refuse(
                    Busy(
                        f"This address has {self.max_per_address} connections. Close some, or keep and reuse them.",
                        retry_after_s=2,
                    )
                )
                return
        self._late = self.loop.call_later(self.head_s, self._head_is_late)

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting_for_head()
        if self._address is not None:
            self._connections[self._address] -= 1
            if self._connections[self._address] <= 0:
                del self._connections[self._address]
        self._lingering.lost()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._lingering.is_closing():
            self._lingering.discarded()
            return
        super().data_received(data)
        self._wait_for_head_that_has_begun()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._wait_for_head_that_has_begun()

    def send_400_response(self, msg: str) -> None:
        """Called by uvicorn where h11 raised; it is h11's words that say what is wrong."""
        cause = sys.exc_info()[1]
        hint = getattr(cause, "error_status_hint", 400)
        if hint != 431:
            shown = str(cause or msg)[:SHOWN_CHARS].encode("ascii", "backslashreplace").decode()
            self._refuse(BadRequest(f"This is not HTTP/1.1 as it is taken here: {shown}."))
        elif self.conn.our_state is not h11.IDLE:  # the head is there
            self._refuse(BadRequest("A chunk's extensions, or the trailers, are too long. Send none."))
        elif b"\n" in self.conn.trailing_data[0]:
            self._refuse(HeadersTooLarge.beyond(MAX_HEAD_BYTES))
        else:
            self._refuse(TargetTooLong.beyond(MAX_TARGET_BYTES))

    @property
    def _lingering(self) -> LingeringTransport:
        assert isinstance(self.transport, LingeringTransport)
        return self.transport

    def _should_upgrade(self) -> bool:
        """WebSocket is refused; any other upgrade is ignored, as RFC 9110 has it (7.8): curl asks for h2c of itself."""
        return self._get_upgrade() == b"websocket"

    def handle_websocket_upgrade(self, event: h11.Request) -> None:
        del event
        self._refuse(BadRequest("WebSocket is not spoken here. Send requests over HTTP; events come as an SSE stream."))

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_and_say_that_it_closes(message: Message) -> None:
            if message["type"] == "http.response.start" and self._more_may_come():
                message = {**message, "headers": [*message.get("headers", []), CLOSE_HEADER]}
            await send(message)

        await self._inner(scope, receive, send_and_say_that_it_closes)

    def _more_may_come(self) -> bool:
        """Whether the client may still be sending what nobody is going to read."""
        return self._refused or self.conn.their_state in (h11.SEND_BODY, h11.ERROR)

    def _wait_for_head_that_has_begun(self) -> None:
        if self._lingering.is_closing() or self.conn.their_state is not h11.IDLE or not self.conn.trailing_data[0]:
            self._stop_waiting_for_head()  # between two requests uvicorn's own time for idle connections runs
        elif self._late is None:
            self._late = self.loop.call_later(self.head_s, self._head_is_late)

    def _stop_waiting_for_head(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None

    def _head_is_late(self) -> None:
        self._late = None
        if self._lingering.is_closing():
            return
        if not self.conn.trailing_data[0]:
            self.transport.close()  # nothing was asked: browsers open connections beforehand
            return
        self._refuse(RequestTooSlow(f"The headers did not arrive within {self.head_s:g} s. Send them at once."))

    def _refuse(self, error: AuralError) -> None:
        """Our answer, where none has begun, and the end of the connection, of which what works for it is told."""
        self._stop_waiting_for_head()
        self._refused = True
        request_id = uuid.uuid4().hex
        logger.warning("request %s of %s was refused: %s", request_id, self._address or "_", error.sentence)
        if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            answer = error_answer(error, request_id)
            headers = [*self.server_state.default_headers, *answer.raw_headers, CLOSE_HEADER]
            response = h11.Response(
                status_code=answer.status_code, headers=headers, reason=STATUS_PHRASES[answer.status_code]
            )
            events: list[Any] = [response, h11.EndOfMessage()]
            if self.scope is None or self.scope["method"] != "HEAD":
                events.insert(1, h11.Data(data=bytes(answer.body)))
            for event in events:
                self.transport.write(self.conn.send(event) or b"")
        if self.cycle is not None and not self.cycle.response_complete:
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        self.transport.close()


def address_of(host: str) -> str:
    """Whose connections are counted together: an IPv4 address, or the network of 64 bits that an IPv6 host has."""
    address = ipaddress.ip_address(host.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)


def bound_connections(is_gateway: Callable[[], bool], paths: frozenset[str], max_per_address: int) -> None:
    """From here on, uvicorn servers of this process have BoundedProtocol and Edge where `is_gateway` says so.

    BentoML makes the server itself and names no protocol, so uvicorn takes its "auto"; and what is outside BentoML's
    own middleware can be put nowhere but here. `paths`: see Edge.
    """

    class GatewayProtocol(BoundedProtocol):
        pass

    GatewayProtocol.max_per_address = max_per_address

    def protocol(config: Config, **rest: Any) -> asyncio.Protocol:
        if not is_gateway():
            return H11Protocol(config, **rest)
        if not isinstance(config.loaded_app, Edge):
            config.loaded_app = Edge(config.loaded_app, paths)
        return GatewayProtocol(config, **rest)

    uvicorn.config.HTTP_PROTOCOLS["auto"] = protocol  # type: ignore[assignment]
