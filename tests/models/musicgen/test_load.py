"""Loading MusicGen: both layouts give the same parts, as views of the file, and no code in one is run."""

from __future__ import annotations

import json
import sys
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from aural.errors import MissingWeights
from models.cards import MUSICGEN, T5_BASE, Card, musicgen_card
from models.musicgen.load import load_musicgen
from models.musicgen.shape import Layer, Norm, Shape, Weights
from models.weights import files_of, find, require, snapshot
from tests.checkpoints import TUNED, store, store_variant
from tests.converted import write_musicgen_transformers

SMALL, STEREO = MUSICGEN["musicgen-small"], MUSICGEN["musicgen-stereo-small"]


def tensors_of(part: Weights | Layer | Norm) -> list[Tensor]:
    """All tensors in order, norms and layers opened."""
    values = [getattr(part, one.name) for one in fields(part)]
    found: list[Tensor] = []
    for value in values:
        inner = value if isinstance(value, tuple) else (value,)
        for one in inner:
            if isinstance(one, Tensor):
                found.append(one)
            elif isinstance(one, Layer | Norm):
                found += tensors_of(one)
    return found


def same(one: Weights, other: Weights) -> bool:
    pairs = list(zip(tensors_of(one), tensors_of(other), strict=True))
    return len(pairs) > 20 and one.shape == other.shape and all(torch.equal(a.float(), b.float()) for a, b in pairs)


def test_the_shape_is_that_of_the_checkpoint(hub_cache: Path) -> None:
    mono, stereo = (load_musicgen(card, hub_cache).weights.shape for card in (SMALL, STEREO))
    assert mono == Shape(layers=2, width=64, heads=4, feedforward=256, delays=(0, 1, 2, 3))
    assert stereo == Shape(layers=2, width=64, heads=4, feedforward=256, delays=(0, 0, 1, 1, 2, 2, 3, 3))
    assert (mono.channels, stereo.channels) == (1, 2)


