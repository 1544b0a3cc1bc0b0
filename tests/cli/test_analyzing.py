"""Files of any length: what is sent, in which windows, and what is told on the way."""

from __future__ import annotations

import asyncio
import io
import sys
from contextlib import aclosing
from pathlib import Path

import httpx
import numpy as np
import psutil
import pytest
import soundfile

from aural_client import AsyncAural, NotAudio, TooShort
from cli.analyzing import FileAnalysis, analyze_file
from cli.window_process import wav_windows
from tests.aural.audio.audio_files import by_soundfile, noise
from tests.cli.analyses import analysis
from tests.cli.conftest import InProcess


class Counting(httpx.AsyncBaseTransport):
    """A service that takes what is at most 30 s, and counts what is longer as refused. `heard`: (seconds, rate)."""

    def __init__(self) -> None:
        self.heard: list[tuple[float, int]] = []
        self.refused = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        body = await request.aread()
        try:
            samples, rate_hz = soundfile.read(io.BytesIO(body[body.index(b"\r\n\r\n") + 4 :]), dtype="float32")
        except soundfile.LibsndfileError:
            return httpx.Response(415, json={"error": "No.", "code": "not_audio", "request_id": "r"})
        seconds = len(samples) / rate_hz
        if seconds > 30.1:
            self.refused += 1
            return httpx.Response(422, json={"error": "Long.", "code": "too_long", "request_id": "r"})
        self.heard.append((seconds, rate_hz))
        energy = (0.5,) * round(2 * seconds)
        return httpx.Response(200, content=analysis(energy=energy).model_dump_json())


def analyzed(path: Path, service: Counting, told: list[tuple[float, float | None]] | None = None) -> FileAnalysis:
    async def ask() -> FileAnalysis:
        async with AsyncAural("http://here", transport=service) as aural:
            return await analyze_file(aural, path, lambda done_s, of_s: (told or []).append((done_s, of_s)))

    return asyncio.run(ask())


def file_of(tmp_path: Path, seconds: float, rate_hz: int = 8_000) -> Path:
    path = tmp_path / "file.wav"
    path.write_bytes(by_soundfile(noise(seconds, rate_hz), rate_hz, "WAV", "PCM_16"))
    return path


def test_a_short_file_is_sent_as_it_is(tmp_path: Path) -> None:
    service = Counting()
    made = analyzed(file_of(tmp_path, 30.0), service)
    assert service.heard == [(30.0, 8_000)]
    assert len(made.windows) == 1


def test_a_long_one_goes_in_windows_and_its_curve_is_joined(tmp_path: Path) -> None:
    service = Counting()
    told: list[tuple[float, float | None]] = [(0.0, None)]
    made = analyzed(file_of(tmp_path, 70.0), service, told)
    assert service.heard == [(23.5, 48_000), (23.5, 48_000), (23.0, 48_000)]
    assert [(one.start_s, one.end_s) for one in made.windows] == [(0.0, 23.5), (23.5, 47.0), (47.0, 70.0)]
    assert told[1:] == [(23.5, 70.0), (47.0, 70.0), (70.0, 70.0)]
    assert (len(made.summary.energy_curve), made.summary.duration_s) == (140, 70.0)
    assert service.refused == 0  # it says how long it is


def test_what_does_not_say_that_it_is_long_is_tried_and_then_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cli.analyzing.stated_s", lambda path: None)
    service = Counting()
    assert len(analyzed(file_of(tmp_path, 40.0), service).windows) == 2
    assert service.refused == 1


def test_what_is_too_large_to_send_is_cut_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cli.analyzing.MAX_UPLOAD_BYTES", 1000)
    service = Counting()
    assert len(analyzed(file_of(tmp_path, 5.0), service).windows) == 1
    assert service.heard == [(5.0, 48_000)]


def test_errors_are_the_clients_wherever_a_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cli.analyzing.MAX_UPLOAD_BYTES", 10)
    broken = tmp_path / "broken.mp3"
    broken.write_bytes(bytes(100))
    with pytest.raises(NotAudio, match="cannot be decoded as audio"):
        analyzed(broken, Counting())
    with pytest.raises(TooShort, match=r"0\.10 s"):
        analyzed(file_of(tmp_path, 0.1), Counting())
    with pytest.raises(FileNotFoundError):
        analyzed(tmp_path / "missing.wav", Counting())


def test_a_file_that_breaks_the_decoder_costs_its_process_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    crash = [sys.executable, "-c", "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)"]
    monkeypatch.setattr("cli.window_process.command", lambda path: crash)
    with pytest.raises(NotAudio, match="The file broke the decoder"):
        analyzed(file_of(tmp_path, 40.0), Counting())


def test_who_stops_in_the_middle_leaves_no_process(tmp_path: Path) -> None:
    async def first_window(path: Path) -> float:
        async with aclosing(wav_windows(path)) as windows:
            return (await anext(windows)).end_s

    assert asyncio.run(first_window(file_of(tmp_path, 200.0))) == 29.0
    assert [one for one in psutil.Process().children() if "window_process" in " ".join(one.cmdline())] == []


def test_a_long_song_is_heard_as_its_short_one_is(in_process: InProcess, tmp_path: Path) -> None:
    """The demo clip's body in turns, for 36 s: its tempo and key, from two windows."""
    clip, rate_hz = soundfile.read(Path(__file__).parents[2] / "examples" / "clip_96bpm_e_minor.ogg", dtype="float32")
    bar = round(4 * 60 / 96 * rate_hz)
    body = clip[: len(clip) // bar * bar]
    turns = -(-36 * rate_hz // len(body))
    path = tmp_path / "song.flac"
    soundfile.write(path, np.concatenate([body] * turns)[: 36 * rate_hz], rate_hz)
    made = in_process.ask(lambda aural: analyze_file(aural, path))
    assert len(made.windows) == 2
    assert made.summary.bpm == pytest.approx(96, abs=0.5)
    assert made.summary.key == "E minor"
