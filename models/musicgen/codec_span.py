"""Which rows a stretch of sound is made of, from its samples back to codec frames: arithmetic only, no weights.

Positions count from the clip's start at each stage's own rate. EnCodec pads at the clip's two ends and nowhere else, by
reflection or with zeros as its configuration says. So rows are looked up by number: what a stretch reads is exact
wherever the clip was cut, and nothing is computed twice save the few rows that two stretches share.
"""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.int64]
PadMode = Literal["reflect", "constant"]
"""What stands outside the clip: its rows mirrored, or zeros."""
FIRST_REACH, RESIDUAL_REACH, LAST_REACH = 3, 1, 3
"""Rows that a convolution of 7, 3 and 7 taps reads either side."""


@dataclass(frozen=True, eq=False)
class StageRows:
    """`up`: (blocks, 2), rows of the stage's input; the number after the last one is a row of zeros.

    `taps`: (rows, 3), of the upsampled rows; as many from `start` on are what the residual block adds to. The number
    after the last one is a row of zeros, where zeros are what pads.
    """

    up: Rows
    taps: Rows
    start: int


@dataclass(frozen=True, eq=False)
class SpanIndices:
    """`last`: (samples, 7), which of the last stage's (rows, 7) products, counted row by row, make a sample.

    The number after the last product is a zero, where zeros are what pads.
    """

    stages: tuple[StageRows, ...]
    last: Rows


def span_indices(wanted: range, frames: int, ratios: tuple[int, ...], pad_mode: PadMode) -> tuple[range, SpanIndices]:
    """Which frames of the LSTM's output the samples of the frames `wanted` of a clip read, and by which rows."""
    # The clip's ends are felt within one frame: all spans further in are one and the same, moved.
    before, after = min(2, wanted.start), min(2, frames - wanted.stop)
    read, span = _cached_span_indices(before, len(wanted), after, ratios, pad_mode)
    moved = wanted.start - before
    return range(read.start + moved, read.stop + moved), span


@functools.lru_cache(maxsize=16)
def _cached_span_indices(
    before: int, wanted: int, after: int, ratios: tuple[int, ...], pad_mode: PadMode
) -> tuple[range, SpanIndices]:
    """The same in a clip of `before` + `wanted` + `after` frames."""
    rate = math.prod(ratios)
    length = (before + wanted + after) * rate
    samples = range(before * rate, (before + wanted) * rate)
    read = receptive_field(samples, LAST_REACH, length)
    rows = neighbour_rows(samples, LAST_REACH)
    taps = 2 * LAST_REACH + 1
    last = (pad_row_indices(rows, length, LAST_REACH, pad_mode) - read.start) * taps + np.arange(taps)
    if pad_mode == "constant":
        last = np.where(inside_clip(rows, length), last, len(read) * taps)
    stages: list[StageRows] = []
    for ratio in reversed(ratios):
        stage, read = _stage_rows(read, length, ratio, pad_mode)
        stages.insert(0, stage)
        length //= ratio
    return read, SpanIndices(tuple(stages), last)


def _stage_rows(wanted: range, length: int, ratio: int, pad_mode: PadMode) -> tuple[StageRows, range]:
    """Rows of one stage for its outputs `wanted` out of `length`, and which of its inputs they read.

    A transposed convolution of 2 * ratio taps gives ratio * (inputs + 1) outputs, of which `ratio` are trimmed, the
    odd one at the front: block b is made of inputs b and b - 1, and those outside the clip are zeros.
    """
    trimmed = ratio - ratio // 2
    upsampled = receptive_field(wanted, RESIDUAL_REACH, length)
    blocks = range((upsampled.start + trimmed) // ratio, (upsampled.stop - 1 + trimmed) // ratio + 1)
    read = range(max(0, blocks.start - 1), min(length // ratio, blocks.stop))
    inputs = np.arange(blocks.start, blocks.stop)[:, None] - np.array([0, 1])
    up = np.where((inputs >= read.start) & (inputs < read.stop), inputs - read.start, len(read))
    offset = blocks.start * ratio - trimmed  # of the first upsampled row
    rows = neighbour_rows(wanted, RESIDUAL_REACH)
    taps = pad_row_indices(rows, length, RESIDUAL_REACH, pad_mode) - offset
    if pad_mode == "constant":
        taps = np.where(inside_clip(rows, length), taps, len(blocks) * ratio)
    return StageRows(up, taps, wanted.start - offset), read


def first_conv_rows(wanted: range, given: range, frames: int, pad_mode: PadMode) -> Rows:
    """(frames, 7) for the LSTM's inputs `wanted`: rows of the frames `given`; the number after is a row of zeros.

    A clip of three frames or fewer is too short to be reflected: EnCodec puts zeros after it first.
    """
    rows = pad_row_indices(neighbour_rows(wanted, FIRST_REACH), frames, FIRST_REACH, pad_mode)
    return np.where(inside_clip(rows, frames), rows - given.start, len(given))


def receptive_field(rows: range, taps: int, length: int) -> range:
    """What lies within so many rows of `rows`, inside the clip."""
    return range(max(0, rows.start - taps), min(length, rows.stop + taps))


def neighbour_rows(rows: range, taps: int) -> Rows:
    """(rows, 2 * taps + 1): each row's neighbours, inside the clip or not."""
    centres: Rows = np.arange(rows.start, rows.stop)
    return np.add.outer(centres, np.arange(-taps, taps + 1))


def inside_clip(rows: Rows, length: int) -> NDArray[np.bool_]:
    """Which of them are the clip's own."""
    return (rows >= 0) & (rows < length)


def pad_row_indices(rows: Rows, length: int, taps: int, pad_mode: PadMode) -> Rows:
    """Rows outside the clip mirrored at its first and last row, as if it had `taps` + 1 rows at least; or left there,
    for zeros to be put in their place."""
    if pad_mode == "constant":
        return rows
    mirror = max(length, taps + 1) - 1
    return mirror - abs(mirror - abs(rows))
