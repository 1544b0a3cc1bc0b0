"""Every form in which a MusicGen is published loads, and plays what audiocraft plays from the same files."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from torch import Tensor

from models.cards import MUSICGEN, Card, musicgen_card
from models.musicgen.codec import Codec
from models.musicgen.codec_encoder import Encoder
from models.musicgen.load import LoadedModel, check_musicgen, load_musicgen
from tests.checkpoints import store, store_variant, write_musicgen
from tests.codec_checkpoint import codec_package
from tests.converted import write_musicgen_transformers
from tests.models.musicgen.test_codec import error_db
from tests.models.musicgen.test_load import same
from tests.published import (
    halved,
    old_weight_norm,
    pickled,
    write_changed,
    write_shards_of_pickles,
)
from tests.serving import band

CPU = torch.device("cpu")
SMALL, STEREO = MUSICGEN["musicgen-small"], MUSICGEN["musicgen-stereo-small"]


@pytest.fixture(scope="module")
def released(hub_cache: Path) -> Path:
    """With the other sizes beside the small ones, in the same two forms; their weights are their own."""
    for seed, name in enumerate(("medium", "large", "stereo-medium", "stereo-large")):
        torch.manual_seed(100 + seed)
        store(MUSICGEN[f"musicgen-{name}"], hub_cache, partial(write_musicgen, stereo="stereo" in name))
    return hub_cache


@pytest.mark.parametrize("name", MUSICGEN)
def test_each_released_size_sounds_as_audiocraft_loads_it(released: Path, name: str) -> None:
    """From the same files by its own loader: the codec beside the decoder, and its own padding at the ends."""
    from audiocraft.models.encodec import InterleaveStereoCompressionModel
    from audiocraft.models.loaders import load_compression_model, load_lm_model

    card = MUSICGEN[name]
    parts = load_musicgen(card, released)
    check_musicgen(card, released)
    stereo = parts.weights.shape.channels == 2
    assert stereo is ("stereo" in name)
    codec = load_compression_model(card.repo)
    codec = InterleaveStereoCompressionModel(codec) if stereo else codec
    tokens = np.random.default_rng(3).integers(0, 2048, (parts.weights.shape.codebooks, 60))
    with torch.inference_mode():
        expected = np.asarray(codec.decode(torch.from_numpy(tokens)[None])[0].numpy())
    heard = Codec.load(parts.codec, device=CPU, channels=parts.weights.shape.channels, threads=1).decode(tokens)
    assert error_db(heard, expected) < -110
    language_model = load_lm_model(card.repo).state_dict()
    assert torch.equal(parts.weights.layers[1].up.float(), language_model["transformer.layers.1.linear1.weight"])


def test_monos_own_codec_hears_as_audiocrafts_does(released: Path) -> None:
    from audiocraft.models.loaders import load_compression_model

    samples = band(2.4, rate_hz=32_000).astype(np.float32)
    with torch.inference_mode():
        expected = load_compression_model(SMALL.repo).encode(torch.tensor(samples)[None, None])[0][0].numpy()
    tokens = Encoder.load(load_musicgen(SMALL, released).codec, device=CPU, channels=1).encode(samples)
    np.testing.assert_array_equal(tokens, expected)


@pytest.mark.parametrize("pad_mode", ["constant", "reflect"])
def test_padding_is_what_the_codecs_own_configuration_says(hub_cache: Path, pad_mode: str) -> None:
    from audiocraft.models.loaders import load_compression_model

    card = store_variant(hub_cache, f"pads-by-{pad_mode}", lambda _package: None, codec_package(pad_mode=pad_mode))
    tokens = np.random.default_rng(1).integers(0, 2048, (4, 30))
    codec = Codec.load(load_musicgen(card, hub_cache).codec, device=CPU, channels=1, threads=1)
    for repo, alike in ((card.repo, True), (other_padding(hub_cache, pad_mode).repo, False)):
        with torch.inference_mode():
            theirs = np.asarray(load_compression_model(repo).decode(torch.from_numpy(tokens)[None])[0].numpy())
        assert (error_db(codec.decode(tokens), theirs) < -110) is alike


def other_padding(folder: Path, pad_mode: str) -> Card:
    other = "reflect" if pad_mode == "constant" else "constant"
    return store_variant(folder, f"pads-otherwise-{other}", lambda _package: None, codec_package(pad_mode=other))


def test_a_codec_in_half_precision_loads(hub_cache: Path) -> None:
    package = codec_package()
    package["best_state"] = halved(package["best_state"])
    card = store_variant(hub_cache, "half-codec", lambda _package: None, package)
    codec = load_musicgen(card, hub_cache).codec
    assert {parameter.dtype for parameter in codec.parameters()} == {torch.float32}
    assert torch.equal(codec.quantizer.layers[0].codebook.embed, package["best_state"][CODEBOOK].float())


CODEBOOK = "quantizer.vq.layers.0._codebook.embed"


def embeddings_in_the_encoder(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """T5's under their other name."""
    shared = "text_encoder.shared.weight"
    rest = {name: tensor for name, tensor in tensors.items() if name != shared}
    return rest | {"text_encoder.encoder.embed_tokens.weight": tensors[shared]}


