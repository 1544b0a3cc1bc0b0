"""Attention and norms of a decoding step as Triton kernels, which CUDA graphs can hold: shapes never change.

Lengths are read on the device. A row's numbers are summed in blocks of BLOCK positions, in an order that only its
own length decides: neither its neighbours nor the number of rows can touch its bits.
"""

# Triton has no types, and its kernels are compiled from source text, not called.
# mypy: disable-error-code="import-untyped,untyped-decorator,no-untyped-def"

from __future__ import annotations

from dataclasses import dataclass

import torch
import triton
import triton.language as tl
from torch import Tensor

from models.musicgen.attention_torch import Cache
from models.musicgen.shape import EPSILON, Norm

BLOCK = 64
"""Positions that one program reads: at 30 s and batch 1 that makes 32 rows and heads x 24 = 768 programs, enough for
any GPU's processors. Not tuned: no GPU was at hand."""


@triton.jit
def _clamp_fp16(numbers):
    """decoder_torch.clamp_fp16, of what was just read: an infinite fp16 is its largest number, other types are as they
    are (fp16 alone is 16 bits with 10 of mantissa)."""
    if numbers.dtype == tl.float16:
        wide = numbers.to(tl.float32)
        numbers = tl.minimum(tl.maximum(wide, -65504.0), 65504.0, propagate_nan=tl.PropagateNan.ALL).to(tl.float16)
    return numbers


