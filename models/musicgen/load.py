"""Loading MusicGen from a hub-cache folder, in audiocraft's layout or transformers', without audiocraft itself.

audiocraft's import takes 15 to 25 s and its module a second copy of the weights: the files are read directly.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from models.cards import ENCODEC_32KHZ, T5_BASE, Card
from models.musicgen.family import audiocraft_shape, check_codec, check_codec_pointer, transformers_shape
from models.musicgen.layouts import Tensors, audiocraft_weights, outsider, transformers_weights
from models.musicgen.shape import Weights
from models.musicgen.text import TextEncoder, load_tokenizer
from models.weights import files_of, snapshot, use_hub_cache

PROJECTION = "condition_provider.conditioners.description.output_proj"


@dataclass(frozen=True, eq=False)
class Parts:
    """What composing takes. `codec`: transformers' EncodecModel, float32 on the CPU; it is mono, also in stereo.

    In stereo it is used twice: the left side's codebooks are 0, 2, 4, 6 and the right side's 1, 3, 5, 7.
    """

    weights: Weights
    text: TextEncoder
    codec: Any


def load_musicgen(card: Card, folder: Path) -> Parts:
    """MusicGen on the CPU, its decoder in the file's own precision and as views of the file where that is possible.

    `folder` holds what the card needs (see weights.require); the whole process reads from it from here on. Raises
    MissingWeights for a checkpoint that is not of the family, pickle.UnpicklingError for one that is not mere tensors.
    """
    use_hub_cache(folder)
    files = files_of(card, folder)
    return _from_audiocraft(card, folder, files) if "state_dict.bin" in files else _from_transformers(card, files)


def _from_audiocraft(card: Card, folder: Path, files: Mapping[str, Path]) -> Parts:
    from transformers import EncodecModel, T5EncoderModel

    check_codec_pointer(card.repo, _unpickle(files["compression_state_dict.bin"]))
    package = _unpickle(files["state_dict.bin"])
    if not {"best_state", "xp.cfg"} <= package.keys():
        raise outsider(card.repo, "has a state_dict.bin that audiocraft's export_lm did not write")
    state = package["best_state"]
    shape = audiocraft_shape(card.repo, package["xp.cfg"])
    tensors = Tensors(card.repo, frozenset(state), state.__getitem__)
    weights = audiocraft_weights(tensors, shape)
    encoder = _complete(T5_BASE.repo, T5EncoderModel, snapshot(T5_BASE, folder))
    weight = tensors.take(f"{PROJECTION}.weight", shape.width, encoder.config.d_model)
    bias = tensors.take(f"{PROJECTION}.bias", shape.width)
    tensors.refuse_others()
    codec = _complete(ENCODEC_32KHZ.repo, EncodecModel, snapshot(ENCODEC_32KHZ, folder))
    check_codec(ENCODEC_32KHZ.repo, codec.config)
    text = TextEncoder(load_tokenizer(snapshot(T5_BASE, folder)), encoder, weight.float(), bias.float())
    return Parts(weights, text, codec)


def _from_transformers(card: Card, files: Mapping[str, Path]) -> Parts:
    from transformers import EncodecModel, MusicgenConfig, T5EncoderModel

    here = files["config.json"].parent
    kind = json.loads(files["config.json"].read_text()).get("model_type")
    if kind != "musicgen":
        raise outsider(card.repo, f"is a {kind} model by its config.json")
    config: Any = MusicgenConfig.from_pretrained(here, local_files_only=True)
    shape = transformers_shape(card.repo, config)
    check_codec(card.repo, config.audio_encoder)
    with ExitStack() as opened:
        tensors = _safetensors(card.repo, files, opened)
        weights = transformers_weights(tensors, shape)
        weight = bias = None
        if config.text_encoder.d_model != shape.width:
            weight = tensors.take("enc_to_dec_proj.weight", shape.width, config.text_encoder.d_model).float()
            bias = tensors.take("enc_to_dec_proj.bias", shape.width).float()
        encoder_state, codec_state = (_below(tensors, part) for part in ("text_encoder.", "audio_encoder."))
        # A table of sines, which transformers once saved and now computes.
        tensors.refuse_others(spared=["decoder.model.decoder.embed_positions.weights"])
        encoder = _complete(card.repo, T5EncoderModel, None, config=config.text_encoder, state_dict=encoder_state)
        codec = _complete(card.repo, EncodecModel, None, config=config.audio_encoder, state_dict=codec_state)
    return Parts(weights, TextEncoder(load_tokenizer(here), encoder, weight, bias), codec)


def _unpickle(path: Path) -> dict[str, Any]:
    """Tensors and plain containers only; mapped into memory, not read, where the format has them in one piece."""
    # What torch wrote before 1.6 is no zip file and cannot be mapped.
    package: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True, mmap=zipfile.is_zipfile(path))
    return package


def _safetensors(repo: str, files: Mapping[str, Path], opened: ExitStack) -> Tensors:
    """All safetensors files of a checkpoint as one. What is taken stays valid after `opened` is closed."""
    from safetensors import safe_open

    home: dict[str, Any] = {}
    for path in (path for path in files.values() if path.suffix == ".safetensors"):
        file = opened.enter_context(safe_open(path, framework="pt"))
        home |= dict.fromkeys(file.keys(), file)

    def read(name: str) -> Tensor:
        tensor: Tensor = home[name].get_tensor(name)
        return tensor

    return Tensors(repo, frozenset(home), read)


def _below(tensors: Tensors, prefix: str) -> dict[str, Tensor]:
    """A sub-model's tensors, by their names in it."""
    names = [name for name in tensors.names if name.startswith(prefix)]
    tensors.taken.update(names)
    return {name.removeprefix(prefix): tensors.read(name) for name in names}


def _complete(repo: str, kind: Any, folder: Path | None, **source: Any) -> Any:
    """One of transformers' models in float32 on the CPU. Raises MissingWeights where a tensor is not there.

    (transformers itself would draw that tensor at random and say so in a log.)
    """
    model, report = kind.from_pretrained(
        folder, local_files_only=True, dtype=torch.float32, output_loading_info=True, **source
    )
    if report["missing_keys"]:
        raise outsider(repo, f"lacks {min(report['missing_keys'])} of its {kind.__name__}")
    return model.eval()
