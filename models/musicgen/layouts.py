"""The two layouts in which MusicGen is published: by what name each tensor goes, audiocraft's and transformers'."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

import torch
from torch import Tensor

from aural.errors import MissingWeights
from models.musicgen.shape import CODEBOOK_SIZE, Layer, Norm, Shape, Weights


def unsupported_checkpoint(repo: str, fact: str) -> MissingWeights:
    """The one sentence for a checkpoint that is not of the family."""
    return MissingWeights(
        f"{repo} {fact}; supported are text-to-music MusicGens (small, medium, large, stereo-*) and fine-tunes of "
        "them, with their 32 kHz EnCodec and t5-base. Set AURAL_MUSICGEN to one of those."
    )


@dataclass(frozen=True, eq=False)
class CheckpointTensors:
    """A checkpoint's tensors by name, read when taken: `read` gives views of the file where it can."""

    repo: str
    names: frozenset[str]
    read: Callable[[str], Tensor]
    taken: set[str] = field(default_factory=set)

    def take(self, name: str, *shape: int) -> Tensor:
        """A tensor of the checkpoint. Raises MissingWeights when it is not there in that shape."""
        if name not in self.names:
            raise unsupported_checkpoint(self.repo, f"has no {name}")
        self.taken.add(name)
        tensor = self.read(name)
        if tuple(tensor.shape) != shape:
            raise unsupported_checkpoint(self.repo, f"has {name} in the shape {tuple(tensor.shape)}, not {shape}")
        return tensor

    def norm(self, name: str, width: int) -> Norm:
        return Norm(self.take(f"{name}.weight", width), self.take(f"{name}.bias", width))

    def refuse_unused(self, spared: Iterable[str] = ()) -> None:
        """Raises MissingWeights if a tensor was not taken: what nobody reads (a bias, a conditioner) would be lost."""
        others = sorted(self.names - self.taken - set(spared))
        if others:
            raise unsupported_checkpoint(
                self.repo, f"has {others[0]} ({len(others)} such tensors), which MusicGen has not"
            )


def audiocraft_weights(tensors: CheckpointTensors, shape: Shape) -> Weights:
    """From the names of audiocraft's LMModel. Raises MissingWeights."""
    return Weights(
        shape=shape,
        embeddings=_stacked_embeddings(tensors, "emb.{}.weight", shape),
        layers=tuple(_audiocraft_layer(tensors, f"transformer.layers.{n}", shape) for n in range(shape.layers)),
        out_norm=tensors.norm("out_norm", shape.width),
        heads=_concatenate(tensors, "linears.{}.weight", shape),
    )


def _audiocraft_layer(tensors: CheckpointTensors, at: str, shape: Shape) -> Layer:
    width, feedforward = shape.width, shape.feedforward
    cross_q, cross_k, cross_v = tensors.take(f"{at}.cross_attention.in_proj_weight", 3 * width, width).chunk(3)
    return Layer(
        norm=tensors.norm(f"{at}.norm1", width),
        qkv=tensors.take(f"{at}.self_attn.in_proj_weight", 3 * width, width),
        out=tensors.take(f"{at}.self_attn.out_proj.weight", width, width),
        cross_norm=tensors.norm(f"{at}.norm_cross", width),
        cross_q=cross_q,
        cross_k=cross_k,
        cross_v=cross_v,
        cross_out=tensors.take(f"{at}.cross_attention.out_proj.weight", width, width),
        feedforward_norm=tensors.norm(f"{at}.norm2", width),
        up=tensors.take(f"{at}.linear1.weight", feedforward, width),
        down=tensors.take(f"{at}.linear2.weight", width, feedforward),
    )


def transformers_weights(tensors: CheckpointTensors, shape: Shape) -> Weights:
    """From the names of transformers' MusicgenForConditionalGeneration. Raises MissingWeights."""
    decoder = "decoder.model.decoder"
    return Weights(
        shape=shape,
        embeddings=_stacked_embeddings(tensors, decoder + ".embed_tokens.{}.weight", shape),
        layers=tuple(_transformers_layer(tensors, f"{decoder}.layers.{n}", shape) for n in range(shape.layers)),
        out_norm=tensors.norm(f"{decoder}.layer_norm", shape.width),
        heads=_concatenate(tensors, "decoder.lm_heads.{}.weight", shape),
    )


def _transformers_layer(tensors: CheckpointTensors, at: str, shape: Shape) -> Layer:
    width, feedforward = shape.width, shape.feedforward

    def attention(name: str) -> Tensor:
        return tensors.take(f"{at}.{name}_proj.weight", width, width)

    return Layer(
        norm=tensors.norm(f"{at}.self_attn_layer_norm", width),
        qkv=torch.cat([attention(f"self_attn.{part}") for part in "qkv"]),
        out=attention("self_attn.out"),
        cross_norm=tensors.norm(f"{at}.encoder_attn_layer_norm", width),
        cross_q=attention("encoder_attn.q"),
        cross_k=attention("encoder_attn.k"),
        cross_v=attention("encoder_attn.v"),
        cross_out=attention("encoder_attn.out"),
        feedforward_norm=tensors.norm(f"{at}.final_layer_norm", width),
        up=tensors.take(f"{at}.fc1.weight", feedforward, width),
        down=tensors.take(f"{at}.fc2.weight", width, feedforward),
    )


def _stacked_embeddings(tensors: CheckpointTensors, name: str, shape: Shape) -> Tensor:
    """One embedding table per codebook, with a row more for the pad."""
    return torch.stack([tensors.take(name.format(k), CODEBOOK_SIZE + 1, shape.width) for k in range(shape.codebooks)])


def _concatenate(tensors: CheckpointTensors, name: str, shape: Shape) -> Tensor:
    return torch.cat([tensors.take(name.format(k), CODEBOOK_SIZE, shape.width) for k in range(shape.codebooks)])


CODEC_NAMES = (
    (r"^(encoder|decoder)\.model\.", r"\1.layers."),
    (r"\.(?:conv|convtr)\.(?:conv|convtr)\.", ".conv."),
    (r"^quantizer\.vq\.layers", "quantizer.layers"),
    (r"\._codebook\.", ".codebook."),
)


def codec_in_transformers_names(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """audiocraft's EnCodec by the names of transformers' EncodecModel, which reads old and new weight norms alike."""
    renamed: dict[str, Tensor] = {}
    for name, tensor in state.items():
        for pattern, replacement in CODEC_NAMES:
            name = re.sub(pattern, replacement, name)
        renamed[name] = tensor
    return renamed
