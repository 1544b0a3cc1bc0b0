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
from tests.codec_checkpoint import codec_config, codec_package

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


def codec(change: Callable[[Package], None]) -> Package:
    """audiocraft's own codec with a change of its training configuration."""
    config = codec_config()
    change(config)
    return {**codec_package(), "xp.cfg": OmegaConf.to_yaml(OmegaConf.create(config))}


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
    ("name", "package", "said"),
    [
        ("24-khz", codec(lambda config: config.update(sample_rate=24_000)), r"encodec\.sample_rate = 24000, not 32000"),
        ("causal", codec(lambda config: config["encodec"].update(causal=True)), r"encodec\.causal = True, not False"),
        ("eight", codec(lambda config: config["rvq"].update(n_q=8)), r"rvq\.n_q = 8, not 4"),
        ("slow", codec(lambda config: config["seanet"].update(ratios=[8, 5, 4, 2])), "frame_rate = 100, not 50"),
        ("pointer", {"pretrained": "facebook/encodec_24khz"}, "plays through facebook/encodec_24khz, and not"),
        ("raw-codec", {"model": {}}, "holds no codec"),
    ],
)
def test_other_codecs_are_refused(hub_cache: Path, name: str, package: Package, said: str) -> None:
    refuses(store_variant(hub_cache, name, lambda _package: None, package), hub_cache, said)


@pytest.mark.parametrize(
    ("part", "key", "value", "said"),
    [
        (None, "model_type", "musicgen_melody", "is a musicgen_melody model"),
        ("decoder", "vocab_size", 1024, r"decoder\.vocab_size = 1024, not 2048"),
        ("decoder", "activation_function", "relu", "activation_function = 'relu'"),
        ("decoder", "num_codebooks", 8, "8 codebooks for 1 channels"),
        ("decoder", "num_hidden_layers", 1, r"has decoder\.model\.decoder\.layers\.1\..* \(\d+ such tensors\)"),
        ("audio_encoder", "sampling_rate", 24_000, "sampling_rate = 24000, not 32000"),
    ],
)
def test_other_models_in_transformers_layout_are_refused(
    hub_cache: Path, part: str | None, key: str, value: Any, said: str
) -> None:
    refuses(configured(hub_cache, part, key, value), hub_cache, said)


@pytest.mark.parametrize(
    ("part", "key", "value", "said"),
    [
        ("text_encoder", "num_layers", 2, r"lacks encoder\.block\.1\..* 7 tensors more, .* no T5EncoderModel"),
        ("audio_encoder", "num_lstm_layers", 3, r"lacks decoder\.layers\.1\.lstm.* no EncodecModel"),
        ("audio_encoder", "num_lstm_layers", 1, r"has decoder\.layers\.1\.lstm.* no EncodecModel"),
        ("audio_encoder", "num_filters", 8, "has tensors in other shapes than its EncodecModel"),
    ],
)
def test_parts_that_are_not_whole_are_refused(hub_cache: Path, part: str, key: str, value: Any, said: str) -> None:
    """What is absent would be drawn at random, and the music with it."""
    card = configured(hub_cache, part, key, value)
    with pytest.raises(MissingWeights, match=f"{card.repo} {said}") as refusal:
        load_musicgen(card, hub_cache)
    assert "\n" not in str(refusal.value)


def configured(folder: Path, part: str | None, key: str, value: Any) -> Card:
    """TUNED with another value in its config.json."""
    card = musicgen_card(f"someone/other-{key}-{value}")

    def write(into: Path) -> None:
        for path in snapshot(TUNED, folder).iterdir():
            (into / path.name).write_bytes(path.read_bytes())
        config = json.loads((into / "config.json").read_text())
        (config if part is None else config[part])[key] = value
        (into / "config.json").write_text(json.dumps(config))

    store(card, folder, write)
    return card


def refuses(card: Card, folder: Path, said: str) -> None:
    with pytest.raises(MissingWeights, match=said) as refusal:
        load_musicgen(card, folder)
    sentence = str(refusal.value)
    assert sentence.startswith(card.repo)
    assert "supported are" in sentence
    assert "AURAL_MUSICGEN" in sentence
    assert "\n" not in sentence
