"""Every form in which a MusicGen is published loads, and plays what audiocraft plays from the same files."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from aural.errors import MissingWeights
from models.cards import CLAP, ENCODEC_32KHZ, MUSICGEN, T5_BASE, Card, musicgen_card
from models.clap import Clap
from models.musicgen.codec import Codec
from models.musicgen.codec_encoder import Encoder
from models.musicgen.load import Parts, check_musicgen, load_musicgen
from models.weights import files_of, snapshot
from tests.checkpoints import codec_package, store, store_variant, write_musicgen
from tests.converted import write_musicgen_transformers
from tests.models.musicgen.test_codec import error_db
from tests.models.musicgen.test_load import same
from tests.published import (
    clap_leftovers,
    halved,
    old_weight_norm,
    pickled,
    without,
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


def distance(one: Parts, other: Parts, of: Callable[[Parts], Tensor]) -> float:
    return float((of(one) - of(other)).abs().max())


def text(parts: Parts) -> Tensor:
    return parts.text.encode("calm piano, rock drums")


@torch.no_grad()
def sound(parts: Parts) -> Tensor:
    tokens = torch.randint(2048, (1, 1, 4, 20), generator=torch.Generator().manual_seed(0))
    values: Tensor = parts.codec.decode(tokens, [None]).audio_values
    return values


def test_stereo_in_shards_of_pickles(hub_cache: Path) -> None:
    card = musicgen_card("someone/stereo-in-pickles")
    store(card, hub_cache, lambda into: write_shards_of_pickles(into, hub_cache, stereo=True))
    assert same(load_musicgen(card, hub_cache).weights, load_musicgen(STEREO, hub_cache).weights)


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
    expected = load(CLAP, hub_cache).hear(clip).embedding
    here = snapshot(CLAP, hub_cache)
    tensors = load_file(here / "model.safetensors")
    kept = (here / "model.safetensors").read_bytes()
    (here / "model.safetensors").unlink()
    (here / "pytorch_model.bin").write_bytes(pickled(tensors | clap_leftovers()))
    try:
        heard = load(CLAP, hub_cache).hear(clip).embedding
    finally:
        (here / "pytorch_model.bin").unlink()
        (here / "model.safetensors").write_bytes(kept)
    np.testing.assert_array_equal(heard, expected)
