"""Events are read in whatever pieces they come."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from aural.gateway.events import (
    AudioEvent,
    DoneEvent,
    ProgressEvent,
    QueuedEvent,
    TakeEvent,
    event,
    event_of,
)
from aural_client import Audio, BrokenAnswer, Event, Internal, Music, Progress, Queued, TakeFinished
from aural_client.events import EventLines
from tests.client.answering import BOTH, Ask, answer, answering

TOLD = b"".join(
    (
        event_of(QueuedEvent(ahead=2)),
        b": keep-alive\n\n",
        event("mood", b'{"of": "a newer service"}'),
        event_of(ProgressEvent(stage="composing", done=0.5, step=None, of=None, seconds_left=1.5)),
        event_of(AudioEvent(start=0, rate=32_000, channels=2, pcm=base64.b64encode(b"\1\2\3\4").decode())),
        event_of(TakeEvent(index=1, of=2, seed=5, score=None)),
    )
)
FILE = b"RIFF\0\xff" * 1000
DONE = event_of(DoneEvent(headers={"x-aural-seed": "7"}, media_type="audio/wav", file=base64.b64encode(FILE).decode()))
EXPECTED: list[Event] = [
    Queued(ahead=2),
    Progress(stage="composing", done=0.5, step=None, of=None, seconds_left=1.5),
    Audio(start=0, rate=32_000, channels=2, pcm=base64.b64encode(b"\1\2\3\4")),
    TakeFinished(index=1, of=2, seed=5, score=None),
]


def stream(*pieces: bytes) -> tuple[bytes, ...]:
    """An event stream, each piece a chunk of its own, in as many connections' pieces."""
    head = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\ntransfer-encoding: chunked\r\n"
    chunks = (b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces)
    return (head + b"x-request-id: r3\r\n\r\n", *chunks)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64, 1000, 10**6])
@pytest.mark.parametrize("ending", [b"\n", b"\r\n"])
def test_lines_are_the_same_however_they_are_cut(size: int, ending: bytes) -> None:
    body = (TOLD + 'event: heard\ndata: {"é":1}\n\n'.encode()).replace(b"\n", ending)
    lines = EventLines()
    whole = [one for start in range(0, len(body), size) for one in lines.feed(body[start : start + size])]
    assert [name for name, _ in whole] == ["queued", "mood", "progress", "audio", "take", "heard"]
    assert whole[-1] == ("heard", '{"é":1}')


@BOTH
def test_events_are_told_and_the_last_one_is_the_music(ask: Ask) -> None:
    body = TOLD + DONE
    pieces = [body[start : start + 500] for start in range(0, len(body), 500)]
    told: list[Event] = []
    with answering((*stream(*pieces), b"0\r\n\r\n")) as server:
        music = ask(server.url, "generate", "dub", on_progress=told.append)
    assert told == EXPECTED
    assert isinstance(told[2], Audio)
    assert told[2].pcm == b"\1\2\3\4"
    assert isinstance(music, Music)
    assert (music.data, music.media_type, music.seed) == (FILE, "audio/wav", 7)
    assert "accept: text/event-stream, audio/wav" in server.asked[0].lower()


@BOTH
def test_an_error_event_is_raised(ask: Ask) -> None:
    error = event("error", json.dumps({"error": "A bug.", "code": "internal", "request_id": "r4"}).encode())
    with answering((*stream(TOLD, error), b"0\r\n\r\n")) as server, pytest.raises(Internal) as raised:
        ask(server.url, "generate", "dub", on_progress=lambda _: None)
    assert (raised.value.sentence, raised.value.request_id) == ("A bug.", "r4")


@BOTH
@pytest.mark.parametrize(
    "end",
    [
        (b"0\r\n\r\n",),
        (),
        (*stream(DONE[:-100])[1:], b"0\r\n\r\n"),
        (*stream(event("done", b"{}"))[1:], b"0\r\n\r\n"),
        (*stream(event("error", b"nothing"))[1:], b"0\r\n\r\n"),
        (*stream(event("progress", b'{"done": "half"}'))[1:], b"0\r\n\r\n"),
    ],
    ids=["ends", "breaks", "half the file", "no file", "no error", "no progress"],
)
def test_events_without_a_proper_end_are_broken(ask: Ask, end: tuple[bytes, ...]) -> None:
    with answering((*stream(TOLD), *end)) as server, pytest.raises(BrokenAnswer):
        ask(server.url, "generate", "dub", on_progress=lambda _: None)
    assert len(server.asked) == 1, "it was worked on: it is not asked again"


@BOTH
def test_what_the_callback_raises_ends_the_call(ask: Ask) -> None:
    def stop(told: Event) -> None:
        raise ArithmeticError(str(told))

    with answering((*stream(TOLD), b"hang")) as server:
        with pytest.raises(ArithmeticError):
            ask(server.url, "generate", "dub", on_progress=stop)
        assert server.left.wait(10)


@BOTH
def test_a_service_without_events_answers_with_the_file(ask: Ask) -> None:
    told: list[Any] = []
    with answering(answer(200, FILE, content_type="audio/wav", x_aural_seed="7")) as server:
        music = ask(server.url, "generate", "dub", on_progress=told.append)
    assert (music.data, told) == (FILE, [])
