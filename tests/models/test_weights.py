"""Weights in hub-cache folders: found, missing, recorded, and refused when they differ. No network."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from aural.errors import MissingWeights
from aural.settings import BadSetting
from models.cards import (
    BEATNET,
    CREPE_FULL,
    CREPE_TINY,
    ENCODEC_32KHZ,
    MUSICGEN,
    PRETRAINED,
    SENTENCE_NETWORK,
    SENTENCE_TOKENIZER,
    T5_BASE,
    Card,
    musicgen_card,
)
from models.packaged import package_file
from models.sketch.encoder import SentenceEncoder
from models.weights import (
    absent,
    find,
    needed,
    obtain,
    require,
    sha256_of,
    shards,
    use_hub_cache,
    weights_bytes,
)
from tests.checkpoints import store

ROOT = Path(__file__).parents[2]


def test_cards_claim_no_revision_or_sha256_of_the_hub_that_nobody_saw() -> None:
    for card in (*PRETRAINED, *MUSICGEN.values()):
        assert card.revision == ""
        assert not card.sha256


PACKAGED = [CREPE_TINY, CREPE_FULL, SENTENCE_NETWORK, SENTENCE_TOKENIZER]


@pytest.mark.parametrize("card", PACKAGED, ids=lambda card: str(card.name))
def test_packaged_weights_are_those_of_the_card(card: Card) -> None:
    assert sha256_of(package_file(card)) == card.sha256[card.files[0]]


def test_another_package_file_is_refused() -> None:
    other = Card("crepe-tiny", CREPE_TINY.repo, "", "", CREPE_TINY.files, sha256={CREPE_TINY.files[0]: "0" * 64})
    with pytest.raises(MissingWeights, match="reinstall"):
        package_file(other)


@pytest.mark.parametrize("card", [SENTENCE_NETWORK, SENTENCE_TOKENIZER], ids=lambda card: str(card.name))
def test_a_sentence_encoder_with_one_bit_flipped_is_not_loaded(
    card: Card, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a package of the same name and version that lies earlier on the path."""
    package = card.repo.removeprefix("package:").partition("==")[0].replace("-", "_")
    bytes_of = bytearray(package_file(card).read_bytes())
    bytes_of[len(bytes_of) // 2] ^= 1
    path = tmp_path / package / card.files[0]
    path.parent.mkdir(parents=True)
    path.write_bytes(bytes_of)
    (tmp_path / package / "__init__.py").touch()
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, package, raising=False)
    importlib.invalidate_caches()
    with pytest.raises(MissingWeights, match="sha256 differs"):
        SentenceEncoder.load()


def test_missing_weights_are_named_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(MissingWeights) as refusal:
        obtain([MUSICGEN["musicgen-small"]], tmp_path)
    sentence = str(refusal.value)
    for repo in ("facebook/musicgen-small", "t5-base"):
        assert repo in sentence
    assert "make weights" in sentence
    assert "AURAL_WEIGHTS" in sentence
    assert "\n" not in sentence


def holding(**files: int) -> Callable[[Path], None]:
    """Writes files of so many bytes. In their names __ is a dot."""

    def write(into: Path) -> None:
        for name, size in files.items():
            (into / name.replace("__", ".")).write_bytes(b"w" * size)

    return write


T5_FILES = holding(config__json=1, model__safetensors=1, tokenizer__json=1)


def test_a_folder_that_lacks_one_file_lacks_the_card(tmp_path: Path) -> None:
    store(T5_BASE, tmp_path, T5_FILES)
    found = find(T5_BASE, tmp_path)
    assert found is not None
    found["tokenizer.json"].unlink()
    assert find(T5_BASE, tmp_path) is None


@pytest.mark.parametrize("repo", ["t5-base", "google-t5/t5-base"])
def test_t5_serves_under_either_id(tmp_path: Path, repo: str) -> None:
    store(replace(T5_BASE, repo=repo), tmp_path, T5_FILES)
    require([T5_BASE], tmp_path, tmp_path / "no-record.json")
    assert weights_bytes(T5_BASE, tmp_path) == 3


@pytest.mark.parametrize(("codec_bytes", "needs_encodec"), [(589, True), (100_000, False)])
def test_a_codec_that_is_only_named_is_needed_too(tmp_path: Path, codec_bytes: int, needs_encodec: bool) -> None:
    tuned = musicgen_card("someone/tuned")
    store(tuned, tmp_path, holding(state_dict__bin=1, compression_state_dict__bin=codec_bytes))
    assert (ENCODEC_32KHZ in needed([tuned], tmp_path)) is needs_encodec
    assert absent([tuned], tmp_path) == [T5_BASE, *([ENCODEC_32KHZ] if needs_encodec else [])]


@pytest.mark.parametrize("index", ["model.safetensors.index.json", "pytorch_model.bin.index.json"])
def test_shards_are_all_there_or_the_card_is_not(tmp_path: Path, index: str) -> None:
    tuned, shards = musicgen_card("someone/tuned"), ["one.bin", "two.bin"]

    def write(into: Path) -> None:
        holding(config__json=1, tokenizer__json=1, one__bin=1, two__bin=1)(into)
        (into / index).write_text(json.dumps({"weight_map": dict(zip("ab", shards, strict=True))}))

    store(tuned, tmp_path, write)
    found = find(tuned, tmp_path)
    assert found is not None
    assert set(found) == {"config.json", "tokenizer.json", index, *shards}
    found["two.bin"].unlink()
    assert find(tuned, tmp_path) is None


def test_an_index_that_names_no_shards_is_refused(tmp_path: Path) -> None:
    tuned = musicgen_card("someone/tuned")
    store(tuned, tmp_path, holding(config__json=1, tokenizer__json=1, model__safetensors__index__json=1))
    with pytest.raises(MissingWeights, match="names no shards"):
        find(tuned, tmp_path)


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


def test_what_ships_is_what_its_card_says() -> None:
    """And NOTICE names it."""
    for name, digest in BEATNET.sha256.items():
        assert sha256_of(ROOT / "aural/listening" / name) == digest
        assert digest in (ROOT / "NOTICE").read_text()


@pytest.mark.parametrize("name", ["../secret.safetensors", "/etc/passwd", "a/b.safetensors"])
def test_a_shard_outside_the_checkpoints_folder_is_refused(tmp_path: Path, name: str) -> None:
    index = tmp_path / "model.safetensors.index.json"
    index.write_text(json.dumps({"weight_map": {"x": "one.safetensors", "y": name}}))
    with pytest.raises(MissingWeights, match="outside its own folder"):
        shards(index)
    index.write_text(json.dumps({"weight_map": {"x": "one.safetensors", "y": "two.safetensors"}}))
    assert shards(index) == ["one.safetensors", "two.safetensors"]
