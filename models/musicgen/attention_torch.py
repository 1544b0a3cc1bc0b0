"""Attention of a decoding step in plain torch, for any device: each slot alone, over as much as it has filled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
import torch.nn.functional as F
from torch import Tensor

from models.musicgen.shape import EPSILON, Norm, Shape


@dataclass(eq=False)
class TextCache:
    """Keys and values of the text that one of each slot's two rows hears.

    `keys`, `values`: (layers, slots, heads, room for text, head width), of which slot i uses the first `lengths[i]`;
    (slots,) int32 on the device.
    """

    keys: Tensor
    values: Tensor
    lengths: Tensor

    @property
    def capacity(self) -> int:
        """Tokens that there is room for."""
        return self.keys.shape[3]

    def with_capacity(self, tokens: int) -> TextCache:
        """The same with room for longer texts."""

        def wider(kept: Tensor) -> Tensor:
            return F.pad(kept, (0, 0, 0, tokens - self.capacity))

        return replace(self, keys=wider(self.keys), values=wider(self.values))

    def copy_slot(self, source: int, target: int) -> None:
        for kept in (self.keys, self.values):
            kept[:, target] = kept[:, source]
        self.lengths[target] = self.lengths[source]


@dataclass(eq=False)
class Cache:
    """Keys and values of all slots. Slot i is rows 2i (conditional) and 2i + 1 (unconditional).

    `keys`, `values`: (layers, 2 * slots, heads, positions, head width). `texts`: of the conditional rows and of the
    others, who hear negative texts; there is no room for these until there is one.
    """

    keys: Tensor
    values: Tensor
    texts: tuple[TextCache, TextCache]

    @classmethod
    def empty(
        cls, shape: Shape, device: torch.device, dtype: torch.dtype, *, slots: int, positions: int, text: int
    ) -> Cache:
        def zeros(rows: int, room: int) -> Tensor:
            return torch.zeros(shape.layers, rows, shape.heads, room, shape.head_width, device=device, dtype=dtype)

        def texts(room: int) -> TextCache:
            lengths = torch.zeros(slots, dtype=torch.int32, device=device)
            return TextCache(zeros(slots, room), zeros(slots, room), lengths)

        return cls(zeros(2 * slots, positions), zeros(2 * slots, positions), (texts(text), texts(0)))

    def with_text_capacities(self, tokens: Sequence[int]) -> Cache:
        """The same with room for texts and negative texts of so many; keys and values of positions are not copied."""
        first, second = (
            texts if texts.capacity >= room else texts.with_capacity(room)
            for texts, room in zip(self.texts, tokens, strict=True)
        )
        return replace(self, texts=(first, second))

    def copy_slot(self, source: int, target: int, filled: int) -> None:
        for kept in (self.keys, self.values):
            kept[:, 2 * target : 2 * target + 2, :, :filled] = kept[:, 2 * source : 2 * source + 2, :, :filled]
        for texts in self.texts:
            texts.copy_slot(source, target)


@dataclass(frozen=True, eq=False)
class EagerDecodeAttention:
    """One position of each slot. `positions`: of slots 0 .. n-1; further rows are padding and get zeros.

    `text_lengths`: of all slots, of the texts that conditional rows hear, and where any has one of the negative texts.
    Every slot is its own call with shapes that its own length alone decides, so no other slot can touch its bits.
    """

    cache: Cache
    positions: tuple[int, ...]
    text_lengths: tuple[Sequence[int], ...]

    @property
    def hearing(self) -> int:
        return len(self.text_lengths)

    def attend(self, layer: int, qkv: Tensor) -> Tensor:
        """(rows, 3 * width) -> (rows, width); this position's keys and values enter the cache."""
        keys, values = self.cache.keys[layer], self.cache.values[layer]
        query, key, value = split_heads(qkv, 3, keys)
        attended = torch.zeros_like(query)
        for slot, position in enumerate(self.positions):
            rows = slice(2 * slot, 2 * slot + 2)
            keys[rows, :, position], values[rows, :, position] = key[rows], value[rows]
            filled = keys[rows, :, : position + 1], values[rows, :, : position + 1]
            attended[rows] = sdpa_fp32(query[rows, :, None], *filled)[:, :, 0]
        return attended.flatten(1)

    def cross(self, layer: int, queries: Tensor, half: int) -> Tensor:
        """(slots, width) -> (slots, width): what one of each slot's rows hears of its text."""
        keys, values = self.cache.texts[half].keys[layer], self.cache.texts[half].values[layer]
        (query,) = split_heads(queries, 1, keys)
        attended = torch.zeros_like(query)
        for slot, length in enumerate(self.text_lengths[half][: len(self.positions)]):
            if length:
                filled = keys[slot : slot + 1, :, :length], values[slot : slot + 1, :, :length]
                attended[slot] = sdpa_fp32(query[slot, None, :, None], *filled)[0, :, 0]
        return attended.flatten(1)


