"""Downloads by huggingface_hub's own client from a hub that is simulated: what is fetched, and what goes wrong."""

from __future__ import annotations

import hashlib
import json
import random
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from models.cards import MUSICGEN, T5_BASE, musicgen_card
from models.weights import find, home_of, read_record, require, revision_of, with_record
from tests.fetching import Fetched, fetch, fetching
from tests.hub import Hub

T5 = "google-t5/t5-base"
WEIGHTS_BYTES = 3_000_000
CONFIG = b'{"model_type": "t5"}'
ONLY_T5 = ("--card", "t5-base")


def t5_files(seed: int = 0) -> dict[str, bytes]:
    """What is read of it, and what is not."""
    weights = random.Random(seed).randbytes(WEIGHTS_BYTES)
    unread = dict.fromkeys(("README.md", "flax_model.msgpack", "pytorch_model.bin", "spiece.model"), b"unread")
    return {"config.json": CONFIG, "model.safetensors": weights, "tokenizer.json": b"{}"} | unread


@pytest.fixture
def hub() -> Iterator[Hub]:
    with Hub() as hub:
        hub.publish(T5, t5_files())
        yield hub


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "weights"


@pytest.fixture
def record(tmp_path: Path) -> Path:
    return tmp_path / "recorded.json"


def test_only_what_is_read_is_fetched_and_only_once(hub: Hub, folder: Path, record: Path) -> None:
    assert fetch(hub, folder, *ONLY_T5, record=record).status == 0
    assert hub.downloaded() == {f"{T5}/{name}" for name in ("config.json", "model.safetensors", "tokenizer.json")}
    found = find(T5_BASE, folder)
    assert found is not None
    assert found["model.safetensors"].read_bytes() == t5_files()["model.safetensors"]
    assert found["model.safetensors"].resolve().parent == home_of(T5_BASE, folder) / "blobs"
    before = len(hub.asked)
    assert fetch(hub, folder, *ONLY_T5, record=record).status == 0
    assert len(hub.asked) == before, "nothing is asked of the hub when all is there"


def test_what_comes_is_said_before_and_counted_while_it_does(hub: Hub, folder: Path, record: Path) -> None:
    hub.faults.bytes_per_s = 5e6
    told = fetch(hub, folder, *ONLY_T5, record=record).told
    announced, *_, progress = told.strip().splitlines()
    assert announced == f"Downloading to {folder}: t5-base (3 MB); 3 MB in all."
    assert re.search(r"t5-base: 100%\|.*3\.00M/3\.00M \[\d\d:\d\d<00:00, +[\d.]+MB/s\]", progress)


def test_the_first_download_is_recorded_and_later_ones_fetch_that_revision(
    hub: Hub, folder: Path, record: Path, tmp_path: Path
) -> None:
    first = revision(hub)
    fetch(hub, folder, *ONLY_T5, record=record)
    seen = read_record(record)[T5_BASE.repo]
    assert seen.revision == first
    assert seen.sha256["config.json"] == hashlib.sha256(CONFIG).hexdigest()
    hub.publish(T5, t5_files(seed=1))
    fetch(hub, tmp_path / "two", *ONLY_T5, record=record)
    assert revision_of(T5_BASE, tmp_path / "two") == first
    require([T5_BASE], tmp_path / "two", record)
    assert with_record(T5_BASE, record).revision == first


def test_the_recorded_revision_puts_right_a_folder_with_another(
    hub: Hub, folder: Path, record: Path, tmp_path: Path
) -> None:
    fetch(hub, tmp_path / "one", *ONLY_T5, record=record)
    hub.publish(T5, t5_files(seed=1))
    fetch(hub, folder, *ONLY_T5, "--keep-record", record=tmp_path / "no-record")
    assert not (tmp_path / "no-record").exists()
    assert revision_of(T5_BASE, folder) != read_record(record)[T5_BASE.repo].revision
    fetch(hub, folder, *ONLY_T5, record=record)
    require([T5_BASE], folder, record)


def test_a_changed_file_is_refused(hub: Hub, folder: Path, record: Path) -> None:
    fetch(hub, folder, *ONLY_T5, record=record)
    found = find(T5_BASE, folder)
    assert found is not None
    found["model.safetensors"].write_bytes(b"something else")
    refused = fetch(hub, folder, *ONLY_T5, record=record)
    assert refused.status == 1
    assert re.match(r"model\.safetensors of t5-base is not the file recorded in .* sha256", refused.said)


def revision(hub: Hub) -> str:
    return list(hub.repos[T5])[-1]


def test_a_download_that_is_killed_goes_on_where_it_stopped_five_times(hub: Hub, folder: Path, record: Path) -> None:
    """At random bytes; what was there before a start is not fetched again, and nothing partial is taken for whole."""
    hub.faults.bytes_per_s = 4e6
    chance, had = random.Random(), [0]
    for _ in range(5):
        kill_at = had[-1] + chance.randrange(1, 400_000)
        child = fetching(hub, folder, *ONLY_T5, record=record)
        while partial_bytes(folder) < kill_at:
            assert child.poll() is None
            time.sleep(0.002)
        child.kill()
        child.communicate()
        had.append(partial_bytes(folder))
        assert find(T5_BASE, folder) is None
    hub.faults.bytes_per_s = None
    assert fetch(hub, folder, *ONLY_T5, record=record).status == 0
    assert [one.first_byte for one in store_requests(hub)] == had
    assert had == sorted(set(had)), "each went on behind the one before"
    found = find(T5_BASE, folder)
    assert found is not None
    assert found["model.safetensors"].read_bytes() == t5_files()["model.safetensors"]
    assert partial_bytes(folder) == 0


