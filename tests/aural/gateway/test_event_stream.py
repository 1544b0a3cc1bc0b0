"""An answer that tells of its own making: what is refused at once is none, and who leaves ends the work."""

from __future__ import annotations

import asyncio
import base64
import json
from typing import Any

import pytest
from starlette.responses import Response
from starlette.types import Message

from aural.errors import AuralError, Busy, DeadlineExceeded
from aural.flow.ports import Deadline
from aural.flow.told import Composing, Tell
from aural.gateway import event_stream
from aural.gateway.answers import error_answer
from aural.gateway.disconnect import CLIENT_CLOSED_REQUEST
from aural.gateway.event_stream import EventStream, Make, Telling
from aural.types import JobStatus

BEGINS = Composing(JobStatus(0, 0.0, 0, 10, 1.0))
MUSIC = Response(b"RIFF", media_type="audio/wav", headers={"x-aural-seed": "7"})


def explained(error: Exception) -> Response:
    known = error if isinstance(error, AuralError) else DeadlineExceeded("Late.")
    return error_answer(known, "mine")


async def never() -> Message:
    raise AssertionError("an event stream reads nothing")


class Kept:
    """What was sent, and what was recorded of it."""

    def __init__(self) -> None:
        self.sent: list[Message] = []
        self.records: list[tuple[str, int, bytes]] = []

    async def send(self, message: Message) -> None:
        self.sent.append(message)

    async def keep(self, suffix: str, status: int, output: bytes) -> None:
        self.records.append((suffix, status, output))

    @property
    def body(self) -> bytes:
        return b"".join(message.get("body", b"") for message in self.sent)

    @property
    def events(self) -> list[tuple[str, Any]]:
        parts = [part.decode().split("\n") for part in self.body.split(b"\n\n") if part.startswith(b"event: ")]
        return [(name.removeprefix("event: "), json.loads(data.removeprefix("data: "))) for name, data in parts]


async def streamed(make: Make, kept: Kept, *, left_s: float = 5.0, send: Any = None) -> None:
    telling = Telling(make)
    await telling.begin()
    answer = EventStream(telling, Deadline.within(left_s), explained, suffix="wav", request_id="mine")
    answer.keep = kept.keep
    await answer({"type": "http"}, never, send or kept.send)


async def music(tell: Tell) -> Response:
    tell(BEGINS)
    await asyncio.sleep(0)
    return MUSIC


def test_the_plain_answer_is_in_the_last_event() -> None:
    kept = Kept()
    asyncio.run(streamed(music, kept))
    start, *_, end = kept.sent
    headers = dict(start["headers"])
    assert start["status"] == 200
    assert headers[b"content-type"] == b"text/event-stream; charset=utf-8"
    assert headers[b"cache-control"] == b"no-store"
    assert b"content-length" not in headers
    assert end == {"type": "http.response.body", "body": b""}
    assert [name for name, _ in kept.events] == ["queued", "progress", "done"]
    done = kept.events[-1][1]
    assert base64.b64decode(done.pop("file")) == b"RIFF"
    assert done == {"headers": {"x-aural-seed": "7"}, "media_type": "audio/wav"}
    assert kept.records == [("wav", 200, b"RIFF")]


def test_what_is_raised_before_anything_is_told_is_raised() -> None:
    async def refused(tell: Tell) -> Response:
        await asyncio.sleep(0)
        raise Busy("Full.")

    kept = Kept()
    with pytest.raises(Busy):
        asyncio.run(streamed(refused, kept))
    assert not kept.sent


def test_work_that_tells_nothing_is_done_all_the_same() -> None:
    async def silent(tell: Tell) -> Response:
        return MUSIC

    kept = Kept()
    asyncio.run(streamed(silent, kept))
    assert [name for name, _ in kept.events] == ["done"]


def test_what_is_raised_later_is_the_last_event_in_the_one_shape() -> None:
    async def breaks(tell: Tell) -> Response:
        tell(BEGINS)
        await asyncio.sleep(0.01)
        raise Busy("Full.")

    kept = Kept()
    asyncio.run(streamed(breaks, kept))
    assert kept.events[-1] == ("error", {"error": "Full.", "code": "busy", "request_id": "mine"})
    assert kept.records == [("json", 429, kept.body.rsplit(b"data: ")[-1].strip())]


def endless(ended: list[bool], tells: bool = True) -> Make:
    async def make(tell: Tell) -> Response:
        if tells:
            tell(BEGINS)
        try:
            await asyncio.sleep(3600)
        finally:
            ended.append(True)
        return MUSIC

    return make


def test_the_deadline_is_an_error_event_and_ends_the_work() -> None:
    kept, ended = Kept(), list[bool]()
    asyncio.run(streamed(endless(ended), kept, left_s=0.05))
    assert kept.events[-1][1]["code"] == "deadline_exceeded"
    assert ended == [True]


@pytest.mark.parametrize("messages", [0, 1, 2])
def test_a_client_who_leaves_at_any_moment_ends_the_work(messages: int) -> None:
    """0: before the start of the answer is out."""
    kept, ended = Kept(), list[bool]()

    async def until_gone(message: Message) -> None:
        if len(kept.sent) == messages:
            raise asyncio.CancelledError
        kept.sent.append(message)

    async def tells_twice(tell: Tell) -> Response:
        asyncio.get_running_loop().call_later(0.3, tell, Composing(JobStatus(0, 0.5, 5, 10, 0.5)))
        return await endless(ended)(tell)

    async def scene() -> None:
        with pytest.raises(asyncio.CancelledError):
            await streamed(tells_twice, kept, send=until_gone)
        assert ended == [True], "at once"

    asyncio.run(scene())
    assert kept.records == [("json", CLIENT_CLOSED_REQUEST, b"")]


def test_a_client_who_leaves_before_anything_is_told_ends_the_work() -> None:
    ended: list[bool] = []

    async def scene() -> None:
        telling = Telling(endless(ended, tells=False))
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(telling.begin(), 0.05)
        assert ended == [True]

    asyncio.run(scene())


def test_a_reader_who_does_not_read_his_error_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_stream, "PARTING_S", 0.05)
    ended: list[bool] = []

    async def stuck(message: Message) -> None:
        if message["type"] == "http.response.body":
            await asyncio.sleep(3600)

    with pytest.raises(DeadlineExceeded):
        asyncio.run(streamed(endless(ended), Kept(), left_s=0.05, send=stuck))
    assert ended == [True]


def test_silence_is_broken_by_comments(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_stream, "SILENCE_S", 0.01)
    monkeypatch.setattr(event_stream, "EVERY_S", 0.02)
    kept = Kept()

    async def slow(tell: Tell) -> Response:
        tell(BEGINS)
        await asyncio.sleep(0.3)
        return MUSIC

    asyncio.run(streamed(slow, kept))
    assert kept.body.count(b": keep-alive\n\n") > 2
    assert kept.events[-1][0] == "done"