@dataclass(frozen=True, eq=False)
class PrefillAttention:
    """Positions start .. start + count - 1 of one slot at once; rows are (position, conditional or not).

    `text_lengths`: of the slot's text, and of its negative text where it has one.
    """

    cache: Cache
    slot: int
    start: int
    text_lengths: tuple[int, ...]

    @property
    def hearing(self) -> int:
        return len(self.text_lengths)

    def attend(self, layer: int, qkv: Tensor) -> Tensor:
        rows = slice(2 * self.slot, 2 * self.slot + 2)
        keys, values = self.cache.keys[layer, rows], self.cache.values[layer, rows]
        # (positions, 2, heads, head width) -> (2, heads, positions, head width)
        query, key, value = (
            part.view(-1, 2, *part.shape[1:]).permute(1, 2, 0, 3) for part in split_heads(qkv, 3, keys)
        )
        count = query.shape[2]
        end = self.start + count
        keys[:, :, self.start : end], values[:, :, self.start : end] = key, value
        earlier = torch.ones(count, end, dtype=torch.bool, device=qkv.device).tril(self.start)
        attended = sdpa_fp32(query, keys[:, :, :end], values[:, :, :end], earlier)
        return attended.permute(2, 0, 1, 3).flatten(2).flatten(0, 1)

    def cross(self, layer: int, queries: Tensor, half: int) -> Tensor:
        texts, length = self.cache.texts[half], self.text_lengths[half]
        if not length:
            return torch.zeros_like(queries)
        keys, values = texts.keys[layer, self.slot], texts.values[layer, self.slot]
        (query,) = split_heads(queries, 1, keys)
        filled = keys[None, :, :length], values[None, :, :length]
        return sdpa_fp32(query.transpose(0, 1)[None], *filled)[0].transpose(0, 1).flatten(1)


def split_heads(rows: Tensor, parts: int, keys: Tensor) -> tuple[Tensor, ...]:
    """(rows, parts * width) -> for each part (rows, heads, head width), with the heads that `keys` (..., heads, any,
    head width) has."""
    return rows.view(rows.shape[0], parts, keys.shape[-3], keys.shape[-1]).unbind(1)


def sdpa_fp32(query: Tensor, keys: Tensor, values: Tensor, mask: Tensor | None = None) -> Tensor:
    """Scaled dot-product attention, scores and softmax in float32 whatever the cache's precision."""
    attended = F.scaled_dot_product_attention(query.float(), keys.float(), values.float(), attn_mask=mask)
    return attended.to(query.dtype)


def add_norm(rows: Tensor, added: Tensor | None, norm: Norm, dtype: torch.dtype) -> Tensor:
    """Add to `rows` (n, width) float32 in place, and give their norm in `dtype`.

    `added` with n / 2 rows goes to the even ones: what cross-attention adds to the others is exactly zero.
    """
    if added is not None:
        rows[:: rows.shape[0] // added.shape[0]] += added
    return F.layer_norm(rows, norm.weight.shape, norm.weight, norm.bias, EPSILON).to(dtype)
