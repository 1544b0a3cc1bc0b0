"""MusicGen's decoder in torch, from tokens to logits, whatever its attention reads from."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any, Protocol

import torch
import torch.nn.functional as F
from torch import Tensor

from models.musicgen.embedding import sinusoids
from models.musicgen.shape import CODEBOOK_SIZE, Layer, Norm, Weights

AddNorm = Callable[[Tensor, Tensor | None, Norm, torch.dtype], Tensor]
"""attention_torch.add_norm, or the same as one kernel."""


Limit = Callable[[Tensor, torch.dtype], Tensor]
"""`clamp_fp16`, or `clamped_elsewhere`."""


def clamp_fp16(numbers: Tensor, dtype: torch.dtype) -> Tensor:
    """What would be infinite in fp16 stays at its largest number, 65504: an infinity would be NaN one norm later."""
    if dtype is not torch.float16:
        return numbers
    largest = torch.finfo(dtype).max
    return numbers.clamp(-largest, largest)


def clamped_elsewhere(numbers: Tensor, _dtype: torch.dtype) -> Tensor:
    """A `Limit` for kernels that hold to it as they read."""
    return numbers


class Attention(Protocol):
    """See attention_torch: what differs between one position of many slots and many positions of one."""

    @property
    def hearing(self) -> int:
        """How many halves of a slot hear a text: 1, the conditional rows, or 2, the others too."""
        ...

    def attend(self, layer: int, qkv: Tensor) -> Tensor: ...

    def cross(self, layer: int, queries: Tensor, half: int) -> Tensor: ...


@dataclass(frozen=True, eq=False)
class Decoder:
    """`weights` in one precision on one device, norms in float32. `sinusoids`: (positions, width) float32 there."""

    weights: Weights
    sinusoids: Tensor

    @classmethod
    def from_weights(cls, weights: Weights, device: torch.device, dtype: torch.dtype, *, positions: int) -> Decoder:
        def norm(of: Norm) -> Norm:
            return Norm(of.weight.to(device, torch.float32), of.bias.to(device, torch.float32))

        def layer(of: Layer) -> Layer:
            parts: dict[str, Any] = {}
            for name in (part.name for part in fields(of)):
                part = getattr(of, name)
                parts[name] = norm(part) if isinstance(part, Norm) else part.to(device, dtype)
            return Layer(**parts)

        there = Weights(
            shape=weights.shape,
            embeddings=weights.embeddings.to(device, dtype),
            layers=tuple(layer(of) for of in weights.layers),
            out_norm=norm(weights.out_norm),
            heads=weights.heads.to(device, dtype),
        )
        return cls(there, sinusoids(positions, weights.shape.width).to(device))

    def embed_tokens(self, tokens: Tensor, positions: Tensor) -> Tensor:
        """(count, codebooks), (count,) -> (2 * count, width) float32: both rows of a slot begin alike."""
        tables = self.weights.embeddings.flatten(0, 1)
        offsets = torch.arange(tokens.shape[1], device=tokens.device) * (CODEBOOK_SIZE + 1)
        summed = F.embedding(tokens + offsets, tables).float().sum(1) + self.sinusoids[positions]
        return summed.repeat_interleave(2, dim=0)

    def through_layers(
        self, rows: Tensor, attention: Attention, add_norm: AddNorm, parts: int = 1, limit: Limit = clamp_fp16
    ) -> Tensor:
        """(2 * count, width) float32, changed in place -> (2 * count, width) after the last norm, in the weights'
        precision. Even rows are conditional; the others skip cross-attention unless there are negative texts. `parts`:
        see linear.

        `limit`: what to do to products that `attention` and `add_norm` read: `clamp_fp16`, unless they do so.
        """
        weights, dtype = self.weights, self.weights.heads.dtype
        linear = functools.partial(_linear, parts=parts, limit=limit)
        normed = add_norm(rows, None, weights.layers[0].norm, dtype)
        following = [*(layer.norm for layer in weights.layers[1:]), weights.out_norm]
        for index, layer in enumerate(weights.layers):
            attended = attention.attend(index, linear(normed, layer.qkv))
            normed = add_norm(rows, linear(attended, layer.out), layer.cross_norm, dtype)
            # Half by half: with the others' rows in it a product of the conditional ones may round otherwise.
            heard = [
                linear(attention.cross(index, linear(normed[half::2], layer.cross_q), half), layer.cross_out)
                for half in range(attention.hearing)
            ]
            of_texts = heard[0] if len(heard) == 1 else torch.stack(heard, dim=1).flatten(0, 1)
            normed = add_norm(rows, of_texts, layer.feedforward_norm, dtype)
            inner = _linear(normed, layer.up, parts, clamp_fp16, F.gelu)
            normed = add_norm(rows, linear(inner, layer.down), following[index], dtype)
        return normed

    def logits(self, normed: Tensor, parts: int = 1) -> Tensor:
        """(2 * count, width) -> (count, 2, codebooks, CODEBOOK_SIZE) in the weights' precision."""
        return _linear(normed, self.weights.heads, parts).view(-1, 2, self.weights.shape.codebooks, CODEBOOK_SIZE)

    def text_keys_values(self, layer: int, text: Tensor) -> tuple[Tensor, Tensor]:
        """(tokens, width) float32 -> for one layer's cross-attention (heads, tokens, head width), twice."""
        shape, of = self.weights.shape, self.weights.layers[layer]
        given = clamp_fp16(text, of.cross_k.dtype).to(of.cross_k.dtype)
        keys, values = (
            _linear(given, matrix).view(len(text), shape.heads, shape.head_width).transpose(0, 1)
            for matrix in (of.cross_k, of.cross_v)
        )
        return keys, values


def _linear(
    rows: Tensor,
    matrix: Tensor,
    parts: int = 1,
    limit: Limit = clamp_fp16,
    after: Callable[[Tensor], Tensor] | None = None,
) -> Tensor:
    """A product, and what comes after it, in the precision of both; in so many parts of like shape, each on its own."""
    products = (limit(F.linear(part, matrix), matrix.dtype) for part in rows.chunk(parts))
    done = [after(product) if after else product for product in products]
    return torch.cat(done) if parts > 1 else done[0]
