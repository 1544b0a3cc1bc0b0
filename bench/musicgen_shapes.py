"""MusicGen's sizes: their shapes, random weights in them, and the bytes that a step reads. Random weights measure
speed as well as trained ones do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import torch
from torch import Tensor

from models.musicgen.family import MONO_DELAYS, STEREO_DELAYS
from models.musicgen.graph import BLOCK
from models.musicgen.shape import CODEBOOK_SIZE, Layer, Norm, Shape, Weights

SMALL = Shape(layers=24, width=1024, heads=16, feedforward=4096, delays=MONO_DELAYS)
_MONO = {
    "small": SMALL,
    "medium": Shape(layers=48, width=1536, heads=24, feedforward=6144, delays=MONO_DELAYS),
    "large": Shape(layers=48, width=2048, heads=32, feedforward=8192, delays=MONO_DELAYS),
}
SIZES: Mapping[str, Shape] = _MONO | {f"stereo-{n}": replace(s, delays=STEREO_DELAYS) for n, s in _MONO.items()}
"""By name, as AURAL_MUSICGEN takes it (Copet et al. 2023, section 3.2)."""

LOGIT_DEVIATION = 1.6
"""Of trained models' logits, nearly."""


def random_weights(shape: Shape, seed: int = 0, dtype: torch.dtype = torch.float32) -> Weights:
    """The same for the same seed; scaled so that no layer drowns another, and norms are not all alike."""
    source = torch.Generator().manual_seed(seed)
    width, inner = shape.width, shape.feedforward

    def matrix(rows: int, columns: int, gain: float = 1.0) -> Tensor:
        return torch.randn(rows, columns, generator=source).mul_(gain / columns**0.5).to(dtype)

    def norm() -> Norm:
        weight, bias = torch.randn(2, width, generator=source).mul_(0.1)
        return Norm(1 + weight, bias)

    def layer() -> Layer:
        square = [matrix(width, width) for _ in range(5)]
        out, cross_q, cross_k, cross_v, cross_out = square
        return Layer(
            norm=norm(),
            qkv=matrix(3 * width, width),
            out=out,
            cross_norm=norm(),
            cross_q=cross_q,
            cross_k=cross_k,
            cross_v=cross_v,
            cross_out=cross_out,
            feedforward_norm=norm(),
            up=matrix(inner, width),
            down=matrix(width, inner),
        )

    return Weights(
        shape=shape,
        embeddings=torch.stack([matrix(CODEBOOK_SIZE + 1, width) for _ in range(shape.codebooks)]),
        layers=tuple(layer() for _ in range(shape.layers)),
        out_norm=norm(),
        heads=matrix(shape.codebooks * CODEBOOK_SIZE, width, LOGIT_DEVIATION),
    )


def random_text(shape: Shape, tokens: int, seed: int) -> Tensor:
    """(tokens, width): what the decoder hears, in place of T5's."""
    return torch.randn(tokens, shape.width, generator=torch.Generator().manual_seed(seed))


def numbers_read(shape: Shape) -> int:
    """How many weights a step reads: all matrices but the embeddings and what only prepares the text."""
    per_layer = 6 * shape.width**2 + 2 * shape.width * shape.feedforward
    return shape.layers * per_layer + shape.codebooks * CODEBOOK_SIZE * shape.width


def numbers_kept(shape: Shape) -> int:
    """How many weights there are in all."""
    text = shape.layers * 2 * shape.width**2
    return numbers_read(shape) + text + shape.codebooks * (CODEBOOK_SIZE + 1) * shape.width


def kept_bytes(shape: Shape, precision: str) -> float:
    """Of weights in memory: in int8 with a float32 scale for each block, embeddings in float32, and what prepares the
    text as it comes in the file, in half precision."""
    if precision == "fp32":
        return 4 * numbers_kept(shape)
    read, embedded = numbers_read(shape), shape.codebooks * (CODEBOOK_SIZE + 1) * shape.width
    return read * (1 + 4 / BLOCK) + 4 * embedded + 2 * (numbers_kept(shape) - read - embedded)


def cached_numbers(shape: Shape, positions: int) -> int:
    """Keys and values of one request: of so many positions, in both its rows."""
    return shape.cached_numbers * positions
