"""Downloads by huggingface_hub's own client from a simulated hub: only what is needed, once, and on after a break."""

from __future__ import annotations

import hashlib
import random
import re
import time
from pathlib import Path

import pytest

from models.cards import MUSICGEN, T5_BASE, musicgen_card
from models.weights import find, home_of, read_record, require, revision_of, with_record
from tests.fetching import fetch, fetching
from tests.hub import Hub
from tests.models.t5_on_a_hub import (
    AUDIOCRAFT,
    CONFIG,
    ONLY_T5,
    SHARDS,
    T5,
    TRANSFORMERS,
    WEIGHTS_BYTES,
    store_requests,
    t5_files,
)


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
