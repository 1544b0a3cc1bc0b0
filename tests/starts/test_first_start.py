"""From a hub that lists its repositories as the real one does to music, and what ends the start-up.

The first start without weights, and all over HTTP, is the beginning of test_pretrained.py.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from examples.serving import ROOT
from tests.fetching import fetch, hub_environment
from tests.hub import Hub
from tests.published import CONVERTED


def settings(musicgen: str, **more: str) -> dict[str, str]:
    own = {"AURAL_MODELS": "pretrained", "AURAL_MUSICGEN": musicgen, "AURAL_COMPOSER_THREADS": "1"}
    return {**own, "OMP_NUM_THREADS": "1", "AURAL_WORKERS": "1", **more}


def fetched(hub: Hub, folder: Path, record: Path, musicgen: str) -> set[str]:
    """`make weights`; which of the repository's files it brought."""
    hub.asked.clear()
    assert fetch(hub, folder, "--musicgen", musicgen, record=record).status == 0
    repo = musicgen if "/" in musicgen else f"facebook/musicgen-{musicgen}"
    assert ("facebook/encodec_32khz/model.safetensors" in hub.downloaded()) is ("stereo" in musicgen)
    return {name.removeprefix(f"{repo}/") for name in hub.downloaded() if name.startswith(repo)}


COMPOSE = """
import json
from aural.types import MusicRequest
from models.load_composer import load_composer
from runners.preflight import settings_or_exit
composer = load_composer(settings_or_exit()).composer
take = composer.compose(MusicRequest("calm piano", duration_s=2.0, seed=1), lambda fraction: None)
print(json.dumps([composer.name, take.samples.shape, float(take.samples.std())]))
"""
"""As the service does it: all is checked before anything starts, and then the composer's runner loads."""
SHARDED = {
    "config.json",
    "tokenizer.json",
    "pytorch_model.bin.index.json",
    "pytorch_model-00001-of-00002.bin",
    "pytorch_model-00002-of-00002.bin",
}


@pytest.mark.parametrize(
    ("musicgen", "name", "read"),
    [
        ("stereo-small", "musicgen-stereo-small", {"state_dict.bin", "compression_state_dict.bin", "config.json"}),
        (CONVERTED, CONVERTED, SHARDED),
    ],
    ids=["stereo", "medium, as transformers keeps it, in two pickled shards"],
)
def test_make_weights_then_compose(hub: Hub, tmp_path: Path, musicgen: str, name: str, read: set[str]) -> None:
    record, folder = tmp_path / "recorded.json", tmp_path / "weights"
    assert fetched(hub, folder, record, musicgen) == read
    before = len(hub.asked)
    own = settings(musicgen, AURAL_WEIGHTS=str(folder), AURAL_WEIGHTS_RECORD=str(record), AURAL_DEVICE="cpu")
    command = [sys.executable, "-c", COMPOSE]
    env = hub_environment(hub, **own)
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    made, shape, deviation = json.loads(done.stdout.splitlines()[-1])
    assert (made, shape) == (name, [2, round(2.3 * 32_000)])
    assert 0.01 < deviation < 0.5
    assert len(hub.asked) == before, "weights that are there are not asked for"


@pytest.mark.parametrize(
    ("musicgen", "said"),
    [
        ("facebook/musicgen-melody", "facebook/musicgen-melody follows a melody besides its text"),
        ("style", "facebook/musicgen-style follows the style of a clip besides its text"),
        ("someone/gpt", "someone/gpt is a gpt2 model by its config.json, not a musicgen"),
    ],
)
def test_another_repository_ends_the_start_up_with_one_sentence(
    hub: Hub, hub_cache: Path, tmp_path: Path, musicgen: str, said: str
) -> None:
    env = hub_environment(hub, HF_HUB_CACHE=str(tmp_path), BENTOML_HOME=str(tmp_path / "bentoml"), **settings(musicgen))
    command = [sys.executable, "-m", "bentoml", "serve", "service:AuralArchitect", "--port", "0"]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode != 0
    (line,) = done.stderr.strip().splitlines()
    assert line.startswith("aural-architect cannot start: ")
    assert said in line
    assert not [name for name in hub.downloaded() if name.startswith(musicgen) and name.endswith(".safetensors")]
