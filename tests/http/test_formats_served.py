"""Formats, rates and depths over HTTP: what is accepted comes, to the sample, and what cannot be is said first."""

from __future__ import annotations

import base64
import io
import json
import zipfile
from typing import Any

import av
import httpx
import numpy as np
import pytest
import soundfile

from aural.files.tags import read_tags
from tests.http.calling import metric
from tests.http.test_limits import assert_error
from tests.serving import Served, band, wav_of

ASKED: dict[str, Any] = {"prompt": "calm piano", "duration": 2, "seed": 3}
LOOP: dict[str, Any] = {"prompt": "lofi drums", "bpm": 97.3, "loop": True, "bars": 1, "seed": 5}
LOSSY = {"audio/mpeg": "mp3", "audio/mp4": "m4a", "audio/opus": "opus", "audio/ogg; codecs=opus": "opus"}
CLIP = wav_of(band(4))


def generate(served: Served, accept: str = "*/*", **fields: Any) -> httpx.Response:
    return httpx.post(f"{served.url}/generate", json=fields, headers={"accept": accept}, timeout=90)


def sound_of(data: bytes) -> tuple[np.ndarray, int]:
    samples, rate_hz = soundfile.read(io.BytesIO(data), dtype="float64", always_2d=True)
    return samples.T, rate_hz


@pytest.mark.parametrize("accept", LOSSY)
def test_what_is_accepted_comes_as_long_as_the_wav(builtin: Served, accept: str) -> None:
    answer = generate(builtin, accept, **ASKED, rate=48_000)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == accept
    assert answer.headers["content-disposition"].endswith(f'.{LOSSY[accept]}"')
    assert answer.headers["x-aural-loop-end"] == "96000"
    facts = read_tags(answer.content)
    assert (facts["loop_end"], facts["rate_hz"], facts["seed"]) == (96_000, 48_000, 3)
    with av.open(io.BytesIO(answer.content), "r") as container:
        stream: Any = container.streams.audio[0]
        assert stream.rate == 48_000
        heard = sum(frame.samples for frame in container.decode(audio=0))
        told = round(stream.duration * stream.time_base * 48_000)
    length = round(2.3 * 48_000)
    assert (told if LOSSY[accept] == "m4a" else heard) == length


def test_the_last_event_has_the_format_that_is_accepted(builtin: Served) -> None:
    told = generate(builtin, "text/event-stream, audio/mpeg", **ASKED)
    name, data = told.text.strip().split("\n\n")[-1].split("\n")
    assert name == "event: done"
    done = json.loads(data.removeprefix("data: "))
    assert done["media_type"] == "audio/mpeg"
    assert base64.b64decode(done["file"]) == generate(builtin, "audio/mp3", **ASKED).content


@pytest.mark.parametrize("rate_hz", [44_100, 48_000])
def test_a_loop_is_whole_samples_of_its_file_and_floats_are_exact(builtin: Served, rate_hz: int) -> None:
    """In 24 bits and in floats it is the same loop; the file without its tail is the loop and no more."""
    end = round(round(240 / 97.3 * 32_000) * rate_hz / 32_000)
    wide = generate(builtin, "audio/flac", **LOOP, rate=rate_hz, bit_depth=24)
    floats = generate(builtin, "audio/wav", **LOOP, rate=rate_hz, bit_depth="32f", tail=False)
    for answer in (wide, floats):
        assert int(answer.headers["x-aural-loop-end"]) == end == read_tags(answer.content)["loop_end"]
    (whole, rate), (body, _) = (sound_of(answer.content) for answer in (wide, floats))
    assert (rate, whole.shape, body.shape) == (rate_hz, (2, end + round(0.3 * rate_hz)), (2, end))
    assert np.abs(whole[:, :end] - body).max() <= 2**-23
    around = np.abs(np.diff(np.concatenate([body[:, -200:], body[:, :200]], axis=1)))
    assert around[:, 199].max() <= np.abs(np.diff(body)).max(), "the seam is no step that the music does not have"


