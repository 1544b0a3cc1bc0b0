"""Events over HTTP: in their order, the plain answer in the last one, and an end to the work of who leaves."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tests.http.calling import Caller, metric, until_composing
from tests.humming import BREAKS, STALLS
from tests.serving import Served, band, wav_of

CLIP = wav_of(band(6))
EVENTS = {"accept": "text/event-stream"}
SPARED = ("content-length", "date", "server", "x-request-id", "x-bentoml-request-id", "content-type", "vary")
"""Headers of the connection, and of one request."""

Event = tuple[str, dict[str, Any]]


def events_of(answer: httpx.Response) -> list[Event]:
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    parts = [part.split("\n") for part in answer.text.split("\n\n")[:-1] if not part.startswith(":")]
    return [(name.removeprefix("event: "), json.loads(data.removeprefix("data: "))) for name, data in parts]


def generate(served: Served, accept: str = "text/event-stream", **fields: Any) -> httpx.Response:
    headers = {**served.headers, "accept": accept}
    return httpx.post(f"{served.url}/generate", json=fields, headers=headers, timeout=60)


def compose(served: Served, accept: str = "text/event-stream", clip: bytes = CLIP, **fields: Any) -> httpx.Response:
    headers = {**served.headers, "accept": accept}
    files = {"file": ("a.wav", clip)}
    return httpx.post(f"{served.url}/compose", files=files, data=fields, headers=headers, timeout=60)


def data(events: list[Event], name: str) -> list[dict[str, Any]]:
    return [told for kind, told in events if kind == name]


def assert_the_plain_answer(done: dict[str, Any], plain: httpx.Response) -> None:
    assert base64.b64decode(done["file"]) == plain.content
    assert done["media_type"] == plain.headers["content-type"]
    told = {name: value for name, value in done["headers"].items() if name not in SPARED}
    assert told == {name: value for name, value in plain.headers.items() if name not in SPARED}
    assert done["headers"]["x-request-id"]


def assert_in_order(events: list[Event], stages: list[str]) -> None:
    progress = data(events, "progress")
    shares = [told["done"] for told in progress]
    assert shares == sorted(shares)
    assert 0 <= shares[0] <= shares[-1] <= 1
    assert list(dict.fromkeys(told["stage"] for told in progress)) == stages
    assert [kind for kind, _ in events].count("done") == 1
    assert events[-1][0] == "done"


@pytest.mark.parametrize("form", ["audio/wav", "audio/flac", "application/zip"])
def test_generate_tells_how_far_it_is_and_ends_with_the_plain_answer(builtin: Served, form: str) -> None:
    fields = {"prompt": "calm strings", "bpm": 84, "key": "A minor", "duration": 12, "seed": 3}
    events = events_of(generate(builtin, f"text/event-stream, {form}", **fields))
    assert events[0] == ("queued", {"ahead": 0})
    assert_in_order(events, ["composing"])
    assert {told["step"] for told in data(events, "progress")} == {None}, "the sketch composer counts no steps"
    assert_the_plain_answer(events[-1][1], generate(builtin, form, **fields))


def test_compose_tells_what_it_heard_before_it_composes(builtin: Served) -> None:
    fields: dict[str, Any] = {"duration": "10", "seed": "5", "loop": "true"}
    events = events_of(compose(builtin, **fields))
    assert_in_order(events, ["listening", "composing", "finishing"])
    kinds = [kind if kind != "progress" else told["stage"] for kind, told in events]
    assert kinds.index("queued") < kinds.index("listening") < kinds.index("heard") < kinds.index("composing")
    (heard,) = data(events, "heard")
    analysis = httpx.post(f"{builtin.url}/analyze", files={"file": ("a.wav", CLIP)}, timeout=60)
    assert heard == analysis.json()
    assert_the_plain_answer(events[-1][1], compose(builtin, "audio/wav", **fields))


def test_candidates_are_told_as_they_are_finished(builtin: Served) -> None:
    fields: dict[str, Any] = {"prompt": "dub", "duration": 4, "seed": 3, "candidates": 3}
    events = events_of(generate(builtin, **fields))
    assert_in_order(events, ["composing", "finishing"])
    takes = data(events, "take")
    assert sorted(take["index"] for take in takes) == [0, 1, 2]
    assert {take["of"] for take in takes} == {3}
    done = events[-1][1]
    scores = json.loads(done["headers"]["x-aural-scores"])
    assert {take["index"]: take["seed"] for take in takes} == dict(enumerate(score["seed"] for score in scores))
    assert {take["score"] for take in takes} == {None}, "no CLAP hears them"
    assert_the_plain_answer(done, generate(builtin, "audio/wav", **fields))


def test_steps_are_counted_and_time_is_told(humming: Served) -> None:
    """40 s of hum take two seconds, in 50 steps."""
    events = events_of(generate(humming, prompt="hum", duration=40, seed=1))
    assert_in_order(events, ["composing"])
    progress = data(events, "progress")
    assert len(progress) >= 4
    assert {told["of"] for told in progress} == {50}
    assert [told["step"] for told in progress] == sorted(told["step"] for told in progress)
    assert progress[-1]["seconds_left"] < progress[0]["seconds_left"] < 10


def test_a_stream_sends_its_music_in_events_as_it_is_made(humming: Served) -> None:
    fields = {"prompt": "hum", "duration": 20, "seed": 1, "stream": True}
    composing: list[float] = []
    text = ""
    headers = {**humming.headers, **EVENTS}
    with httpx.stream("POST", f"{humming.url}/generate", json=fields, headers=headers, timeout=60) as answer:
        for piece in answer.iter_text():
            text += piece
            if not composing and "event: audio" in text:
                composing.append(metric(humming, "aural_composing"))
    assert composing == [1], "it sounds while it is composed"
    events = events_of(httpx.Response(200, headers=dict(answer.headers), text=text))
    plain = generate(humming, "audio/wav", **fields)
    assert_the_plain_answer(events[-1][1], plain)
    audio = data(events, "audio")
    pcm = b"".join(base64.b64decode(told["pcm"]) for told in audio)
    assert pcm == plain.content[44 : 44 + round(20.3 * 32_000) * 4]
    starts = [told["start"] for told in audio]
    assert starts == sorted(starts)
    assert starts[0] == 0
    assert {(told["rate"], told["channels"]) for told in audio} == {(32_000, 2)}


def test_who_waits_is_told_his_place(humming: Served) -> None:
    until_composing(humming, 0, within_s=30)
    inside = [Caller.generate(humming, prompt="hum", duration=20, seed=n) for n in range(2)]
    until_composing(humming, 2, within_s=5)
    events = events_of(generate(humming, prompt="hum", duration=2, seed=3))
    assert [told["ahead"] for told in data(events, "queued")] == [1, 0]
    for caller in inside:
        caller.close()


@pytest.mark.parametrize(
    ("fields", "status", "code"),
    [
        ({"duration": 0}, 400, "bad_field"),
        ({"duration": 120}, 503, "cannot_finish_in_time"),
        ({"duration": 2, "chords": "Am F"}, 422, "not_offered"),
        ({"duration": 120, "candidates": 2}, 503, "cannot_finish_in_time"),
        ({"duration": 120, "stream": True}, 503, "cannot_finish_in_time"),
    ],
)
def test_what_is_refused_when_it_comes_is_an_ordinary_answer(
    humming: Served, fields: dict[str, Any], status: int, code: str
) -> None:
    answer = generate(humming, prompt="hum", **fields)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/json"


def test_what_is_no_clip_is_refused_at_once(builtin: Served) -> None:
    for clip, status in ((b"RIFF of nothing", 415), (wav_of(band(30.2)), 422), (wav_of(band(0.05)), 422)):
        answer = compose(builtin, clip=clip, duration="2")
        assert answer.status_code == status
        assert set(answer.json()) == {"error", "code", "request_id"}


def test_silence_is_heard_and_then_nothing_to_follow(builtin: Served) -> None:
    events = events_of(compose(builtin, clip=wav_of(0 * band(4)), duration="2"))
    assert "heard" in [kind for kind, _ in events]
    assert events[-1][0] == "error"
    assert events[-1][1]["code"] == "nothing_to_follow"


@pytest.mark.parametrize(("what", "status", "code"), [(BREAKS, 500, "internal"), (STALLS, 504, "deadline_exceeded")])
def test_what_goes_wrong_later_is_the_last_event(humming: Served, what: str, status: int, code: str) -> None:
    """Of a stream too, beside it."""
    with ThreadPoolExecutor(2) as as_many_as_slots:
        asked = [as_many_as_slots.submit(ask_for_what_fails, humming, what, status, stream) for stream in (False, True)]
    for one in asked:
        name, answer = one.result()
        assert_an_error_is_last(humming, name, answer, status, code)


def ask_for_what_fails(humming: Served, what: str, status: int, stream: bool) -> tuple[str, httpx.Response]:
    name = f"late-{status}-{stream}"
    headers = {**humming.headers, **EVENTS, "x-request-id": name}
    fields = {"prompt": f"hum and {what}", "duration": 20, "seed": 1, "stream": stream}
    return name, httpx.post(f"{humming.url}/generate", json=fields, headers=headers, timeout=60)


def assert_an_error_is_last(humming: Served, name: str, answer: httpx.Response, status: int, code: str) -> None:
    kind, told = events_of(answer)[-1]
    assert (kind, told["code"], told["request_id"]) == ("error", code, name)
    assert set(told) == {"error", "code", "request_id"}
    assert answer.headers["x-request-id"] == name
    record = record_of(humming, name)
    assert (record["status"], record["call"]) == (status, "generate")


def test_events_leave_the_record_of_the_plain_answer(humming: Served) -> None:
    headers = {**humming.headers, **EVENTS, "x-request-id": "told"}
    fields = {"prompt": "hum", "duration": 3, "seed": 2}
    events = events_of(httpx.post(f"{humming.url}/generate", json=fields, headers=headers, timeout=30))
    file = base64.b64decode(events[-1][1]["file"])
    assert record_of(humming, "told")["output_bytes"] == len(file)
    (kept,) = (humming.home / "records").glob("*-told.output.wav")
    assert kept.read_bytes() == file


def record_of(served: Served, request_id: str) -> dict[str, Any]:
    """It is written when the last byte is out."""
    until = time.monotonic() + 60
    while not (kept := list((served.home / "records").glob(f"*-{request_id}.json"))) and time.monotonic() < until:
        time.sleep(0.02)
    (told,) = kept
    record: dict[str, Any] = json.loads(told.read_text())
    return record


ASK: dict[str, Callable[[Served], Caller]] = {
    "whole": lambda served: Caller.generate(served, accept=EVENTS["accept"], prompt="jazz", duration=120, seed=1),
    "stream": lambda served: Caller.generate(
        served, accept=EVENTS["accept"], prompt="jazz", duration=120, seed=1, stream=True
    ),
    "compose": lambda served: Caller.compose(served, CLIP, accept=EVENTS["accept"], duration=120),
}


@pytest.mark.parametrize("form", ASK)
def test_closing_the_connection_frees_the_slot_and_the_place(builtin: Served, form: str) -> None:
    until_composing(builtin, 0, within_s=30)
    cancelled = metric(builtin, "aural_takes_total", outcome="cancelled")
    caller = ASK[form](builtin)
    until_composing(builtin, 1, within_s=30)
    assert b"event: queued" in caller.read(500)
    caller.close()
    print(f"{form}: slot free {until_composing(builtin, 0, within_s=60):.3f} s after the closing")
    assert metric(builtin, "aural_takes_total", outcome="cancelled") == cancelled + 1


@pytest.mark.parametrize("accept", ["*/*", "audio/*", "text/event-stream;q=0, audio/wav"])
def test_whoever_does_not_ask_for_events_gets_none(builtin: Served, accept: str) -> None:
    answer = generate(builtin, accept, prompt="dub", duration=1, seed=1)
    assert answer.content.startswith(b"RIFF")
