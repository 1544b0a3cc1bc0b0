"""Every limit of the contract, over real HTTP: the status, the JSON shape, and flat memory for uploads."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from typing import Any

import httpx
import numpy as np
import pytest

from aural.gateway.access import OPEN
from aural.settings import MAX_UPLOAD_BYTES
from tests.http.calling import Caller
from tests.humming import STALLS
from tests.serving import Served, band, wav_of


def post_file(served: Served, call: str, data: bytes, **fields: Any) -> httpx.Response:
    return httpx.post(f"{served.url}/{call}", files={"file": ("clip.wav", data)}, data=fields, timeout=90)


def assert_error(answer: httpx.Response, status: int, code: str) -> str:
    """One shape, always. Returns the sentence."""
    assert answer.status_code == status, answer.text
    body = answer.json()
    assert set(body) - {"longest_duration_s"} == {"error", "code", "request_id"}
    assert body["code"] == code
    assert body["request_id"] == answer.headers["x-request-id"]
    assert "Traceback" not in answer.text
    sentence: str = body["error"]
    assert sentence.endswith((".", ")"))
    return sentence


@pytest.mark.parametrize("call", ["analyze", "compose"])
def test_an_upload_that_announces_too_much_is_413(builtin: Served, call: str) -> None:
    answer = post_file(builtin, call, bytes(MAX_UPLOAD_BYTES + 1))
    assert "at most 30 MB" in assert_error(answer, 413, "upload_too_large")


def test_a_chunked_upload_is_cut_off_at_the_cap_with_flat_memory(builtin: Served) -> None:
    """300 MB that announce no length: 413, and no process grows by more than one upload's worth."""
    block = bytes(1 << 20)
    before = builtin.rss_bytes()
    peak = [before]
    stop = threading.Event()

    def watch() -> None:
        while not stop.wait(0.02):
            peak[0] = max(peak[0], builtin.rss_bytes())

    def body() -> Iterator[bytes]:
        yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.wav"\r\n\r\n'
        for _ in range(100):
            yield block

    watcher = threading.Thread(target=watch)
    watcher.start()
    headers = {"content-type": "multipart/form-data; boundary=x"}
    try:
        for _ in range(3):
            answer = httpx.post(f"{builtin.url}/analyze", content=body(), headers=headers, timeout=60)
            assert_error(answer, 413, "upload_too_large")
    finally:
        stop.set()
        watcher.join()
    assert peak[0] - before < 2.5 * MAX_UPLOAD_BYTES


def test_too_long_is_422_with_the_length_and_the_limit(builtin: Served) -> None:
    sentence = assert_error(post_file(builtin, "analyze", wav_of(band(30.2))), 422, "too_long")
    assert "30.2 s" in sentence
    assert "at most 30 s" in sentence


def test_thirty_point_one_seconds_pass(builtin: Served) -> None:
    answer = post_file(builtin, "analyze", wav_of(band(30.1)))
    assert answer.status_code == 200
    assert answer.json()["details"]["duration_s"] == pytest.approx(30.1, abs=0.01)


def test_too_short_is_422(builtin: Served) -> None:
    assert_error(post_file(builtin, "analyze", wav_of(band(0.05))), 422, "too_short")


@pytest.mark.parametrize("data", [b"RIFF of nothing", b"\x00" * 5000, b"#EXTM3U\nhttp://127.0.0.1:9/a.wav\n"])
def test_what_is_not_audio_is_415(builtin: Served, data: bytes) -> None:
    assert_error(post_file(builtin, "analyze", data), 415, "not_audio")


def test_silence_is_null_to_analyze_and_422_to_compose(builtin: Served) -> None:
    silence = wav_of(np.zeros(16_000 * 4))
    answer = post_file(builtin, "analyze", silence)
    assert answer.status_code == 200
    assert answer.json()["bpm"] is None
    assert answer.json()["key"] is None
    assert (answer.json()["details"]["key"]["camelot"], answer.json()["details"]["key"]["open_key"]) == (None, None)
    assert_error(post_file(builtin, "compose", silence, duration=2), 422, "nothing_to_follow")


BAD_GENERATE = [
    ({}, "prompt"),
    ({"prompt": "  "}, "prompt"),
    ({"prompt": "x", "bpm": 1000}, "bpm"),
    ({"prompt": "x", "key": "H major"}, "key"),
    ({"prompt": "x", "duration": 121}, "duration"),
    ({"prompt": "x", "duration": 0}, "duration"),
    ({"prompt": "x", "seed": -1}, "seed"),
    ({"prompt": "x", "guidance": 11}, "guidance"),
    ({"prompt": "x", "temperature": 0}, "temperature"),
    ({"prompt": "x", "style_id": "polka"}, "style_id"),
    ({"prompt": "x", "emotion": "hangry"}, "emotion"),
    ({"prompt": "x", "energy_curve": [0.1, 2]}, "energy_curve"),
    ({"prompt": "x", "tempo": 120}, "tempo"),
]


@pytest.mark.parametrize(("fields", "named"), BAD_GENERATE)
def test_a_bad_field_is_400_and_named(builtin: Served, fields: dict[str, Any], named: str) -> None:
    answer = httpx.post(f"{builtin.url}/generate", json=fields, timeout=30)
    assert named in assert_error(answer, 400, "bad_field")