def test_a_zips_parts_have_its_rate_and_add_up(builtin: Served) -> None:
    answer = generate(builtin, "application/zip", **LOOP, rate=44_100, bit_depth=24)
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    mix, rate_hz = sound_of(files["mix.wav"])
    stems = [sound_of(data)[0] for name, data in files.items() if name.startswith("stems/")]
    assert rate_hz == 44_100
    assert len(stems) > 1
    assert np.abs(sum(stems) - mix).max() < 1e-5


def test_a_stream_has_the_rate_and_the_depth_and_is_the_whole_music(builtin: Served) -> None:
    asked = {**ASKED, "rate": 44_100, "bit_depth": "32f"}
    streamed, whole = (generate(builtin, **asked, stream=stream) for stream in (True, False))
    assert int(streamed.headers["content-length"]) == len(streamed.content)
    assert streamed.headers["x-aural-loop-end"] == whole.headers["x-aural-loop-end"] == "88200"
    (heard, rate_hz), (expected, _) = sound_of(streamed.content), sound_of(whole.content)
    assert (rate_hz, heard.shape) == (44_100, (2, 101_430))
    np.testing.assert_array_equal(heard, expected)


def test_a_form_takes_them_too(builtin: Served) -> None:
    fields = {"duration": "2", "rate": "48000", "bit_depth": "32f"}
    answer = httpx.post(f"{builtin.url}/compose", files={"file": CLIP}, data=fields, timeout=90)
    assert answer.status_code == 200, answer.text
    assert soundfile.info(io.BytesIO(answer.content)).subtype == "FLOAT"
    assert sound_of(answer.content)[0].shape == (2, round(2.3 * 48_000))


@pytest.mark.parametrize(
    ("accept", "fields", "said"),
    [
        ("audio/mpeg", {"bit_depth": 24}, "bit_depth: MP3 is lossy"),
        ("audio/flac", {"bit_depth": "32f"}, "bit_depth: FLAC has 16 or 24 bits"),
        ("audio/opus", {"rate": 44_100}, "rate: OPUS is 48000 Hz"),
        ("*/*", {"rate": 96_000}, "rate: Input should be 32000, 44100 or 48000"),
        ("*/*", {"bit_depth": 32}, "bit_depth: Input should be 16, 24 or '32f'"),
        ("*/*", {"bit_depth": "24"}, "bit_depth: Input should be"),
        ("audio/mpeg", {"stream": True}, "sends WAV only"),
        ("text/event-stream", {"stream": True, "bit_depth": 24}, "the events of a stream tell its music in 16 bits"),
    ],
)
def test_what_cannot_be_is_said(builtin: Served, accept: str, fields: dict[str, Any], said: str) -> None:
    assert said in assert_error(generate(builtin, accept, **ASKED, **fields), 400, "bad_field")


def test_what_nobody_has_is_refused_before_any_work(builtin: Served) -> None:
    """Before the body is looked at: what is no clip, and what is no field, is not even complained of."""
    began = metric(builtin, "aural_takes_total")
    headers = {"accept": "text/html, audio/aac;q=0.9"}
    refused = httpx.post(f"{builtin.url}/generate", json={"prompt": 3}, headers=headers, timeout=30)
    assert "audio/mpeg" in assert_error(refused, 406, "not_acceptable")
    refused = httpx.post(f"{builtin.url}/compose", files={"file": b"no clip" * 99_999}, headers=headers, timeout=30)
    assert "audio/flac" in assert_error(refused, 406, "not_acceptable")
    refused = httpx.post(f"{builtin.url}/analyze", files={"file": CLIP}, headers={"accept": "audio/wav"}, timeout=30)
    assert "comes as application/json" in assert_error(refused, 406, "not_acceptable")
    assert metric(builtin, "aural_takes_total") == began


def test_two_headers_are_one_list(builtin: Served) -> None:
    headers = [("accept", "text/html"), ("accept", "audio/flac")]
    answer = httpx.post(f"{builtin.url}/generate", json=ASKED, headers=headers, timeout=60)
    assert answer.headers["content-type"] == "audio/flac"


def test_who_asks_for_all_takes_and_accepts_no_zip_is_told_so(builtin: Served) -> None:
    answer = generate(builtin, "audio/flac", prompt="rain", takes="all", candidates=2)
    assert "All takes come as application/zip" in assert_error(answer, 406, "not_acceptable")