@triton.jit
def _attend_block(
    queries, keys, values, lengths, sums, weights, peaks,
    scale: tl.constexpr, fresh: tl.constexpr, room: tl.constexpr, heads: tl.constexpr, width: tl.constexpr,
    lanes: tl.constexpr, blocks: tl.constexpr, block: tl.constexpr, rows_a_length: tl.constexpr,
):  # fmt: skip
    """What one row's head hears in one block: its softmax's peak and weight, and the values' weighted sum.

    fresh: queries are (rows, query key value), and the last position's key and value are there, not yet in the cache.
    """
    row, head, nth = tl.program_id(0), tl.program_id(1), tl.program_id(2)
    length = tl.load(lengths + row // rows_a_length)
    if nth * block < length:
        at = nth * block + tl.arange(0, block)
        lane = tl.arange(0, lanes)
        inside = lane < width
        given = queries + (row * (3 if fresh else 1) * heads + head) * width + lane
        query = _clamp_fp16(tl.load(given, mask=inside, other=0.0)).to(tl.float32) * scale
        # int64: a layer's cache passes 2**31 elements from about 340 slots of 30 s on (large: 170).
        place = (row.to(tl.int64) * heads + head) * room * width + at[:, None] * width + lane[None, :]
        cached = (at[:, None] < length - (1 if fresh else 0)) & inside[None, :]
        key = tl.load(keys + place, mask=cached, other=0.0)
        value = tl.load(values + place, mask=cached, other=0.0)
        if fresh:
            newest = (at[:, None] == length - 1) & inside[None, :]
            new_key = _clamp_fp16(tl.load(given + heads * width, mask=inside, other=0.0))
            new_value = _clamp_fp16(tl.load(given + 2 * heads * width, mask=inside, other=0.0))
            key = tl.where(newest, new_key[None, :], key)
            value = tl.where(newest, new_value[None, :], value)
            tl.store(keys + place, key, mask=newest)
            tl.store(values + place, value, mask=newest)
        scores = tl.sum(key.to(tl.float32) * query[None, :], 1)
        scores = tl.where(at < length, scores, float("-inf"))
        peak = tl.max(scores, 0)
        share = tl.exp(scores - peak)
        part = (row * heads + head) * blocks + nth
        tl.store(peaks + part, peak)
        tl.store(weights + part, tl.sum(share, 0))
        tl.store(sums + part * width + lane, tl.sum(share[:, None] * value.to(tl.float32), 0), mask=inside)


@triton.jit
def _join_blocks(
    sums, weights, peaks, lengths, attended,
    heads: tl.constexpr, width: tl.constexpr, lanes: tl.constexpr, blocks: tl.constexpr, block: tl.constexpr,
    rows_a_length: tl.constexpr, block_lanes: tl.constexpr,
):  # fmt: skip
    """The blocks of one row's head as one softmax; zeros for a row of length 0."""
    row, head = tl.program_id(0), tl.program_id(1)
    length = tl.load(lengths + row // rows_a_length)
    nth = tl.arange(0, block_lanes)
    lane = tl.arange(0, lanes)
    used = nth * block < length
    part = (row * heads + head) * blocks + nth
    peak = tl.load(peaks + part, mask=used, other=float("-inf"))
    highest = tl.where(length > 0, tl.max(peak, 0), 0.0)
    factor = tl.exp(peak - highest)
    weight = tl.sum(factor * tl.load(weights + part, mask=used, other=0.0), 0)
    filled = used[:, None] & (lane < width)[None, :]
    parts = tl.load(sums + part[:, None] * width + lane[None, :], mask=filled, other=0.0)
    total = tl.sum(factor[:, None] * parts, 0) / tl.where(length > 0, weight, 1.0)
    place = attended + (row * heads + head) * width + lane
    tl.store(place, total.to(attended.dtype.element_ty), mask=lane < width)


@triton.jit
def _add_norm(
    rows, added, weight, bias, normed,
    eps: tl.constexpr, every: tl.constexpr, width: tl.constexpr, lanes: tl.constexpr,
):  # fmt: skip
    """every: 0 adds nothing, 1 a row to each, 2 a row to every other."""
    row = tl.program_id(0)
    lane = tl.arange(0, lanes)
    inside = lane < width
    x = tl.load(rows + row * width + lane, mask=inside, other=0.0)
    if every > 0:
        given = inside & (row % every == 0)
        x += _clamp_fp16(tl.load(added + (row // every) * width + lane, mask=given, other=0.0)).to(tl.float32)
        tl.store(rows + row * width + lane, x, mask=inside)
    centred = tl.where(inside, x - tl.sum(x, 0) / width, 0.0)
    spread = tl.sqrt(tl.sum(centred * centred, 0) / width + eps)
    factor = tl.load(weight + lane, mask=inside, other=0.0)
    y = centred / spread * factor + tl.load(bias + lane, mask=inside, other=0.0)
    tl.store(normed + row * width + lane, y.to(normed.dtype.element_ty), mask=inside)


def add_norm(rows: Tensor, added: Tensor | None, norm: Norm, dtype: torch.dtype) -> Tensor:
    """attention_torch.add_norm as one kernel."""
    count, width = rows.shape
    normed = torch.empty(count, width, dtype=dtype, device=rows.device)
    every = count // added.shape[0] if added is not None else 0
    given = rows if added is None else added
    sizes = {"eps": EPSILON, "every": every, "width": width, "lanes": triton.next_power_of_2(width)}
    _add_norm[(count,)](rows, given, norm.weight, norm.bias, normed, **sizes)
    return normed


@dataclass(frozen=True, eq=False)
class TritonDecodeAttention:
    """One position of each slot. `lengths`: (slots,) int32 on the device, with this position; 0 for padding.

    `hearing`: how many of a slot's rows hear a text, 2 where any slot has a negative one.
    """

    cache: Cache
    lengths: Tensor
    hearing: int = 1

    def attend(self, layer: int, qkv: Tensor) -> Tensor:
        """(rows, 3 * width) -> (rows, width); this position's keys and values enter the cache."""
        return _launch_attention(qkv, self.cache.keys[layer], self.cache.values[layer], self.lengths, fresh=True)

    def cross(self, layer: int, queries: Tensor, half: int) -> Tensor:
        """(slots, width) -> (slots, width): what one of each slot's rows hears of its text."""
        texts = self.cache.texts[half]
        return _launch_attention(queries, texts.keys[layer], texts.values[layer], texts.lengths, fresh=False)


def _launch_attention(queries: Tensor, keys: Tensor, values: Tensor, lengths: Tensor, *, fresh: bool) -> Tensor:
    _, heads, room, width = keys.shape
    rows, blocks = queries.shape[0], triton.cdiv(room, BLOCK)
    lanes, block_lanes = triton.next_power_of_2(width), triton.next_power_of_2(blocks)
    sizes = {"heads": heads, "width": width, "lanes": lanes, "blocks": blocks, "block": BLOCK}
    sizes["rows_a_length"] = 2 if fresh else 1
    sums = torch.empty(rows, heads, blocks, width, device=queries.device)
    weights, peaks = torch.empty(2, rows, heads, blocks, device=queries.device).unbind(0)
    attended = torch.empty(rows, heads * width, dtype=queries.dtype, device=queries.device)
    given = queries, keys, values, lengths, sums, weights, peaks
    _attend_block[(rows, heads, blocks)](*given, scale=width**-0.5, fresh=fresh, room=room, **sizes)
    _join_blocks[(rows, heads)](sums, weights, peaks, lengths, attended, block_lanes=block_lanes, **sizes)
    return attended
