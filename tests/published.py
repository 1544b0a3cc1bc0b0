"""The published repositories as the hub lists them, with small random weights where the published ones are large.

The names are those of public listings; what a loader reads is real (small), the rest are a few bytes that nobody reads.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from models.cards import CLAP, ENCODEC_32KHZ, MUSICGEN, T5_BASE
from models.weights import snapshot
from tests.checkpoints import TUNED
from tests.converted import write_musicgen_transformers
from tests.hub import Hub

AUDIOCRAFT = ("state_dict.bin", "compression_state_dict.bin")
COMMON = (
    ".gitattributes",
    "README.md",
    "config.json",
    "generation_config.json",
    "preprocessor_config.json",
    "special_tokens_map.json",
    "spiece.model",
    "tokenizer.json",
    "tokenizer_config.json",
)
SHARDS = ("pytorch_model-00001-of-00002.bin", "pytorch_model-00002-of-00002.bin", "pytorch_model.bin.index.json")
STEREO = ("model.fp32.safetensors", "model.safetensors", "pytorch_model.bin", "pytorch_model.fp32.bin")
LISTED = {
    "facebook/musicgen-small": (*COMMON, *AUDIOCRAFT, "model.safetensors", "pytorch_model.bin"),
    "facebook/musicgen-medium": (*COMMON, *AUDIOCRAFT, *SHARDS),
    "facebook/musicgen-large": (*COMMON, *AUDIOCRAFT, *SHARDS),
    "facebook/musicgen-stereo-small": (*COMMON, *AUDIOCRAFT, *STEREO),
    "facebook/musicgen-stereo-medium": (*COMMON, *AUDIOCRAFT, *STEREO),
    "facebook/musicgen-stereo-large": (*COMMON, *AUDIOCRAFT, *SHARDS),
    "facebook/musicgen-melody": (*COMMON, *AUDIOCRAFT, *SHARDS),
    "facebook/encodec_32khz": (
        ".gitattributes",
        "README.md",
        "config.json",
        "model.safetensors",
        "preprocessor_config.json",
        "pytorch_model.bin",
    ),
    "google-t5/t5-base": (
        ".gitattributes",
        "README.md",
        "config.json",
        "flax_model.msgpack",
        "generation_config.json",
        "model.safetensors",
        "pytorch_model.bin",
        "rust_model.ot",
        "spiece.model",
        "tf_model.h5",
        "tokenizer.json",
    ),
    "laion/clap-htsat-unfused": (
        ".gitattributes",
        "README.md",
        "config.json",
        "merges.txt",
        "preprocessor_config.json",
        "pytorch_model.bin",
        "special_tokens_map.json",
        "tokenizer.json",
        "tokenizer_config.json",
        "vocab.json",
    ),
}
CONVERTED = "someone/musicgen-medium-converted"
"""What facebook/musicgen-medium holds in transformers' layout, alone: two shards of pickled tensors."""
UNREAD = b"nobody reads this"


def publish(hub: Hub, folder: Path) -> None:
    """All of LISTED, and CONVERTED, from a hub-cache folder as tests.checkpoints writes it."""
    for repo, names in LISTED.items():
        hub.publish(repo, {name: _content(folder, repo, name) for name in names})
    with tempfile.TemporaryDirectory() as scratch:
        write_shards_of_pickles(Path(scratch), folder)
        hub.publish(CONVERTED, {path.name: path.read_bytes() for path in Path(scratch).iterdir()})


def _content(folder: Path, repo: str, name: str) -> bytes:
    stereo = "stereo" in repo
    if "musicgen" in repo and name in AUDIOCRAFT:
        source = MUSICGEN["musicgen-stereo-small" if stereo else "musicgen-small"]
        return (snapshot(source, folder) / name).read_bytes()
    if repo == "facebook/musicgen-melody" and name == "config.json":
        return b'{"model_type": "musicgen_melody"}'
    if "musicgen" in repo and name == "config.json":
        return (snapshot(TUNED, folder) / name).read_bytes()
    card = {"facebook/encodec_32khz": ENCODEC_32KHZ, "google-t5/t5-base": T5_BASE, CLAP.repo: CLAP}.get(repo)
    if card is None or name.endswith((".msgpack", ".ot", ".h5")):
        return UNREAD
    here = snapshot(card, folder)
    if card is CLAP and name == "pytorch_model.bin":
        return pickled(load_file(here / "model.safetensors") | clap_leftovers())
    if card is not CLAP and name == "pytorch_model.bin":
        return UNREAD
    return (here / name).read_bytes() if (here / name).is_file() else UNREAD


def clap_leftovers() -> dict[str, Tensor]:
    """What CLAP's file still holds of the transformers that wrote it: positions that are computed today."""
    return {"text_model.embeddings.position_ids": torch.arange(514)[None]}


def pickled(tensors: Any) -> bytes:
    with tempfile.NamedTemporaryFile(suffix=".bin") as file:
        torch.save(tensors, file.name)
        return Path(file.name).read_bytes()


def write_shards_of_pickles(into: Path, folder: Path, *, stereo: bool = False) -> None:
    """transformers' layout as medium and large have it: two .bin files and their index."""
    write_musicgen_transformers(into, folder, stereo=stereo)
    path = into / "model.safetensors"
    tensors = load_file(path)
    path.unlink()
    names = sorted(tensors)
    parts = dict(zip(SHARDS[:2], (names[::2], names[1::2]), strict=True))
    for shard, held in parts.items():
        torch.save({name: tensors[name].clone() for name in held}, into / shard)
    index = {"metadata": {}, "weight_map": {name: shard for shard, held in parts.items() for name in held}}
    (into / SHARDS[2]).write_text(json.dumps(index))


Change = Callable[[dict[str, Tensor]], dict[str, Tensor]]


def write_changed(into: Path, folder: Path, change: Change, *, stereo: bool = False) -> None:
    """transformers' layout, other tensors or other names in it."""
    write_musicgen_transformers(into, folder, stereo=stereo)
    path = into / "model.safetensors"
    changed = change(load_file(path))
    save_file({name: tensor.contiguous() for name, tensor in changed.items()}, path, metadata={"format": "pt"})


def old_weight_norm(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """The names before torch's parametrizations, which the published EnCodecs have."""
    old = {"parametrizations.weight.original0": "weight_g", "parametrizations.weight.original1": "weight_v"}
    return {_replaced(name, old): tensor for name, tensor in tensors.items()}


def halved(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    return {name: tensor.half() if tensor.is_floating_point() else tensor for name, tensor in tensors.items()}


def _replaced(name: str, words: dict[str, str]) -> str:
    for word, other in words.items():
        name = name.replace(word, other)
    return name


def without(tensors: dict[str, Tensor], word: str) -> tuple[dict[str, Tensor], str]:
    """All but the first whose name has the word in it; and that name."""
    gone = next(name for name in sorted(tensors) if word in name)
    return {name: tensor for name, tensor in tensors.items() if name != gone}, gone
