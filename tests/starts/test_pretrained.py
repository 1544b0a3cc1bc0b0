"""AURAL_MODELS=pretrained over real HTTP, on small random checkpoints in the real layouts, from the first start on."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import httpx
import numpy as np
import pytest
import soundfile
import torch

from aural.files.tags import read_tags
from aural.files.wav import pcm16
from aural.finishing.finish import finish_to_target
from aural.flow.ports import Capabilities
from aural.flow.targets import render_duration_s, target_of
from aural.types import MusicRequest, PostprocessOptions
from examples.clip import CLIP
from examples.serving import ROOT
from models.cards import MUSICGEN
from tests.http.calling import Caller, metric, until_composing
from tests.http.test_cancel import TRIES, freed_after_s
from tests.http.test_events import assert_in_order, data, events_of, generate
from tests.hub import Hub
from tests.serving import Served, band, wav_of

HEAD_BYTES = 44
MAKER = Capabilities("musicgen-small", "CC-BY-NC-4.0", continues=True)


def test_the_first_start_says_what_it_downloads_and_where(pretrained: Served, hub: Hub) -> None:
    (announced,) = [line for line in pretrained.log().splitlines() if line.startswith("Downloading")]
    assert announced.startswith(f"Downloading to {pretrained.home / 'cache'}: laion/clap-htsat-unfused (")
    for word in ("facebook/musicgen-small (", "t5-base (", " in all."):
        assert word in announced
    assert "facebook/musicgen-small: 100%" in pretrained.log()
    fetched = {name for name in hub.downloaded() if "musicgen-small" in name}
    read = ("config.json", "state_dict.bin", "compression_state_dict.bin")
    assert fetched == {f"facebook/musicgen-small/{name}" for name in read}


def test_info_names_the_pretrained_models_and_their_licences(pretrained: Served) -> None:
    info = httpx.get(f"{pretrained.url}/info", timeout=30).json()
    assert info["model_set"] == "pretrained"
    assert info["models"]["composer"]["model"] == "musicgen-small"
    assert info["models"]["composer"]["licence"] == "CC-BY-NC-4.0"
    assert info["models"]["composer"]["precision"] == "fp32"
    assert "clap" in info["models"]["feeling"]["model"]


def test_the_whole_of_compose_runs_and_repeats(pretrained: Served) -> None:
    answers = []
    for _ in range(2):
        files = {"file": ("clip.ogg", CLIP.read_bytes())}
        answer = httpx.post(f"{pretrained.url}/compose", files=files, data={"duration": "2"}, timeout=90)
        assert answer.status_code == 200, answer.text
        assert answer.headers["x-aural-models"] == "pretrained"
        answers.append(answer)
    assert answers[0].content == answers[1].content
    samples, rate_hz = soundfile.read(io.BytesIO(answers[0].content))
    assert (samples.shape, rate_hz) == ((round(2.3 * 32_000), 2), 32_000)
    tags = read_tags(answers[0].content)
    assert tags["licence"] == "CC-BY-NC-4.0"
    assert "key: e minor" in tags["prompt"]
    assert float(answers[0].headers["x-aural-bpm"]) == pytest.approx(96, rel=1e-3)


def test_the_music_is_the_composers_own_finished_whatever_else_is_asked(
    pretrained: Served, hub_cache: Path, no_record: Path
) -> None:
    """Four at once get the very samples that composer and finishing make here, one by one, in another process."""
    from models.musicgen.assemble import EngineOptions, assemble

    text = "rain. bpm: 90.0. key: d minor"
    requests = [MusicRequest(text, duration_s=1.0 + 0.7 * seed, seed=seed, bpm=90, key="D minor") for seed in range(4)]

    def ask(request: MusicRequest) -> httpx.Response:
        fields = {"prompt": text, "bpm": 90, "key": "D minor", "duration": request.duration_s, "seed": request.seed}
        return httpx.post(f"{pretrained.url}/generate", json=fields, timeout=90)

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(ask, requests))
    wishes = EngineOptions(torch.device("cpu"), threads=1)
    composer = assemble(MUSICGEN["musicgen-small"], hub_cache, wishes, record=no_record).composer
    for request, answer in zip(requests, answers, strict=True):
        assert answer.status_code == 200, answer.text
        heard, _ = soundfile.read(io.BytesIO(answer.content), dtype="int16")
        target = target_of(request, PostprocessOptions(), MAKER)
        raw = replace(request, duration_s=render_duration_s(request, target, MAKER))
        take = finish_to_target(composer.compose(raw, lambda _fraction: None), target)
        np.testing.assert_array_equal(heard, pcm16(take.samples).T)
    composer.scheduler.close()


def test_a_stream_is_the_whole_music_unfinished_and_begins_while_the_rest_is_made(pretrained: Served) -> None:
    asked = {"prompt": "rain", "duration": 40, "seed": 5}
    whole = httpx.post(f"{pretrained.url}/generate", json=asked, timeout=90)
    with httpx.stream("POST", f"{pretrained.url}/generate", json={**asked, "stream": True}, timeout=90) as answer:
        assert answer.status_code == 200
        arriving = answer.iter_raw()
        got = b""
        while len(got) <= HEAD_BYTES:
            got += next(arriving)
        composing = metric(pretrained, "aural_composing")
        assert composing == 1, "the first sound is here before the last is made"
        assert len(got) < len(whole.content) / 2
        got += b"".join(arriving)
    streamed, finished_ = (soundfile.read(io.BytesIO(data))[0] for data in (got, whole.content))
    assert streamed.shape == finished_.shape
    middle = slice(32_000, -32_000)  # the level is set over the whole, and peaks are limited
    gain = np.sum(streamed[middle] * finished_[middle]) / np.sum(np.square(streamed[middle]))
    left = finished_[middle] - gain * streamed[middle]
    assert np.sqrt(np.mean(left**2)) < 0.05 * np.sqrt(np.mean(finished_[middle] ** 2))


def test_events_count_musicgens_steps(pretrained: Served) -> None:
    events = events_of(generate(pretrained, prompt="rain", duration=20, seed=5))
    assert_in_order(events, ["composing", "finishing"])
    composing = [told for told in data(events, "progress") if told["stage"] == "composing"]
    assert {told["of"] for told in composing} == {1015}, "fifty a second, the tail's included"
    assert composing[-1]["seconds_left"] < composing[0]["seconds_left"]


def test_a_loop_of_noise_is_as_long_as_asked_and_says_what_is_off(pretrained: Served) -> None:
    asked = {"prompt": "rain", "bpm": 120, "key": "D minor", "loop": True, "bars": 1, "candidates": 2, "seed": 5}
    answers = [httpx.post(f"{pretrained.url}/generate", json=asked, timeout=90) for _ in range(2)]
    assert answers[0].status_code == 200, answers[0].text
    assert answers[0].content == answers[1].content
    told = answers[0].headers
    assert (told["x-aural-loop-end"], told["x-aural-bars"]) == ("64000", "1")
    assert "key" in told["x-aural-off"].split(", "), "though what comes round every two seconds has a tempo"
    scores = json.loads(told["x-aural-scores"])
    assert all(-1 <= score["likeness"] <= 1 for score in scores), "CLAP compares them with the prompt"
    assert float(told["x-aural-lufs"]) == pytest.approx(-14, abs=0.5)
    assert b"trainedAlgorithmicMedia" in answers[0].content


def test_continuing_goes_on_from_the_clip(pretrained: Served) -> None:
    """The same prompt and seed after another clip is other music, and after the same clip the same."""

    def ask(clip: bytes) -> httpx.Response:
        data = {"mode": "continue", "duration": "2"}
        answer = httpx.post(f"{pretrained.url}/compose", files={"file": ("c.wav", clip)}, data=data, timeout=90)
        assert answer.status_code == 200, answer.text
        return answer

    first, again, other = (ask(wav_of(band(4, seed=seed))) for seed in (0, 0, 1))
    assert first.content == again.content
    assert first.content != other.content
    assert soundfile.read(io.BytesIO(first.content))[0].shape == (round(2.3 * 32_000), 2)
    assert (first.headers["x-aural-stretched"], first.headers["x-aural-transposed"]) == ("1", "0")


def test_musicgen_has_no_stems(pretrained: Served) -> None:
    asked = {"prompt": "rain", "duration": 2}
    headers = {"accept": "application/zip"}
    answer = httpx.post(f"{pretrained.url}/generate", json=asked, headers=headers, timeout=60)
    assert (answer.status_code, answer.json()["code"]) == (422, "not_offered")


def test_who_hangs_up_frees_the_slot(pretrained: Served) -> None:
    def ask() -> Caller:
        return Caller.generate(pretrained, prompt="rain", duration=120, seed=1)

    cancelled = metric(pretrained, "aural_takes_total", outcome="cancelled")
    freed_after_s(pretrained, ask)
    assert metric(pretrained, "aural_takes_total", outcome="cancelled") == cancelled + TRIES


def test_steps_and_frames_are_counted(pretrained: Served) -> None:
    """2.3 s of music alone are 115 frames, and the last codebook of the last one comes three steps later."""
    until_composing(pretrained, 0, within_s=10)
    names = ("aural_steps_total", "aural_step_seconds_total", "aural_frames_total")
    before = [metric(pretrained, name) for name in names]
    began = time.monotonic()
    asked = {"prompt": "rain", "duration": 2, "seed": 1}
    assert httpx.post(f"{pretrained.url}/generate", json=asked, timeout=90).status_code == 200
    took_s = time.monotonic() - began
    steps, step_s, frames = (metric(pretrained, name) - was for name, was in zip(names, before, strict=True))
    assert (steps, frames) == (118, 115)
    assert 0 < step_s < took_s


def test_clap_in_company_hears_what_it_hears_alone(pretrained: Served) -> None:
    """CLAP's batches need not be bit-equal; the answer's valence and arousal may move by a thousandth."""

    def ask(_: int) -> dict[str, float]:
        files = {"file": ("clip.wav", wav_of(band(4)))}
        answer = httpx.post(f"{pretrained.url}/analyze", files=files, timeout=90)
        told: dict[str, float] = answer.json()["details"]["emotion"]
        return told

    alone = ask(0)
    with ThreadPoolExecutor(6) as pool:
        for told in pool.map(ask, range(6)):
            for name in ("valence", "arousal"):
                assert told[name] == pytest.approx(alone[name], abs=1e-3)


@pytest.mark.parametrize(
    ("where", "words"),
    [
        ("AURAL_WEIGHTS", ("laion/clap-htsat-unfused, facebook/musicgen-small, t5-base", "run `make weights`")),
        ("HF_HUB_CACHE", ("laion/clap-htsat-unfused could not be downloaded", "HF_HUB_OFFLINE is set", "Unset it")),
    ],
)
def test_missing_weights_end_the_start_up_with_one_sentence(where: str, words: tuple[str, ...], tmp_path: Path) -> None:
    """In the folder that the setting names, and in the hub's own with the hub out of reach."""
    env = {
        **{name: value for name, value in os.environ.items() if not name.startswith("AURAL_")},
        "AURAL_MODELS": "pretrained",
        "BENTOML_HOME": str(tmp_path / "bentoml"),
        "HF_HUB_OFFLINE": "1",
        where: str(tmp_path / "nothing"),
    }
    command = [sys.executable, "-m", "bentoml", "serve", "service:AuralArchitect", "--port", "0"]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode != 0
    said = done.stderr.strip()
    assert len(said.splitlines()) == 1, said
    assert all(word in said for word in (*words, "AURAL_WEIGHTS")), said
    assert "Traceback" not in done.stdout + said
