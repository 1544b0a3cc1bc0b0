"""NOTICE names every file of the repository that is under another licence than the code, and no file that is gone."""

from __future__ import annotations

import re

import pytest

from models.cards import BEATNET, SENTENCE_NETWORK, SENTENCE_TOKENIZER, TAGGER, Card
from supply_chain.requirements import ROOT

NOTICE = (ROOT / "NOTICE").read_text()
HEADINGS = re.findall(r"^(?:aural|models)/.+$", NOTICE, re.MULTILINE)
BINARY = {".onnx", ".pt", ".safetensors", ".ogg"}
OURS = {  # made for this repository, under its licence or CC0
    "aural/listening/key.onnx",
    "aural/listening/metre.onnx",
    "aural/listening/tempo.onnx",
}


def named() -> set[str]:
    """Paths that headings name; a name without a folder lies in the folder of the first one."""
    paths: set[str] = set()
    for heading in HEADINGS:
        names = re.findall(r"[\w/.-]+\.\w+", heading)
        folder = names[0].rpartition("/")[0]
        paths |= {name if "/" in name else f"{folder}/{name}" for name in names}
    return paths


def test_every_file_that_is_named_is_there() -> None:
    assert len(named()) > 8
    for path in named():
        assert (ROOT / path).is_file(), path


def test_every_file_of_weights_and_sounds_is_named_or_ours() -> None:
    there = {
        str(path.relative_to(ROOT))
        for room in ("aural", "models")
        for path in (ROOT / room).rglob("*")
        if path.suffix in BINARY
    }
    assert there - OURS <= named()
    assert there >= OURS


@pytest.mark.parametrize("card", [TAGGER, BEATNET], ids=lambda card: str(card.name))
def test_it_has_the_hashes_of_the_cards(card: Card) -> None:
    assert all(digest in NOTICE for digest in card.sha256.values())


@pytest.mark.parametrize("card", [SENTENCE_NETWORK, SENTENCE_TOKENIZER], ids=lambda card: str(card.name))
def test_packages_that_bring_models_are_named_with_the_licence(card: Card) -> None:
    package = card.repo.removeprefix("package:").partition("==")[0]
    (paragraph,) = [one for one in NOTICE.split("\n\n") if package in one]
    assert card.licence in paragraph