def partial_bytes(folder: Path) -> int:
    sizes = [path.stat().st_size for path in (home_of(T5_BASE, folder) / "blobs").glob("*.incomplete")]
    return max(sizes, default=0)


def store_requests(hub: Hub) -> list[Any]:
    return [one for one in hub.bodies("model.safetensors") if "/store/" in one.path]


def test_a_connection_that_breaks_is_taken_up_again(hub: Hub, folder: Path, record: Path) -> None:
    hub.faults.cut_after["model.safetensors"] = [1_000_000, 500_000]
    assert fetch(hub, folder, *ONLY_T5, record=record).status == 0
    first, second, third = (one.first_byte for one in store_requests(hub))
    assert first == 0 < second <= 1_000_000 < third <= 1_500_000
    assert find(T5_BASE, folder) is not None


def test_a_connection_that_is_reset_is_taken_up_again(hub: Hub, folder: Path, record: Path) -> None:
    hub.faults.resets = 2
    assert fetch(hub, folder, *ONLY_T5, record=record).status == 0
    first, second, third = (one.first_byte for one in store_requests(hub))
    assert first == 0 < second < third
    assert find(T5_BASE, folder) is not None


def test_what_an_earlier_try_left_wrong_is_fetched_anew(hub: Hub, folder: Path, record: Path) -> None:
    digest = hashlib.sha256(t5_files()["model.safetensors"]).hexdigest()
    partial = home_of(T5_BASE, folder) / "blobs" / f"{digest}.incomplete"
    for left in (b"x" * 1_000_000, b"x" * (WEIGHTS_BYTES + 5)):
        partial.parent.mkdir(parents=True, exist_ok=True)
        (partial.parent / digest).unlink(missing_ok=True)
        partial.write_bytes(left)
        assert fetch(hub, folder, *ONLY_T5, record=record).status == 0
        assert (partial.parent / digest).read_bytes() == t5_files()["model.safetensors"]


def test_two_at_once_fetch_it_once(hub: Hub, folder: Path, record: Path) -> None:
    hub.faults.bytes_per_s = 5e6
    children = [fetching(hub, folder, *ONLY_T5, "--keep-record", record=record) for _ in range(2)]
    for child in children:
        child.communicate(timeout=60)
        assert child.returncode == 0
    assert [one.sent_bytes for one in store_requests(hub)] == [WEIGHTS_BYTES]


def test_the_token_goes_to_the_hub_and_to_nobody_else(hub: Hub, folder: Path, record: Path) -> None:
    hub.faults.token = "hf_secret"
    hub.faults.gated.add(T5)
    assert fetch(hub, folder, *ONLY_T5, record=record, HF_TOKEN="hf_secret").status == 0
    store = [one for one in hub.asked if one.host.startswith("localhost")]
    assert store
    assert {one.token for one in store} == {None}
    assert {one.token for one in hub.asked if one not in store and "t5-base" in one.path} == {"hf_secret"}


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


AUDIOCRAFT = {"state_dict.bin": b"weights", "compression_state_dict.bin": b"c" * 100_000}
TRANSFORMERS = {"config.json": b'{"model_type": "musicgen"}', "tokenizer.json": b"{}"}
INDEX = json.dumps({"weight_map": {"a": "pytorch_model-1.bin", "b": "pytorch_model-2.bin"}}).encode()
SHARDS = {"pytorch_model.bin.index.json": INDEX, "pytorch_model-1.bin": b"1", "pytorch_model-2.bin": b"2"}


@pytest.mark.parametrize(
    ("held", "fetched"),
    [
        ({**AUDIOCRAFT, **TRANSFORMERS, **SHARDS}, {*AUDIOCRAFT, "config.json"}),
        ({**TRANSFORMERS, "model.safetensors": b"1", "state_dict.bin": b"1"}, {*TRANSFORMERS, "model.safetensors"}),
        ({**TRANSFORMERS, **SHARDS, "pytorch_model-3.bin": b"3"}, {*TRANSFORMERS, *SHARDS}),
    ],
    ids=["both", "half of audiocraft's", "shards"],
)
def test_the_first_layout_that_a_repository_holds_whole_is_fetched(
    hub: Hub, folder: Path, record: Path, held: dict[str, bytes], fetched: set[str]
) -> None:
    hub.publish("someone/tuned", held)
    assert fetch(hub, folder, "--card", "someone/tuned", record=record).status == 0
    assert {name for name in hub.downloaded() if "tuned" in name} == {f"someone/tuned/{name}" for name in fetched}
    needs_t5 = "state_dict.bin" in fetched
    assert any(T5 in name for name in hub.downloaded()) is needs_t5, "transformers' layout has its own"
    require([musicgen_card("someone/tuned")], folder, record)


def test_a_pointer_to_a_codec_brings_that_codec(hub: Hub, folder: Path, record: Path) -> None:
    hub.publish(MUSICGEN["musicgen-stereo-small"].repo, {**AUDIOCRAFT, "compression_state_dict.bin": b"c" * 589})
    codec = {"config.json": b'{"model_type": "encodec"}', "model.safetensors": b"1"}
    hub.publish("facebook/encodec_32khz", codec)
    told = fetch(hub, folder, "--card", "stereo-small", record=record)
    assert told.status == 0
    assert "facebook/encodec_32khz" in told.told.splitlines()[0], "it was announced with the rest"
    assert set(read_record(record)) == {"facebook/musicgen-stereo-small", "facebook/encodec_32khz", "t5-base"}


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
