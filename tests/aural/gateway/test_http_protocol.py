"""The protocol of the gateway's connections, under a server in this process and an app that is told what to do."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send

from aural.gateway import lingering
from aural.gateway.http_protocol import BoundedProtocol, address_of
from tests.http.raw import connected, head

LARGE = 50_000_000
CHUNKED = "Transfer-Encoding: chunked"


@dataclass
class App:
    """/read answers with the length of the body, /refuse without reading it, /large with LARGE bytes, others at
    once."""

    gone: int = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        size = 0
        if scope["path"] == "/read":
            while True:
                message = await receive()
                size += len(message.get("body", b""))
                if message["type"] == "http.disconnect":
                    self.gone += 1
                    return
                if not message.get("more_body"):
                    break
        body = bytes(LARGE) if scope["path"] == "/large" else str(size).encode()
        status = 403 if scope["path"] == "/refuse" else 200
        await send(
            {"type": "http.response.start", "status": status, "headers": [(b"content-length", b"%d" % len(body))]}
        )
        await send({"type": "http.response.body", "body": body})


@contextmanager
def serving(app: App, **limits: float) -> Iterator[str]:
    protocol = type("Protocol", (BoundedProtocol,), limits)
    config = uvicorn.Config(app, http=protocol, log_config=None, lifespan="off", timeout_keep_alive=2)
    server = uvicorn.Server(config)
    listener = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[listener])))
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(20)
        assert not thread.is_alive()
        assert not BoundedProtocol._connections, "every connection that was counted has been taken off again"


def until(what: Callable[[], bool]) -> None:
    give_up_at = time.monotonic() + 20
    while not what():
        assert time.monotonic() < give_up_at
        time.sleep(0.01)


@pytest.fixture(scope="module")
def app() -> App:
    return App()


@pytest.fixture(scope="module")
def url(app: App) -> Iterator[str]:
    with serving(app, head_s=1.0) as url:
        yield url


def test_what_is_asked_properly_is_answered_on_one_connection(url: str) -> None:
    with connected(url) as connection:
        for size in (0, 10, 200_000):
            answer = connection.ask("POST /read", [f"Content-Length: {size}"], bytes(size))
            assert (answer.status, answer.body) == (200, str(size).encode())
            assert "connection" not in answer.headers
        connection.send(head("GET /") + head("GET /"))
        assert [connection.answer().status for _ in range(2)] == [200, 200]


@pytest.mark.parametrize("first", [b"G", b"POST /read HTTP/1.1\r\nHost: x\r\nX-A: ", head("GET /") + b"GET / HT"])
def test_a_head_that_does_not_end_is_408(url: str, first: bytes) -> None:
    """However it trickles, and on a connection that was used before."""
    with connected(url) as connection:
        connection.send(first)
        if first.startswith(b"GET / HTTP"):
            assert connection.answer().status == 200
        began_s = time.monotonic()
        for _ in range(3):
            time.sleep(0.1)
            connection.send(b"a")
        connection.answer().assert_refused(408, "request_too_slow")
        assert time.monotonic() - began_s > 0.9
        assert connection.closed_within_s(10)


def test_a_connection_on_which_nothing_is_asked_is_closed_without_a_word(url: str) -> None:
    with connected(url) as connection:
        assert connection.closed_within_s(10)


@pytest.mark.parametrize(
    ("data", "status", "code"),
    [
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400, "bad_request"),
        (b"GET /health\r\n\r\n", 400, "bad_request"),
        (b"GET / HTTP/1.1\r\n\r\n", 400, "bad_request"),
        (head("POST /read", "Content-Length: -5"), 400, "bad_request"),
        (head("POST /read", "Content-Length: \xb2"), 400, "bad_request"),
        (head("POST /read", "Content-Length: 2", "Content-Length: 3"), 400, "bad_request"),
        (head("POST /read", "Transfer-Encoding: gzip, chunked"), 400, "bad_request"),
        (head("GET /", "X-A: b\0c"), 400, "bad_request"),
        (head("POST /read", CHUNKED) + b"ZZ\r\n", 400, "bad_request"),
        (head("POST /read", CHUNKED) + b"2;a=" + b"x" * 70_000, 400, "bad_request"),
        (head("POST /read", CHUNKED) + b"2\r\n{}\r\n0\r\nX-A: " + b"x" * 70_000, 400, "bad_request"),
        (b"GET /" + b"a" * 70_000, 414, "target_too_long"),
        (b"GET / HTTP/1.1\r\nX-A: " + b"a" * 70_000, 431, "headers_too_large"),
        (head("GET /", "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13"), 400, "bad_request"),
    ],
)
def test_what_is_no_http_is_refused_in_the_one_shape_and_closed(url: str, data: bytes, status: int, code: str) -> None:
    with connected(url) as connection:
        connection.send(data)
        answer = connection.answer()
        sentence = answer.assert_refused(status, code)
        assert answer.headers["connection"] == "close"
        assert len(sentence) < 250
        assert sentence.isprintable()
        assert connection.closed_within_s(10)


def test_an_upgrade_that_is_not_known_is_ignored(url: str) -> None:
    """As RFC 9110 has it (7.8): curl --http2 asks for h2c of itself."""
    with connected(url) as connection:
        assert connection.ask("GET /", ["Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c"]).status == 200


@pytest.mark.parametrize("framing", ["Content-Length: 50000000", CHUNKED])
def test_an_answer_before_the_end_of_a_body_closes_and_is_read_by_who_still_sends(url: str, framing: str) -> None:
    """20 MB more are sent before the answer is looked for: a reset would have taken it away."""
    with connected(url) as connection:
        connection.send(head("POST /refuse", framing))
        for _ in range(20):
            connection.send(b"100000\r\n" + bytes(1 << 20) + b"\r\n")
        answer = connection.answer()
        assert (answer.status, answer.headers["connection"]) == (403, "close")
        assert connection.closed_within_s(10)


def test_who_goes_on_sending_after_a_refusal_is_cut_off(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lingering, "TOTAL_S", 1.0)
    with connected(url) as connection:
        connection.send(head("POST /refuse", "Content-Length: 50000000"))
        assert connection.answer().status == 403

        def send_on() -> None:
            for _ in range(200):
                connection.send(b"a")
                time.sleep(0.05)

        with pytest.raises(ConnectionError):
            send_on()


def test_who_does_not_fetch_his_answer_is_cut_off_and_who_does_slowly_is_not(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The connection's idle time, 2 s here, ends while the answer is on its way."""
    monkeypatch.setattr(lingering, "FLUSH_S", 1.0)
    with connected(url) as slow, connected(url) as stalled:
        for connection in (slow, stalled):
            connection.send(head("GET /large", "Connection: close"))
        got = 0
        while data := slow.socket.recv(LARGE // 40):
            got += len(data)
            time.sleep(0.1)
        assert got > LARGE
        until(lambda: not BoundedProtocol._connections)


def test_a_body_that_is_refused_is_not_asked_for(url: str) -> None:
    expecting = "Expect: 100-continue"
    with connected(url) as connection:
        assert connection.ask("POST /refuse", [expecting, "Content-Length: 99999999"]).status == 403
        assert connection.closed_within_s(10)
    with connected(url) as connection:
        assert connection.ask("POST /read", [expecting, "Content-Length: 3"]).status == 100
        connection.send(b"abc")
        assert connection.answer().body == b"3"


@pytest.mark.parametrize("sent", [b"", b"POST /rea", head("POST /read", "Content-Length: 9") + b"abc"])
def test_who_leaves_leaves_nothing(url: str, app: App, sent: bytes) -> None:
    gone = app.gone
    with connected(url) as connection:
        connection.send(sent)
        until(lambda: sum(BoundedProtocol._connections.values()) == 1)
    until(lambda: not BoundedProtocol._connections)
    until(lambda: app.gone == gone + (b"abc" in sent))


def test_a_malformed_body_tells_the_app_that_its_client_is_gone(url: str, app: App) -> None:
    gone = app.gone
    with connected(url) as connection:
        connection.send(head("POST /read", CHUNKED) + b"3\r\nabc\r\nno number\r\n")
        connection.answer().assert_refused(400, "bad_request")
    until(lambda: app.gone == gone + 1)


def test_one_connection_more_than_an_address_may_have_is_429(app: App) -> None:
    with serving(app, max_per_address=2) as url:
        with connected(url) as first, connected(url) as second:
            assert [first.ask("GET /").status, second.ask("GET /").status] == [200, 200]
            with connected(url) as third:
                third.send(head("GET /"))
                answer = third.answer()
                assert "2 connections" in answer.assert_refused(429, "busy")
                assert int(answer.headers["retry-after"]) > 0
                assert third.closed_within_s(10)
            assert [first.ask("GET /").status, second.ask("GET /").status] == [200, 200]
        until(lambda: not BoundedProtocol._connections)
        with connected(url) as again:
            assert again.ask("GET /").status == 200


def test_addresses_are_counted_as_those_who_have_them() -> None:
    assert address_of("192.0.2.7") == address_of("::ffff:192.0.2.7") == "192.0.2.7"
    assert address_of("2001:db8:1:2:3::4") == address_of("2001:db8:1:2:ffff::9%eth0") == "2001:db8:1:2::/64"
    assert address_of("2001:db8:1:3::1") != address_of("2001:db8:1:2::1")
