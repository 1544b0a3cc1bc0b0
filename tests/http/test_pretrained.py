"""AURAL_MODELS=pretrained over real HTTP, on small random checkpoints in the real layouts."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from aural.files.tags import read_tags
from examples.clip import CLIP
from examples.serving import ROOT
from tests.serving import Served, band, serve, wav_of


@pytest.fixture(scope="module")
def pretrained(hub_cache: Path, no_record: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    home = tmp_path_factory.mktemp("pretrained")
    with serve(
        home,
        {
            "AURAL_MODELS": "pretrained",
            "AURAL_WEIGHTS": str(hub_cache),
            "OMP_NUM_THREADS": "1",  # layers this small only wait for each other on more
            "AURAL_WEIGHTS_RECORD": str(no_record),
        },
    ) as served:
        yield served


def test_info_names_the_pretrained_models_and_their_licences(pretrained: Served) -> None:
    info = httpx.get(f"{pretrained.url}/info", timeout=30).json()
    assert info["model_set"] == "pretrained"
    assert info["models"]["composer"]["model"] == "musicgen-small"
    assert info["models"]["composer"]["licence"] == "CC-BY-NC-4.0"
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


def test_the_music_is_what_audiocraft_makes_of_that_seed(pretrained: Served, hub_cache: Path) -> None:
    """The same tokens: audiocraft's own generate gives the answer's very samples, to the rounding of 16 bits."""
    text = "rain. bpm: 90.0. key: d minor"
    fields = {"prompt": text, "bpm": 90, "key": "D minor", "duration": 1.7, "seed": 1234}
    answer = httpx.post(f"{pretrained.url}/generate", json=fields, timeout=90)
    assert answer.status_code == 200, answer.text
    ours, _ = soundfile.read(io.BytesIO(answer.content), dtype="int16")
    theirs = audiocrafts_own(text, duration_s=2.0, seed=1234)
    assert len(theirs) == len(ours) == 64_000
    assert np.abs(np.clip(theirs, -1, 1) * 32768 - ours[:, 0]).max() <= 2


def audiocrafts_own(text: str, *, duration_s: float, seed: int) -> NDArray[np.float32]:
    """(time,) at 32 kHz, from the hub cache that this process reads. On one thread, as the server."""
    import torch
    from audiocraft.models.musicgen import MusicGen

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        model = MusicGen.get_pretrained("facebook/musicgen-small", device="cpu")
        model.set_generation_params(duration=duration_s, top_k=250, top_p=0.0, temperature=1.0, cfg_coef=3.0)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            audio: NDArray[np.float32] = model.generate([text])[0, 0].numpy()
        return audio
    finally:
        torch.set_num_threads(threads)


def test_clap_in_company_hears_what_it_hears_alone(pretrained: Served) -> None:
    """CLAP's batches need not be bit-equal; the answer's valence and arousal may move by a thousandth."""
    from concurrent.futures import ThreadPoolExecutor

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


@pytest.mark.parametrize("where", ["AURAL_WEIGHTS", "HF_HUB_CACHE"])
def test_missing_weights_end_the_start_up_with_one_sentence(where: str, tmp_path: Path) -> None:
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
    assert "facebook/musicgen-small" in said
    assert "make weights" in said
    assert "Traceback" not in done.stdout + said
