"""A checkpoint is whole or refused in one sentence: no tensor is made up, no piece of a file is taken for all of it."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from aural.errors import MissingWeights
from models.cards import CLAP, ENCODEC_32KHZ, MUSICGEN, T5_BASE, Card
from models.clap import Clap
from models.musicgen.load import load_musicgen
from models.weights import files_of, snapshot
from tests.published import clap_leftovers, pickled, without
from tests.serving import band

CPU = torch.device("cpu")
SMALL, STEREO = MUSICGEN["musicgen-small"], MUSICGEN["musicgen-stereo-small"]


def tampered(folder: Path, card: Card, name: str, change: Callable[[Path], None]) -> Callable[[], None]:
    """Changes a stored file; what is returned puts it back."""
    path = files_of(card, folder)[name]
    before = path.read_bytes()
    change(path)

    def back() -> None:
        path.write_bytes(before)

    return back


@pytest.mark.parametrize(
    ("card", "loads", "word"),
    [
        (T5_BASE, SMALL, "encoder.block.0.layer.0.SelfAttention.q"),
        (T5_BASE, SMALL, "encoder.block.0.layer.0.SelfAttention.relative_attention_bias"),
        (ENCODEC_32KHZ, STEREO, "decoder.layers.3"),
        (ENCODEC_32KHZ, STEREO, "codebook.embed"),
        (CLAP, CLAP, "audio_projection"),
        (CLAP, CLAP, "text_model.encoder.layer.0.attention.self.query"),
        (CLAP, CLAP, "logit_scale"),
    ],
    ids=lambda value: getattr(value, "name", value),
)
def test_a_checkpoint_that_lacks_a_tensor_is_refused(hub_cache: Path, card: Card, loads: Card, word: str) -> None:
    def drop(path: Path) -> None:
        left, gone = without(load_file(path), word)
        lost.append(gone)
        save_file(left, path, metadata={"format": "pt"})

    lost = list[str]()
    back = tampered(hub_cache, card, "model.safetensors", drop)
    try:
        with pytest.raises(MissingWeights) as refusal:
            load(loads, hub_cache)
    finally:
        back()
    assert str(refusal.value).startswith(f"{card.repo} lacks {lost[0]}")
    assert "make weights" in str(refusal.value)


def load(card: Card, folder: Path) -> Any:
    return Clap.load(folder, CPU, record=folder / "none") if card is CLAP else load_musicgen(card, folder)


@pytest.mark.parametrize(
    ("card", "loads", "name"),
    [
        (SMALL, SMALL, "state_dict.bin"),
        (SMALL, SMALL, "compression_state_dict.bin"),
        (T5_BASE, SMALL, "model.safetensors"),
        (CLAP, CLAP, "model.safetensors"),
    ],
    ids=lambda value: getattr(value, "name", value),
)
@pytest.mark.parametrize("end", ["cut", "empty", "pointer"])
def test_a_file_that_is_not_whole_is_refused(hub_cache: Path, card: Card, loads: Card, name: str, end: str) -> None:
    def spoil(path: Path) -> None:
        whole = path.read_bytes()
        cut = whole[: random.Random(5).randrange(1000, len(whole) - 1)]
        pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n"
        path.write_bytes({"cut": cut, "empty": b"", "pointer": pointer}[end])

    back = tampered(hub_cache, card, name, spoil)
    try:
        with pytest.raises(MissingWeights) as refusal:
            load(loads, hub_cache)
    finally:
        back()
    fact = "is a Git LFS pointer, not the weights" if end == "pointer" else "is damaged or cut short"
    assert str(refusal.value).startswith(f"{name} of {card.repo} {fact}; delete ")


def test_clap_as_it_is_published_hears_the_same(hub_cache: Path, tmp_path: Path) -> None:
    """Pickled, with a table of positions that today's CLAP has not."""
    clip = band(3, rate_hz=48_000).astype(np.float32)
    expected = load(CLAP, hub_cache).embed(clip).embedding
    here = snapshot(CLAP, hub_cache)
    tensors = load_file(here / "model.safetensors")
    kept = (here / "model.safetensors").read_bytes()
    (here / "model.safetensors").unlink()
    (here / "pytorch_model.bin").write_bytes(pickled(tensors | clap_leftovers()))
    try:
        heard = load(CLAP, hub_cache).embed(clip).embedding
    finally:
        (here / "pytorch_model.bin").unlink()
        (here / "model.safetensors").write_bytes(kept)
    np.testing.assert_array_equal(heard, expected)


def test_t5_is_loaded_under_its_other_id(hub_cache: Path) -> None:
    """As whoever asks the hub for google-t5/t5-base has it."""
    usual, other = hub_cache / "models--t5-base", hub_cache / "models--google-t5--t5-base"
    expected = load_musicgen(SMALL, hub_cache).text.encode("calm piano")
    usual.rename(other)
    try:
        assert torch.equal(load_musicgen(SMALL, hub_cache).text.encode("calm piano"), expected)
    finally:
        other.rename(usual)