def embeddings_twice(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    return tensors | {"text_encoder.encoder.embed_tokens.weight": tensors["text_encoder.shared.weight"].clone()}


def table_of_sines(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """Which transformers saved at first."""
    return tensors | {"decoder.model.decoder.embed_positions.weights": torch.zeros(2048, 64)}


def one_file_of_pickles(into: Path, folder: Path) -> None:
    write_musicgen_transformers(into, folder)
    (into / "pytorch_model.bin").write_bytes(pickled(load_file(into / "model.safetensors")))
    (into / "model.safetensors").unlink()


def stray_index(into: Path, folder: Path) -> None:
    write_musicgen_transformers(into, folder)
    index = {"weight_map": {"a": "model-00001-of-00002.safetensors"}}
    (into / "model.safetensors.index.json").write_text(json.dumps(index))


def configured_by_an_old_transformers(into: Path, folder: Path) -> None:
    write_musicgen_transformers(into, folder)
    config = json.loads((into / "config.json").read_text())
    config |= {"torch_dtype": config.pop("dtype", "float32"), "transformers_version": "4.31.0.dev0"}
    config["audio_encoder"].pop("codebook_dim", None)
    config["decoder"].pop("audio_channels", None)
    (into / "config.json").write_text(json.dumps(config))


FORMS: dict[str, Callable[[Path, Path], None]] = {
    "one file of safetensors": write_musicgen_transformers,
    "shards of safetensors": partial(write_musicgen_transformers, max_shard_size="2MB"),
    "one file of pickles": one_file_of_pickles,
    "shards of pickles": write_shards_of_pickles,
    "an index beside one whole file": stray_index,
    "old names of weight norm": partial(write_changed, change=old_weight_norm),
    "half precision": partial(write_changed, change=halved),
    "half precision, old names": partial(write_changed, change=lambda tensors: old_weight_norm(halved(tensors))),
    "embeddings by their other name": partial(write_changed, change=embeddings_in_the_encoder),
    "embeddings by both names": partial(write_changed, change=embeddings_twice),
    "a table of sines": partial(write_changed, change=table_of_sines),
    "an old configuration": configured_by_an_old_transformers,
}


@pytest.mark.parametrize("form", FORMS)
def test_each_form_of_transformers_layout_gives_the_same_parts(hub_cache: Path, form: str) -> None:
    card = musicgen_card(f"someone/{form.replace(' ', '-').replace(',', '')}")
    store(card, hub_cache, lambda into: FORMS[form](into, hub_cache))
    check_musicgen(card, hub_cache)
    original, converted = load_musicgen(SMALL, hub_cache), load_musicgen(card, hub_cache)
    assert same(original.weights, converted.weights), "the decoder is stored in half precision to begin with"
    near = 2e-3 if "half" in form else 1e-6  # T5 and EnCodec lose what half precision loses
    assert distance(original, converted, text) < near * text(original).abs().max()
    assert distance(original, converted, sound) < 10 * near * sound(original).abs().max()


def distance(one: LoadedModel, other: LoadedModel, of: Callable[[LoadedModel], Tensor]) -> float:
    return float((of(one) - of(other)).abs().max())


def text(parts: LoadedModel) -> Tensor:
    return parts.text.encode("calm piano, rock drums")


@torch.no_grad()
def sound(parts: LoadedModel) -> Tensor:
    tokens = torch.randint(2048, (1, 1, 4, 20), generator=torch.Generator().manual_seed(0))
    values: Tensor = parts.codec.decode(tokens, [None]).audio_values
    return values


def test_stereo_in_shards_of_pickles(hub_cache: Path) -> None:
    card = musicgen_card("someone/stereo-in-pickles")
    store(card, hub_cache, lambda into: write_shards_of_pickles(into, hub_cache, stereo=True))
    assert same(load_musicgen(card, hub_cache).weights, load_musicgen(STEREO, hub_cache).weights)
