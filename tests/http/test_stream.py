"""The streaming form of /generate: the same file as the whole form's, sent while it is made."""

from __future__ import annotations

import io
import json
import time
from typing import Any

import httpx
import numpy as np
import pytest
import soundfile

from aural.files.tags import read_tags
from tests.http.calling import Caller, metric, until_composing, until_done
from tests.humming import BREAKS, STALLS
from tests.serving import Served, band, wav_of

ASKED: dict[str, Any] = {
    "prompt": "warm",
    "bpm": 84,
    "key": "A minor",
    "metre": "4/4",
    "duration": 6.5,
    "seed": 3,
    "style_id": "lofi",
}
PARTING_BYTES = 5_000  # what follows the music: the loop and the facts
BROKEN_OFF = "was broken off"  # in the server's log


def generate(served: Served, headers: dict[str, str] | None = None, **fields: Any) -> httpx.Response:
    return httpx.post(f"{served.url}/generate", json=fields, headers={**served.headers, **(headers or {})}, timeout=60)


def test_streamed_and_whole_are_the_same_but_for_what_was_heard(builtin: Served) -> None:
    whole, streamed = generate(builtin, **ASKED), generate(builtin, **ASKED, stream=True)
    assert streamed.status_code == 200
    told = {name for name in whole.headers if name.startswith("x-aural")} | {"content-disposition", "content-type"}
    told.discard("x-aural-heard")
    assert {name: streamed.headers[name] for name in told} == {name: whole.headers[name] for name in told}
    facts = read_tags(whole.content)
    facts.pop("heard", None)
    assert read_tags(streamed.content) == facts
    samples, rate_hz = soundfile.read(io.BytesIO(streamed.content))
    expected = soundfile.read(io.BytesIO(whole.content))[0]
    np.testing.assert_array_equal(samples, expected, "the sketch composer stays under the limiter's ceiling")
    assert (samples.shape, rate_hz) == ((round(6.8 * 32_000), 2), 32_000)


def test_what_was_not_asked_is_unknown_before_the_first_byte(builtin: Served) -> None:
    fields: dict[str, Any] = {"prompt": "dub", "duration": 2}
    streamed = generate(builtin, {"accept": "audio/wav"}, **fields, stream=True)
    assert streamed.headers["content-type"] == "audio/wav"
    assert {streamed.headers[f"x-aural-{name}"] for name in ("bpm", "key", "metre")} == {"unknown"}
    tags = read_tags(streamed.content)
    assert not {"bpm", "key", "metre"} & set(tags)
    seed = int(streamed.headers["x-aural-seed"])
    assert tags["seed"] == seed
    whole = generate(builtin, **fields, seed=seed)
    np.testing.assert_array_equal(*(soundfile.read(io.BytesIO(answer.content))[0] for answer in (whole, streamed)))


def test_the_music_comes_while_it_is_made(humming: Served) -> None:
    """40 s of hum take two seconds, in 50 blocks: the slot is occupied while the first half of them arrives."""
    before = metric(humming, "aural_first_audio_seconds_count")
    fields: dict[str, Any] = {"prompt": "hum", "duration": 40, "seed": 1, "metre": "4/4", "stream": True}
    composing: list[float] = []
    with httpx.stream("POST", f"{humming.url}/generate", json=fields, headers=humming.headers, timeout=60) as answer:
        announced = int(answer.headers["content-length"])
        got = 0
        for data in answer.iter_raw():
            got += len(data)
            if len(composing) < 4 and got > max(PARTING_BYTES, len(composing) * announced / 8):
                composing.append(metric(humming, "aural_composing"))
    assert got == announced == 44 + round(40.3 * 32_000) * 4 + _after_the_music(announced)
    assert composing == [1, 1, 1, 1], "from the first sound to three eighths of it"
    assert metric(humming, "aural_first_audio_seconds_count") == before + 1
    whole = generate(humming, **{**fields, "stream": False})
    assert len(whole.content) == announced


