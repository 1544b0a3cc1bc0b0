"""What was refused at the door is asked again when the service says, in the call's time; nothing else is."""

from __future__ import annotations

import asyncio
import re
import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from aural_client import (
    AsyncAural,
    AuralError,
    Busy,
    ConnectionFailed,
    Internal,
    NotAudio,
    NotReady,
    TimedOut,
)
from aural_client.errors import BrokenAnswer
from aural_client.retries import Attempts
from tests.client.answering import BOTH, FINE, HANG, Ask, answer, answering, refusal


class Clock:
    def __init__(self) -> None:
        self.s = 100.0

    def __call__(self) -> float:
        return self.s


def side_by_side(test: Callable[..., None], *cases: tuple[Any, ...]) -> None:
    """All cases at once, since each of them waits for a second. Raises what any of them raised, with the case."""
    with ThreadPoolExecutor(len(cases)) as pool:
        for case, done in [(case, pool.submit(test, *case)) for case in cases]:
            if (fault := done.exception()) is not None:
                fault.add_note(f"in the case {case}")
                raise fault


def refused() -> ConnectionFailed:
    failure = ConnectionFailed("Nobody there.")
    failure.never_sent = True
    return failure


def test_it_waits_as_long_as_it_is_told_and_as_often_as_it_may() -> None:
    attempts = Attempts(2, 70, Clock())
    failure = Busy("Full.", status=429, retry_after_s=7)
    assert [attempts.wait_s(failure), attempts.wait_s(failure)] == [7, 7]
    with pytest.raises(Busy):
        attempts.wait_s(failure)


def test_it_does_not_wait_past_the_calls_time() -> None:
    clock = Clock()
    attempts = Attempts(9, 70, clock)
    clock.s += 60
    assert attempts.wait_s(NotReady("Wait.", status=503, retry_after_s=9)) == 9
    with pytest.raises(NotReady):
        attempts.wait_s(NotReady("Wait.", status=503, retry_after_s=10))
    clock.s += 60
    assert attempts.left_s == 0


def test_where_nobody_listens_it_waits_a_little_and_then_more() -> None:
    attempts = Attempts(3, 70, Clock())
    assert [attempts.wait_s(refused()) for _ in range(3)] == [0.5, 1, 2]


@pytest.mark.parametrize(
    "failure",
    [
        Busy("Full.", status=429),
        Internal("A bug.", status=500, retry_after_s=1),
        BrokenAnswer("Ended.", status=502, retry_after_s=1),
        BrokenAnswer("Ended."),
        ConnectionFailed("Broke."),
        TimedOut("Late."),
    ],
)
def test_nothing_else_is_tried_again(failure: AuralError) -> None:
    with pytest.raises(type(failure)) as raised:
        Attempts(2, 70).wait_s(failure)
    assert raised.value is failure


@BOTH
def test_a_refusal_is_followed_by_the_answer(ask: Ask) -> None:
    def asked_again(status: int, code: str) -> None:
        began = time.monotonic()
        with answering(refusal(status, code, retry_after="1"), FINE) as server:
            assert ask(server.url, "info").version == "1"
        assert len(server.asked) == 2
        assert time.monotonic() - began >= 1

    side_by_side(asked_again, (429, "busy"), (503, "not_ready"), (503, "cannot_finish_in_time"))


@BOTH
def test_a_clip_is_sent_again_whole(ask: Ask) -> None:
    told = (refusal(503, "not_ready", retry_after="0"), refusal(415, "not_audio"))
    with answering(*told) as server, pytest.raises(NotAudio), Path(__file__).open("rb") as clip:
        ask(server.url, "analyze", clip)
    lengths = [re.findall(r"(?i)content-length: (\d+)", head) for head in server.asked]
    assert lengths[0] == lengths[1]
    assert int(lengths[0][0]) > Path(__file__).stat().st_size


@BOTH
def test_retries_come_to_an_end(ask: Ask) -> None:
    with answering(refusal(429, "busy", retry_after="0")) as server:
        for retries in (0, 3):
            server.asked.clear()
            with pytest.raises(Busy) as raised:
                ask(server.url, "info", options={"retries": retries})
            assert (len(server.asked), raised.value.retry_after_s) == (retries + 1, 0)


@BOTH
def test_a_proxys_refusal_counts_too(ask: Ask) -> None:
    with answering(answer(503, b"<html>", retry_after="0"), FINE) as server:
        assert ask(server.url, "info").name == "aural-architect"


@BOTH
def test_a_service_that_begins_to_listen_is_reached(ask: Ask) -> None:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port = door.getsockname()[1]

        def listen() -> None:
            time.sleep(0.3)
            door.listen()
            connection, _ = door.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(FINE)

        thread = threading.Thread(target=listen)
        thread.start()
        assert ask(f"http://127.0.0.1:{port}", "info").version == "1"
        thread.join()


@BOTH
def test_where_nobody_listens_it_says_so(ask: Ask) -> None:
    with pytest.raises(ConnectionFailed, match=r"127\.0\.0\.1:1"):
        ask("http://127.0.0.1:1", "info", options={"retries": 1})


@BOTH
def test_what_may_have_been_worked_on_is_not_asked_again(ask: Ask) -> None:
    with answering(b"", FINE) as server, pytest.raises(ConnectionFailed, match="before there was an answer"):
        ask(server.url, "generate", "dub")
    assert len(server.asked) == 1


@BOTH
def test_a_call_ends_with_its_time(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing comes, and where the answer stops halfway."""
    monkeypatch.setattr("aural_client.call.GRACE_S", 0.2)

    def ends(*begun: bytes) -> None:
        with answering(begun) as server:
            with pytest.raises(TimedOut, match=r"within 1 s"):
                ask(server.url, "info", options={"deadline_s": 0.8})
            assert server.left.wait(10)
        assert len(server.asked) == 1

    side_by_side(ends, (HANG,), (FINE[:100], HANG))


@BOTH
def test_a_body_that_drips_does_not_outlast_the_calls_time(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aural_client.call.GRACE_S", 0.2)
    attempts_s = iter([1.0, 1.0, 0.0])  # there is time for the request and its first piece, and none for the second
    monkeypatch.setattr(Attempts, "left_s", property(lambda _: next(attempts_s, 0.0)))
    with answering((FINE[:-10], FINE[-10:])) as server, pytest.raises(TimedOut):
        ask(server.url, "info")


def test_calls_at_once_do_not_share_their_tries() -> None:
    async def ask() -> list[str]:
        async with AsyncAural(server.url) as aural:
            return [info.version for info in await asyncio.gather(*(aural.info() for _ in range(4)))]

    with answering(refusal(429, "busy", retry_after="0"), refusal(429, "busy", retry_after="0"), FINE) as server:
        assert asyncio.run(ask()) == ["1"] * 4
