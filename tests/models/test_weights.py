"""Weights in hub-cache folders: found, missing, recorded, and refused when they differ. No network."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from aural.errors import MissingWeights
from models.cards import CREPE_FULL, CREPE_TINY, MUSICGEN, PRETRAINED, T5_BASE, Card
from models.fetch import fetch
from models.weights import (
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
    """A hub that holds one revision after another: `publish` adds one, `download` lays out what is asked."""

    def __init__(self) -> None:
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
        for names in card.files:
            (snapshot / names.split("|")[-1]).write_text(self.revisions[commit])
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
