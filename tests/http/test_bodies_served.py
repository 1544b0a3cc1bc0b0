"""Bodies at the real service: their size, their type, and what is said of a field that is not as it should be."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from aural.settings import MAX_JSON_BYTES, MAX_UPLOAD_BYTES
from tests.http.test_limits import assert_error, post_file
from tests.serving import Served, band, wav_of

JSON = {"content-type": "application/json"}


def ask(served: Served, content: Any, headers: dict[str, str] | None = None) -> httpx.Response:
    return httpx.post(
        f"{served.url}/generate", content=content, headers=JSON if headers is None else headers, timeout=60
    )


def padded(n_bytes: int) -> bytes:
    body = b'{"prompt": "dub", "duration": 1'
    return body + b" " * (n_bytes - len(body) - 1) + b"}"


def test_json_of_64_kb_is_read_and_a_byte_more_is_413(builtin: Served) -> None:
    assert ask(builtin, padded(MAX_JSON_BYTES)).status_code == 200
    for body in (padded(MAX_JSON_BYTES + 1), iter([padded(MAX_JSON_BYTES + 1)])):
        sentence = assert_error(ask(builtin, body), 413, "upload_too_large")
        assert "at most 64 kB" in sentence


def test_an_energy_curve_of_a_thousand_long_numbers_fits(builtin: Served) -> None:
    curve = [0.1234567890123456] * 1000
    assert ask(builtin, json.dumps({"prompt": "dub", "duration": 1, "energy_curve": curve})).status_code == 200


@pytest.mark.parametrize("announced", [True, False])
def test_29_mb_of_unknown_names_stop_nobody(builtin: Served, announced: bool) -> None:
    """As JSON they took half a minute, in which nothing else was answered, and gigabytes."""
    body = b"{" + b",".join(b'"%x":1' % place for place in range(2_200_000)) + b"}"
    assert len(body) < MAX_UPLOAD_BYTES
    waits_s: list[float] = []
    stop = threading.Event()

    def probe() -> None:
        while True:
            began = time.monotonic()
            assert httpx.get(f"{builtin.url}/livez", timeout=60).status_code == 200
            waits_s.append(time.monotonic() - began)
            if stop.wait(0.05):
                return

    def blocks() -> Iterator[bytes]:
        yield from (body[start : start + 2**16] for start in range(0, len(body), 2**16))

    before = builtin.rss_bytes()
    watcher = threading.Thread(target=probe)
    watcher.start()
    try:
        assert_error(ask(builtin, body if announced else blocks()), 413, "upload_too_large")
    finally:
        stop.set()
        watcher.join()
    assert max(waits_s) < 5, "it took 26 s"
    assert builtin.rss_bytes() - before < 2 * MAX_UPLOAD_BYTES, "it grew by 3.2 GB"


@pytest.mark.parametrize("said", [None, "application/x-www-form-urlencoded", "text/plain", "multipart/form-data"])
def test_what_is_not_said_to_be_json_is_415_and_the_sentence_has_the_header(builtin: Served, said: str | None) -> None:
    answer = ask(builtin, padded(100), {} if said is None else {"content-type": said})
    assert "-H 'Content-Type: application/json'" in assert_error(answer, 415, "unsupported_media_type")


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b'{"prompt": "x", "duration": 1, "duration": 2}', "duration: given twice. Send it once."),
        (b'{"prompt": "x", "duration": "1"}', 'duration: got the text "1"; send a number.'),
        (b'{"prompt": "x", "duration": true}', "duration: got true; send a number."),
        (b'{"prompt": "x", "seed": 1.5}', "seed: got the number 1.5; send an integer."),
        (b'{"prompt": "x", "stream": "false"}', 'stream: got the text "false"; send true or false.'),
        (b'{"prompt": 1}', "prompt: got the number 1; send text."),
        (b'{"prompt": "x", "bpm": 1e999}', "The JSON has 1e999, which is beyond what a number can be."),
        (b'{"prompt": "x", "' + b"k" * 5000 + b'": 1}', f"{'k' * 100}…: Extra inputs are not permitted."),
        (b'{"prompt": "x", "key": "C' + b"#" * 5000 + b'"}', "key: "),
        (b'{"prompt": "\\ud800"}', "prompt: "),
        (b'{"prompt": "x", "\\ud800": 1}', "\\ud800: has half a character"),
    ],
)
def test_loose_json_is_400_in_one_short_sentence(builtin: Served, body: bytes, sentence: str) -> None:
    said = assert_error(ask(builtin, body), 400, "bad_field")
    assert said.startswith(sentence)
    assert len(said) < 400


def test_a_whole_number_with_a_point_is_one(builtin: Served) -> None:
    answers = [ask(builtin, b'{"prompt": "dub", "duration": 1, "seed": %s}' % seed) for seed in (b"8", b"8.0", b"8e0")]
    assert {answer.headers["x-aural-seed"] for answer in answers} == {"8"}
    assert len({answer.content for answer in answers}) == 1


@pytest.mark.parametrize("value", [" 8", '"8"', "true", "NaN"])
def test_a_form_is_as_strict(builtin: Served, value: str) -> None:
    sentence = assert_error(post_file(builtin, "compose", wav_of(band(2)), duration=value), 400, "bad_field")
    assert sentence.startswith("duration: got ")


def test_bars_that_can_never_fit_are_400(builtin: Served) -> None:
    """In the tempo that is asked for, in the prompt's, and in the clip's."""
    for fields in ({"bpm": 30}, {"prompt": "dub at 60 bpm"}):
        answer = ask(builtin, json.dumps({"prompt": "dub", "loop": True, "bars": 64, **fields}))
        assert assert_error(answer, 400, "bad_field").startswith("bars: 64 bars at ")
    clip = wav_of(band(8, bpm=100))
    answer = post_file(builtin, "compose", clip, loop="true", bars=64)
    assert assert_error(answer, 400, "bad_field").startswith("bars: 64 bars at ")


def test_a_path_that_there_is_not_is_shown_in_part(builtin: Served) -> None:
    sentence = assert_error(httpx.get(f"{builtin.url}/{'p' * 1500}"), 404, "not_found")
    assert f"/{'p' * 99}…" in sentence
    assert len(sentence) < 200
