"""From a hub that lists its repositories as the real one does to music over HTTP, and what ends the start-up.

The first start without weights is the beginning of tests/http/test_pretrained.py.
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
import soundfile

from examples.clip import CLIP
from examples.serving import ROOT
from tests.fetching import fetch, hub_environment
from tests.hub import Hub
from tests.published import CONVERTED
from tests.serving import Served, serve


@pytest.fixture
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of a short name: sockets lie in it."""
    return tmp_path_factory.mktemp("home")


def settings(musicgen: str, **more: str) -> dict[str, str]:
    own = {"AURAL_MODELS": "pretrained", "AURAL_MUSICGEN": musicgen, "AURAL_COMPOSER_THREADS": "1"}
    return {**own, "OMP_NUM_THREADS": "1", "AURAL_WORKERS": "1", **more}


def composes(served: Served, model: str) -> None:
    info = httpx.get(f"{served.url}/info", timeout=30).json()
    assert info["models"]["composer"]["model"] == model
    files = {"file": ("clip.ogg", CLIP.read_bytes())}
    answer = httpx.post(f"{served.url}/compose", files=files, data={"duration": "2"}, timeout=90)
    assert answer.status_code == 200, answer.text
    samples, rate_hz = soundfile.read(io.BytesIO(answer.content))
    assert (samples.shape, rate_hz) == ((round(2.3 * 32_000), 2), 32_000)
    assert 0.01 < samples.std() < 0.5


def fetched(hub: Hub, folder: Path, record: Path, musicgen: str) -> set[str]:
    """`make weights`; which of the repository's files it brought."""
    hub.asked.clear()
    assert fetch(hub, folder, "--musicgen", musicgen, record=record).status == 0
    repo = musicgen if "/" in musicgen else f"facebook/musicgen-{musicgen}"
    assert ("facebook/encodec_32khz/model.safetensors" in hub.downloaded()) is ("stereo" in musicgen)
    return {name.removeprefix(f"{repo}/") for name in hub.downloaded() if name.startswith(repo)}


def test_make_weights_then_serve(hub: Hub, tmp_path: Path, home: Path) -> None:
    """Medium, as transformers keeps it: in two pickled shards."""
    record, folder = tmp_path / "recorded.json", tmp_path / "weights"
    assert fetched(hub, folder, record, CONVERTED) == {
        "config.json",
        "tokenizer.json",
        "pytorch_model.bin.index.json",
        "pytorch_model-00001-of-00002.bin",
        "pytorch_model-00002-of-00002.bin",
    }
    before = len(hub.asked)
    with serve(home, settings(CONVERTED, AURAL_WEIGHTS=str(folder), AURAL_WEIGHTS_RECORD=str(record))) as served:
        composes(served, CONVERTED)
    assert len(hub.asked) == before, "a service with its weights asks nobody"


COMPOSE = """
import json
from aural.settings import Settings
from aural.types import MusicRequest
from models.load_composer import load_composer
composer = load_composer(Settings.from_env()).composer
take = composer.compose(MusicRequest("calm piano", duration_s=2.0, seed=1), lambda fraction: None)
print(json.dumps([composer.name, take.samples.shape, float((take.samples[0] - take.samples[1]).std())]))
"""


def test_make_weights_then_compose_in_stereo(hub: Hub, tmp_path: Path) -> None:
    """As the composer's runner loads it, without a server around it."""
    record, folder = tmp_path / "recorded.json", tmp_path / "weights"
    read = fetched(hub, folder, record, "stereo-small")
    assert read == {"state_dict.bin", "compression_state_dict.bin", "config.json"}
    before = len(hub.asked)
    own = settings("stereo-small", AURAL_WEIGHTS=str(folder), AURAL_WEIGHTS_RECORD=str(record), AURAL_DEVICE="cpu")
    command = [sys.executable, "-c", COMPOSE]
    env = hub_environment(hub, **own)
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    name, shape, difference = json.loads(done.stdout.splitlines()[-1])
    assert (name, shape) == ("musicgen-stereo-small", [2, round(2.3 * 32_000)])
    assert difference > 0.01, "two sides"
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
