"""Checkpoints that are no MusicGen as the engine plays it are refused in one sentence, in either layout."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from omegaconf import OmegaConf

from aural.errors import MissingWeights
from models.cards import Card, musicgen_card
from models.musicgen.load import load_musicgen
from models.weights import snapshot
from tests.checkpoints import TUNED, store, store_variant

Package = dict[str, Any]


def setting(key: str, value: Any) -> Callable[[Package], None]:
    """A change of one key of the training configuration."""

    def change(package: Package) -> None:
        config = OmegaConf.create(package["xp.cfg"])
        OmegaConf.update(config, key, value)
        package["xp.cfg"] = OmegaConf.to_yaml(config)

    return change


def tensor(name: str, *shape: int) -> Callable[[Package], None]:
    """A change or addition of one tensor."""
    return lambda package: package["best_state"].update({name: torch.zeros(*shape)})


@pytest.mark.parametrize(
    ("name", "change", "said"),
    [
        ("biased", tensor("transformer.layers.0.linear1.bias", 256), r"layers\.0\.linear1\.bias"),
        ("scaled", tensor("transformer.layers.1.layer_scale_1.scale", 64), r"layer_scale_1"),
        ("melody", tensor("condition_provider.conditioners.self_wav.output_proj.weight", 64, 12), "self_wav"),
        ("narrow", tensor("linears.2.weight", 1024, 64), r"linears\.2\.weight in the shape \(1024, 64\)"),
        ("small-codebooks", setting("transformer_lm.card", 1024), r"transformer_lm\.card = 1024, not 2048"),
        ("rms", setting("transformer_lm.norm", "rms_norm"), r"transformer_lm\.norm = 'rms_norm'"),
        ("post-norm", setting("transformer_lm.norm_first", False), "norm_first = False"),
        ("rotary", setting("transformer_lm.positional_embedding", "rope"), "positional_embedding = 'rope'"),
        ("parallel", setting("codebooks_pattern.modeling", "parallel"), "pattern 'parallel'"),
        ("lagging", setting("codebooks_pattern.delay.delays", [0, 2, 4, 6]), r"delayed by \(0, 2, 4, 6\)"),
        ("deeper", setting("transformer_lm.num_layers", 3), r"has no transformer\.layers\.2\."),
        ("magnet", setting("lm_model", "transformer_lm_magnet"), "lm_model = 'transformer_lm_magnet'"),
        ("prepending", setting("fuser.prepend", ["self_wav"]), r"fuser\.prepend = \['self_wav'\]"),
        ("flan", setting("conditioners.description.t5.name", "google/flan-t5-base"), "flan-t5-base"),
        ("raw", lambda package: package.pop("xp.cfg"), "export_lm did not write"),
    ],
)
def test_other_models_in_audiocrafts_layout_are_refused(
    hub_cache: Path, name: str, change: Callable[[Package], None], said: str
) -> None:
    refuses(store_variant(hub_cache, name, change), hub_cache, said)


@pytest.mark.parametrize(
    ("name", "codec", "said"),
    [
        ("own-codec", {"best_state": {}, "xp.cfg": "sample_rate: 32000"}, "codec of its own in audiocraft's format"),
        ("other-codec", {"pretrained": "facebook/encodec_24khz"}, "plays through facebook/encodec_24khz"),
    ],
)
def test_other_codecs_are_refused(hub_cache: Path, name: str, codec: Package, said: str) -> None:
    refuses(store_variant(hub_cache, name, lambda _package: None, codec), hub_cache, said)


@pytest.mark.parametrize(
    ("part", "key", "value", "said"),
    [
        (None, "model_type", "musicgen_melody", "is a musicgen_melody model"),
        ("decoder", "vocab_size", 1024, r"decoder\.vocab_size = 1024, not 2048"),
        ("decoder", "activation_function", "relu", "activation_function = 'relu'"),
        ("decoder", "num_codebooks", 8, "8 codebooks for 1 channels"),
        ("decoder", "num_hidden_layers", 1, r"has decoder\.model\.decoder\.layers\.1\..* \(\d+ such tensors\)"),
        ("text_encoder", "num_layers", 2, r"lacks encoder\.block\.1\..* of its T5EncoderModel"),
        ("audio_encoder", "sampling_rate", 24_000, "sampling_rate = 24000, not 32000"),
    ],
)
def test_other_models_in_transformers_layout_are_refused(
    hub_cache: Path, part: str | None, key: str, value: Any, said: str
) -> None:
    card = musicgen_card(f"someone/other-{key}")

    def write(into: Path) -> None:
        for path in snapshot(TUNED, hub_cache).iterdir():
            (into / path.name).write_bytes(path.read_bytes())
        config = json.loads((into / "config.json").read_text())
        (config if part is None else config[part])[key] = value
        (into / "config.json").write_text(json.dumps(config))

    store(card, hub_cache, write)
    refuses(card, hub_cache, said)


def refuses(card: Card, folder: Path, said: str) -> None:
    with pytest.raises(MissingWeights, match=said) as refusal:
        load_musicgen(card, folder)
    sentence = str(refusal.value)
    assert sentence.startswith(card.repo)
    assert "supported are" in sentence
    assert "AURAL_MUSICGEN" in sentence
    assert "\n" not in sentence