@pytest.mark.parametrize("body", [b"{", b"[]", b"\xff\xfe", b'{"prompt": "x", "bpm": NaN}', b"[" * 60_000])
def test_a_body_that_is_not_a_json_object_is_400(builtin: Served, body: bytes) -> None:
    answer = httpx.post(f"{builtin.url}/generate", content=body, headers={"content-type": "application/json"})
    assert_error(answer, 400, "bad_field")


def test_bad_multipart_is_400(builtin: Served) -> None:
    clip = wav_of(band(2))
    cases: list[dict[str, Any]] = [
        {"content": b"--x\r\nnonsense", "headers": {"content-type": "multipart/form-data; boundary=x"}},
        {"content": b"abc", "headers": {"content-type": "multipart/form-data"}},
        {"content": clip, "headers": {"content-type": "audio/wav"}},
        {"files": {"other": ("a.wav", clip)}},
        {"files": {"file": ("a.wav", clip)}, "data": {"duration": "soon"}},
        {"files": {"file": ("a.wav", clip)}, "data": {"unknown": "1"}},
        {"files": {"file": ("a.wav", b"")}},
    ]
    for case in cases:
        assert_error(httpx.post(f"{builtin.url}/compose", timeout=30, **case), 400, "bad_field")


def test_text_in_the_file_field_is_refused_and_never_fetched(builtin: Served) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(1.0)
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/clip.wav"
        for call in ("analyze", "compose"):
            form = {"file": (None, url)}
            answer = httpx.post(f"{builtin.url}/{call}", files=form, timeout=30)
            assert "not fetched" in assert_error(answer, 400, "bad_field")
        with pytest.raises(TimeoutError):
            listener.accept()


def test_unknown_paths_and_methods_keep_the_shape(builtin: Served) -> None:
    assert_error(httpx.get(f"{builtin.url}/nowhere"), 404, "not_found")
    assert_error(httpx.get(f"{builtin.url}/analyze"), 405, "method_not_allowed")
    assert_error(httpx.post(f"{builtin.url}/health"), 405, "method_not_allowed")


def test_a_given_request_id_comes_back(builtin: Served) -> None:
    answer = httpx.post(f"{builtin.url}/generate", json={}, headers={"x-request-id": "mine-1"})
    assert answer.json()["request_id"] == "mine-1"


def test_a_missing_or_wrong_key_is_401(humming: Served) -> None:
    for headers in ({}, {"authorization": "Bearer wrong"}):
        answer = httpx.post(f"{humming.url}/generate", json={"prompt": "x"}, headers=headers)
        assert_error(answer, 401, "unauthorized")
    assert httpx.get(f"{humming.url}/health").status_code == 200


def test_what_cannot_finish_in_time_is_503_with_what_would_fit(humming: Served) -> None:
    def ask(_: int) -> httpx.Response:
        fields = {"prompt": "x", "duration": 120}
        return httpx.post(f"{humming.url}/generate", json=fields, headers=humming.headers, timeout=30)

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(ask, range(2)))
    late = [answer for answer in answers if answer.status_code == 503]
    assert late, [answer.status_code for answer in answers]
    assert_error(late[0], 503, "cannot_finish_in_time")
    assert 0 <= late[0].json()["longest_duration_s"] < 120
    assert int(late[0].headers["retry-after"]) >= 1


def test_past_the_deadline_is_504(humming: Served) -> None:
    asked = {"prompt": STALLS, "duration": 1}
    answer = httpx.post(f"{humming.url}/generate", json=asked, headers=humming.headers, timeout=30)
    assert_error(answer, 504, "deadline_exceeded")


def test_more_than_fit_inside_are_429(humming: Served) -> None:
    """Eight whose music stalls are inside, and leave when their connections close."""

    def ask() -> httpx.Response:
        asked = {"prompt": "hum", "duration": 1}
        return httpx.post(f"{humming.url}/generate", json=asked, headers=humming.headers, timeout=30)

    def until(status: int) -> httpx.Response:
        for _ in range(100):
            if (answer := ask()).status_code == status:
                return answer
            time.sleep(0.02)
        raise AssertionError(f"never {status}, at last {answer.status_code}")

    with contextlib.ExitStack() as connections:
        for _ in range(8):
            connections.callback(Caller.generate(humming, prompt=STALLS, duration=1).close)
        busy = until(429)
    assert_error(busy, 429, "busy")
    assert int(busy.headers["retry-after"]) >= 1
    assert until(200).headers["x-aural-model"] == "humming"


def test_every_route_but_the_open_ones_needs_the_key(humming: Served) -> None:
    """Whatever BentoML's schema names, now or later; and a call's path under other spellings, sent as they are."""
    routes = {route["route"] for route in httpx.get(f"{humming.url}/schema.json", timeout=10).json()["routes"]}
    assert {"/analyze", "/generate", "/compose"} <= routes
    spelled = ("%0A", "%0D", "%00", "/", "%20")
    others = [f"{route}{end}" for route in routes for end in spelled]
    others += [*(f"/{route}" for route in routes), "/./generate", "/GENERATE", "/no-such"]
    for path in [*sorted(routes - OPEN), *others, "/%67enerate"]:
        connection = HTTPConnection(humming.url.removeprefix("http://"), timeout=10)
        body = json.dumps({"prompt": "lofi", "duration": 1})
        connection.request("POST", path, body, {"content-type": "application/json"})
        assert connection.getresponse().status == 401, path
        connection.close()
