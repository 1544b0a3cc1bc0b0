"""What keeps a download from its end is one sentence: which repository, why, and what to do."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from models.cards import T5_BASE
from models.weights import find, home_of
from tests.fetching import Fetched, fetch
from tests.hub import Hub
from tests.models.t5_on_a_hub import AUDIOCRAFT, INDEX, ONLY_T5, SHARDS, T5, TRANSFORMERS, store_requests, t5_files


def refused(ended: Fetched, repo: str, *words: str) -> None:
    """One sentence or two on one line: the repository, the reason and the remedy."""
    assert ended.status == 1
    assert ended.said.startswith(repo)
    assert ended.said.endswith(".")
    for word in words:
        assert word in ended.said, ended.said


def test_a_gated_repository(hub: Hub, folder: Path, record: Path) -> None:
    hub.faults.gated.add(T5)
    refused(fetch(hub, folder, *ONLY_T5, record=record), "t5-base", "it is gated", "Accept its terms", "HF_TOKEN")


def test_a_repository_that_is_not_there_or_private(hub: Hub, folder: Path, record: Path) -> None:
    ended = fetch(hub, folder, "--musicgen", "someone/nothing", record=record)
    refused(ended, "laion/clap-htsat-unfused", "no such repository", "HF_TOKEN")
    for token in ({}, {"HF_TOKEN": "hf_secret"}):
        ended = fetch(hub, folder, "--card", "someone/nothing", record=record, **token)
        refused(ended, "someone/nothing", "no such repository", "private", "Check its name")


def test_a_token_that_is_not_valid(hub: Hub, folder: Path, record: Path) -> None:
    hub.faults.token = "hf_secret"
    ended = fetch(hub, folder, *ONLY_T5, record=record, HF_TOKEN="hf_other")
    refused(ended, "t5-base", "answered 401", "Check the token in HF_TOKEN")


def test_a_hub_that_is_down(hub: Hub, folder: Path, record: Path) -> None:
    hub.faults.status["/api/models"] = 503
    refused(fetch(hub, folder, *ONLY_T5, record=record), "t5-base", "answered 503", "Try again later", "AURAL_WEIGHTS")


def test_no_network(folder: Path, record: Path) -> None:
    ended = fetch("http://127.0.0.1:9", folder, *ONLY_T5, record=record)
    refused(ended, "t5-base", "http://127.0.0.1:9 cannot be reached", "Connection refused", "AURAL_WEIGHTS")


def test_offline_by_setting(hub: Hub, folder: Path, record: Path) -> None:
    ended = fetch(hub, folder, *ONLY_T5, record=record, HF_HUB_OFFLINE="1")
    refused(ended, "t5-base", "HF_HUB_OFFLINE is set", "Unset it, or set AURAL_WEIGHTS")
    assert not hub.asked


def test_a_revision_that_is_gone(hub: Hub, folder: Path, record: Path) -> None:
    record.write_text(json.dumps({"t5-base": {"revision": "0" * 40, "sha256": {}}}))
    refused(fetch(hub, folder, *ONLY_T5, record=record), "t5-base", f"no revision {'0' * 40}", "from the record")


def test_bytes_that_are_not_those_the_hub_names(hub: Hub, folder: Path, record: Path) -> None:
    hub.faults.changed.add("model.safetensors")
    ended = fetch(hub, folder, *ONLY_T5, record=record)
    refused(ended, "t5-base", "model.safetensors did not arrive as the hub names it (another sha256)", "make weights")
    assert find(T5_BASE, folder) is None
    hub.faults.changed.clear()
    assert fetch(hub, folder, *ONLY_T5, record=record).status == 0


def test_a_disk_without_room_for_it(hub: Hub, folder: Path, record: Path) -> None:
    hub.faults.oversized["model.safetensors"] = 10**15
    ended = fetch(hub, folder, *ONLY_T5, record=record)
    refused(ended, str(folder), "free, and 1e+06 GB are still to come", "Free some")
    assert not store_requests(hub)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_disk_that_fills_up_meanwhile(hub: Hub, folder: Path, record: Path) -> None:
    digest = hashlib.sha256(t5_files()["model.safetensors"]).hexdigest()
    blobs = home_of(T5_BASE, folder) / "blobs"
    blobs.mkdir(parents=True)
    (blobs / f"{digest}.incomplete").symlink_to("/dev/full")
    ended = fetch(hub, folder, *ONLY_T5, record=record)
    refused(ended, "t5-base", f"{folder} has no room left", "what has come is kept")


def test_a_folder_that_is_a_file(hub: Hub, folder: Path, record: Path) -> None:
    folder.write_text("")
    refused(fetch(hub, folder, *ONLY_T5, record=record), "t5-base", "cannot be written", "AURAL_WEIGHTS")


@pytest.mark.parametrize(
    ("held", "said"),
    [
        ({"README.md": b""}, "is no musicgen: it does not hold state_dict.bin, compression_state_dict.bin or config"),
        ({**TRANSFORMERS, **SHARDS, "config.json": b'{"model_type": "gpt2"}'}, "is a gpt2 model by its config.json"),
        ({**AUDIOCRAFT, "config.json": b'{"model_type": "musicgen_melody"}'}, "is a musicgen_melody model"),
        ({**TRANSFORMERS, **SHARDS, "config.json": b"[]"}, "has a config.json that cannot be read"),
        ({**TRANSFORMERS, "pytorch_model.bin.index.json": INDEX}, "lacks pytorch_model-1.bin, which its index names"),
    ],
)
def test_a_strange_repository_is_refused_before_its_weights_are_fetched(
    hub: Hub, folder: Path, record: Path, held: dict[str, bytes], said: str
) -> None:
    hub.publish("someone/strange", held)
    refused(fetch(hub, folder, "--card", "someone/strange", record=record), "someone/strange", said)
    assert not [name for name in hub.downloaded() if name.endswith((".bin", ".safetensors"))]


@pytest.mark.parametrize("name", ["melody", "facebook/musicgen-melody", "style", "facebook/musicgen-stereo-melody"])
def test_the_familys_other_models_are_refused_by_name(hub: Hub, folder: Path, record: Path, name: str) -> None:
    ended = fetch(hub, folder, "--musicgen", name, record=record)
    refused(ended, f"AURAL_MUSICGEN is '{name}'", "another model", "stereo-large, or a fine-tune")
    assert not hub.asked