def test_both_layouts_give_the_same_parts(hub_cache: Path) -> None:
    original, converted = (load_musicgen(card, hub_cache) for card in (SMALL, TUNED))
    assert same(original.weights, converted.weights)
    assert torch.equal(original.text.encode("calm piano"), converted.text.encode("calm piano"))
    tokens = torch.randint(2048, (1, 1, 4, 5), generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        heard = [parts.codec.decode(tokens, [None]).audio_values for parts in (original, converted)]
    assert heard[0].shape == (1, 1, 5 * 640)
    assert torch.equal(*heard)


def test_both_layouts_give_the_same_in_stereo_and_from_shards(hub_cache: Path) -> None:
    card = musicgen_card("someone/stereo-in-shards")
    store(
        card,
        hub_cache,
        lambda into: write_musicgen_transformers(into, hub_cache, stereo=True, max_shard_size="2MB"),
    )
    files = files_of(card, hub_cache)
    assert len([name for name in files if name.endswith(".safetensors")]) > 2
    assert same(load_musicgen(card, hub_cache).weights, load_musicgen(STEREO, hub_cache).weights)


def test_a_checkpoint_that_lacks_a_shard_is_missing(hub_cache: Path) -> None:
    card = musicgen_card("someone/lacks-a-shard")
    store(card, hub_cache, lambda into: write_musicgen_transformers(into, hub_cache, max_shard_size="2MB"))
    sorted(snapshot(card, hub_cache).glob("*.safetensors"))[0].unlink()
    assert find(card, hub_cache) is None
    with pytest.raises(MissingWeights, match="someone/lacks-a-shard"):
        require([card], hub_cache)


def test_shards_outside_the_checkpoint_are_not_read(hub_cache: Path) -> None:
    card = musicgen_card("someone/stray-shard")
    store(card, hub_cache, lambda into: write_musicgen_transformers(into, hub_cache, max_shard_size="2MB"))
    index = snapshot(card, hub_cache) / "model.safetensors.index.json"
    index.write_text(json.dumps({"weight_map": {"decoder.lm_heads.0.weight": "../../elsewhere.safetensors"}}))
    with pytest.raises(MissingWeights, match="outside its own folder"):
        load_musicgen(card, hub_cache)


def test_of_two_layouts_audiocrafts_is_loaded(hub_cache: Path) -> None:
    card = store_variant(hub_cache, "both", lambda _package: None)
    assert load_musicgen(card, hub_cache).weights.heads.dtype == torch.float16
    write_musicgen_transformers(snapshot(card, hub_cache), hub_cache)
    assert load_musicgen(card, hub_cache).weights.heads.dtype == torch.float16
    (snapshot(card, hub_cache) / "state_dict.bin").unlink()
    assert load_musicgen(card, hub_cache).weights.heads.dtype == torch.float32


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc/self/maps")
@pytest.mark.parametrize(("card", "name"), [(SMALL, "state_dict.bin"), (TUNED, "model.safetensors")])
def test_matrices_are_views_of_the_file(hub_cache: Path, card: Card, name: str) -> None:
    weights = load_musicgen(card, hub_cache).weights
    pointer = weights.layers[1].up.data_ptr()
    (mapping,) = [line for line in Path("/proc/self/maps").read_text().splitlines() if _holds(line, pointer)]
    assert mapping.endswith(name)


def _holds(mapping: str, pointer: int) -> bool:
    start, end = (int(address, 16) for address in mapping.split()[0].split("-"))
    return start <= pointer < end


def test_a_file_in_torchs_first_format_loads_too(hub_cache: Path) -> None:
    card = store_variant(hub_cache, "first-format", lambda _package: None)
    path = snapshot(card, hub_cache) / "state_dict.bin"
    torch.save(torch.load(path, weights_only=True), path, _use_new_zipfile_serialization=False)
    assert same(load_musicgen(card, hub_cache).weights, load_musicgen(SMALL, hub_cache).weights)


def test_t5_as_wide_as_the_decoder_has_no_projection(hub_cache: Path) -> None:
    from transformers import MusicgenConfig, MusicgenForConditionalGeneration, T5Tokenizer

    card = musicgen_card("someone/as-wide")

    def write(into: Path) -> None:
        config = json.loads((snapshot(TUNED, hub_cache) / "config.json").read_text())
        config["text_encoder"]["d_model"] = config["decoder"]["hidden_size"]
        MusicgenForConditionalGeneration(MusicgenConfig(**config)).save_pretrained(into)
        T5Tokenizer.from_pretrained(snapshot(T5_BASE, hub_cache), local_files_only=True).save_pretrained(into)

    store(card, hub_cache, write)
    text = load_musicgen(card, hub_cache).text
    assert text.weight is None
    model: Any = MusicgenForConditionalGeneration.from_pretrained(snapshot(card, hub_cache), local_files_only=True)
    tokens = torch.tensor([text.tokenizer.encode("calm piano").ids])
    assert (text.encode("calm piano") - model.text_encoder(tokens).last_hidden_state[0]).abs().max() < 1e-6


class Intruder:
    """Unpickled by an unrestricted reader, it leaves a file behind."""

    def __init__(self, trace: Path) -> None:
        self.trace = trace

    def __reduce__(self) -> tuple[object, ...]:
        return (Path.touch, (self.trace,))


@pytest.mark.parametrize("name", ["state_dict.bin", "compression_state_dict.bin"])
def test_code_in_a_checkpoint_is_not_run(hub_cache: Path, tmp_path: Path, name: str) -> None:
    card = store_variant(hub_cache, f"intruder-{name}", lambda _package: None)
    trace = tmp_path / "trace"
    torch.save({"best_state": Intruder(trace)}, snapshot(card, hub_cache) / name)
    with pytest.raises(MissingWeights, match=f"{name} of {card.repo} holds more than tensors"):
        load_musicgen(card, hub_cache)
    assert not trace.exists()