def test_a_stream_without_its_tail_is_work_that_was_done(humming: Served) -> None:
    done = metric(humming, "aural_takes_total", outcome="done")
    answer = generate(humming, prompt="hum", duration=3, seed=1, stream=True, tail=False)
    assert soundfile.info(io.BytesIO(answer.content)).frames == 96_000
    until_done(humming, round(done) + 1)


def _after_the_music(announced: int) -> int:
    after = announced - 44 - round(40.3 * 32_000) * 4
    assert 0 < after < PARTING_BYTES
    return after


def test_an_error_before_the_first_byte_is_an_answer_like_any_other(humming: Served) -> None:
    late = generate(humming, prompt="hum", duration=120, seed=1, stream=True)
    assert (late.status_code, late.json()["code"]) == (503, "cannot_finish_in_time")
    longest_s = late.json()["longest_duration_s"]
    assert 0 < longest_s <= 80, "4 s at 20 times real time, or less on a busy machine"
    bad = generate(humming, prompt="hum", duration=0, stream=True)
    assert (bad.status_code, bad.json()["code"]) == (400, "bad_field")


def test_compose_has_no_streaming_form(humming: Served) -> None:
    files, fields = {"file": ("a.wav", wav_of(band(2)))}, {"stream": "true"}
    answer = httpx.post(f"{humming.url}/compose", files=files, data=fields, headers=humming.headers, timeout=30)
    assert answer.status_code == 400
    assert "stream" in answer.json()["error"]


@pytest.mark.parametrize(("what", "status"), [(BREAKS, 500), (STALLS, 504)])
def test_an_error_after_the_first_byte_breaks_the_connection(humming: Served, what: str, status: int) -> None:
    fields = {"prompt": f"hum and {what}", "duration": 20, "seed": 1, "stream": True}
    headers = {**humming.headers, "x-request-id": f"broken-{status}"}
    got = 0
    with httpx.stream("POST", f"{humming.url}/generate", json=fields, headers=headers, timeout=60) as answer:
        assert answer.status_code == 200
        with pytest.raises(httpx.RemoteProtocolError):  # noqa: PT012
            for data in answer.iter_raw():
                got += len(data)
    assert 100_000 < got < int(answer.headers["content-length"])
    assert f"broken-{status} {BROKEN_OFF}" in humming.log()
    (told,) = (humming.home / "records").glob(f"*-broken-{status}.json")
    record = json.loads(told.read_text())
    assert (record["status"], record["output_bytes"]) == (status, got)


def test_a_reader_who_does_not_read_holds_a_slot_no_longer_than_the_work_and_is_cut_off_at_the_deadline(
    humming: Served,
) -> None:
    """7.7 MB in three seconds; the two ends of a connection take about 4 MB unread."""
    done, broken = metric(humming, "aural_takes_total", outcome="done"), humming.log().count(BROKEN_OFF)
    caller = Caller.generate(humming, buffer_bytes=4096, prompt="hum", duration=60, seed=1, stream=True)
    until_composing(humming, 1, within_s=5)
    until_composing(humming, 0, within_s=10)
    assert humming.log().count(BROKEN_OFF) == broken, "the slot is free before the connection is cut"
    until = time.monotonic() + 60
    while humming.log().count(BROKEN_OFF) == broken and time.monotonic() < until:
        time.sleep(0.02)
    assert len(caller.read(10**9)) < 7_700_000
    caller.close()
    until_done(humming, round(done) + 1)


def test_a_streamed_answer_leaves_its_record(humming: Served) -> None:
    answer = generate(humming, {"x-request-id": "kept"}, prompt="hum", duration=3, seed=2, stream=True)
    until = time.monotonic() + 60
    while not (kept := list((humming.home / "records").glob("*-kept.json"))) and time.monotonic() < until:
        time.sleep(0.02)  # it is written when the last byte is out
    (told,) = kept
    record = json.loads(told.read_text())
    assert (record["call"], record["status"], record["fields"]["stream"]) == ("generate", 200, True)
    assert told.with_name(told.stem + ".output.wav").read_bytes() == answer.content
