"""Loading MusicGen from a hub-cache folder, in audiocraft's layout or transformers', without audiocraft itself.

audiocraft's import takes 15 to 25 s and its module a second copy of the weights: the files are read directly.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from torch import Tensor

from models.cards import ENCODEC_32KHZ, T5_BASE, Card
from models.checkpoints import read_pickled, read_tensors, whole
from models.musicgen.family import audiocraft_codec_config, audiocraft_shape, check_codec, transformers_shape
from models.musicgen.layouts import (
    CheckpointTensors,
    audiocraft_weights,
    codec_in_transformers_names,
    transformers_weights,
    unsupported_checkpoint,
)
from models.musicgen.shape import Shape, Weights
from models.musicgen.text import TextEncoder, load_tokenizer
from models.weights import files_of, use_hub_cache, weight_files

PROJECTION = "condition_provider.conditioners.description.output_proj"


@dataclass(frozen=True, eq=False)
class LoadedModel:
    """What composing takes. `codec`: transformers' EncodecModel, float32 on the CPU; it is mono, also in stereo.

    In stereo it is used twice: the left side's codebooks are 0, 2, 4, 6 and the right side's 1, 3, 5, 7.
    """

    weights: Weights
    text: TextEncoder
    codec: Any


def load_musicgen(card: Card, folder: Path) -> LoadedModel:
    """MusicGen on the CPU, its decoder in the file's own precision and as views of the file where that is possible.

    `folder` holds what the card needs (see weights.require); the whole process reads from it from here on. Raises
    MissingWeights for a checkpoint that is not of the family, not whole, or not mere tensors.
    """
    use_hub_cache(folder)
    files = files_of(card, folder)
    return _from_audiocraft(card, folder, files) if "state_dict.bin" in files else _from_transformers(card, files)


def check_musicgen(card: Card, folder: Path) -> None:
    """Raises MissingWeights, as `load_musicgen` would, for what configurations and names tell; loads no model."""
    use_hub_cache(folder)
    files = files_of(card, folder)
    if "state_dict.bin" not in files:
        _transformers_config(card, files)
        return
    _audiocraft_decoder(card, files)
    own = _codec_of_its_own(card, files)
    if own is not None:
        audiocraft_codec_config(card.repo, own["xp.cfg"])


def _from_audiocraft(card: Card, folder: Path, files: Mapping[str, Path]) -> LoadedModel:
    from transformers import T5Config, T5EncoderModel

    weights, tensors = _audiocraft_decoder(card, files)
    text_files = files_of(T5_BASE, folder)
    here = text_files["config.json"].parent
    config: Any = T5Config.from_pretrained(here, local_files_only=True)
    weight = tensors.take(f"{PROJECTION}.weight", weights.shape.width, config.d_model)
    bias = tensors.take(f"{PROJECTION}.bias", weights.shape.width)
    encoder = whole(T5_BASE.repo, T5EncoderModel, config, read_tensors(T5_BASE.repo, weight_files(text_files)))
    text = TextEncoder(load_tokenizer(here), encoder, weight.float(), bias.float())
    return LoadedModel(weights, text, _audiocraft_codec(card, folder, files))


def _audiocraft_decoder(card: Card, files: Mapping[str, Path]) -> tuple[Weights, CheckpointTensors]:
    """The decoder, and the checkpoint's tensors, of which nothing but the text's projection is left to take."""
    package = read_pickled(card.repo, files["state_dict.bin"])
    if not {"best_state", "xp.cfg"} <= package.keys():
        raise unsupported_checkpoint(card.repo, "has a state_dict.bin that audiocraft's export_lm did not write")
    state = package["best_state"]
    shape = audiocraft_shape(card.repo, package["xp.cfg"])
    tensors = CheckpointTensors(card.repo, frozenset(state), state.__getitem__)
    weights = audiocraft_weights(tensors, shape)
    tensors.refuse_unused(spared=[f"{PROJECTION}.weight", f"{PROJECTION}.bias"])
    return weights, tensors


def _audiocraft_codec(card: Card, folder: Path, files: Mapping[str, Path]) -> Any:
    from transformers import EncodecConfig, EncodecModel

    own = _codec_of_its_own(card, files)
    if own is not None:
        config = audiocraft_codec_config(card.repo, own["xp.cfg"])
        return whole(card.repo, EncodecModel, config, codec_in_transformers_names(own["best_state"]), exact=True)
    repo, others = ENCODEC_32KHZ.repo, files_of(ENCODEC_32KHZ, folder)
    config = EncodecConfig.from_pretrained(others["config.json"].parent, local_files_only=True)
    check_codec(repo, config)
    return whole(repo, EncodecModel, config, read_tensors(repo, weight_files(others)), exact=True)


def _codec_of_its_own(card: Card, files: Mapping[str, Path]) -> dict[str, Any] | None:
    """What audiocraft's compression checkpoint holds of an EnCodec; None where it names the one of ENCODEC_32KHZ.

    Raises MissingWeights where it does neither.
    """
    package = read_pickled(card.repo, files["compression_state_dict.bin"])
    if {"best_state", "xp.cfg"} <= package.keys():
        return package
    if (named := package.get("pretrained")) == ENCODEC_32KHZ.repo:
        return None
    fact = f"plays through {named}" if named else "holds no codec in its compression_state_dict.bin"
    raise unsupported_checkpoint(card.repo, f"{fact}, and not through {ENCODEC_32KHZ.repo}" if named else fact)


def _from_transformers(card: Card, files: Mapping[str, Path]) -> LoadedModel:
    from transformers import EncodecModel, T5EncoderModel

    config, shape = _transformers_config(card, files)
    state = read_tensors(card.repo, weight_files(files))
    tensors = CheckpointTensors(card.repo, frozenset(state), state.__getitem__)
    weights = transformers_weights(tensors, shape)
    weight = bias = None
    if config.text_encoder.d_model != shape.width:
        weight = tensors.take("enc_to_dec_proj.weight", shape.width, config.text_encoder.d_model).float()
        bias = tensors.take("enc_to_dec_proj.bias", shape.width).float()
    encoder_state, codec_state = (_submodel_tensors(tensors, part) for part in ("text_encoder.", "audio_encoder."))
    # A table of sines, which transformers once saved and now computes.
    tensors.refuse_unused(spared=["decoder.model.decoder.embed_positions.weights"])
    encoder = whole(card.repo, T5EncoderModel, config.text_encoder, encoder_state)
    codec = whole(card.repo, EncodecModel, config.audio_encoder, codec_state, exact=True)
    tokenizer = load_tokenizer(files["config.json"].parent)
    return LoadedModel(weights, TextEncoder(tokenizer, encoder, weight, bias), codec)


def _transformers_config(card: Card, files: Mapping[str, Path]) -> tuple[Any, Shape]:
    """MusicgenConfig, and the decoder's shape."""
    from transformers import MusicgenConfig

    kind = json.loads(files["config.json"].read_text()).get("model_type")
    if kind != "musicgen":
        raise unsupported_checkpoint(card.repo, f"is a {kind} model by its config.json")
    config: Any = MusicgenConfig.from_pretrained(files["config.json"].parent, local_files_only=True)
    check_codec(card.repo, config.audio_encoder)
    return config, transformers_shape(card.repo, config)


def _submodel_tensors(tensors: CheckpointTensors, prefix: str) -> dict[str, Tensor]:
    """A sub-model's tensors, by their names in it."""
    names = [name for name in tensors.names if name.startswith(prefix)]
    tensors.taken.update(names)
    return {name.removeprefix(prefix): tensors.read(name) for name in names}
