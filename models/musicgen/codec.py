"""EnCodec while it plays: tokens in, in any portions; sound out as soon as nothing later can change it.

What is heard equals the whole decode, wherever it is cut: the LSTM's state is carried from chunk to chunk, and all
else reaches no further than a few frames.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import torch

from models.musicgen.codec_graph import OnnxNetwork
from models.musicgen.codec_span import (
    FIRST_REACH,
    PadMode,
    Rows,
    SpanIndices,
    first_conv_rows,
    receptive_field,
    span_indices,
)
from models.musicgen.codec_torch import TorchNetwork
from models.musicgen.codec_weights import CodecWeights, Floats, Ints, State

AHEAD = 1
"""Frames of the LSTM's output, past a chunk's end, that its samples may read."""


class Network(Protocol):
    """EnCodec's decoder in two halves. What it gives depends on nothing but what it is given."""

    def run_lstm(self, tokens: Ints, rows: Rows, memory: State) -> tuple[Floats, State]:
        """Tokens (codebooks, given, sides) and `rows` of them (frames, 7) -> LSTM's output (frames, sides, width).

        With it what the LSTM remembers after those frames; `memory` is what it remembered before them.
        """
        ...

    def run_decoder(self, lstm_out: Floats, span: SpanIndices) -> Floats:
        """LSTM's output of one side (frames, width) -> samples (time,)."""
        ...


@dataclass(frozen=True)
class ChunkSizes:
    """How many frames are decoded together: by position alone, so that bytes don't depend on when tokens came."""

    first: int
    then: int

    def chunk_end(self, start: int, frames: int, skipped: int = 0) -> int:
        """Where the chunk that begins at `start` ends. The first one that is heard is short, so that it comes soon."""
        if start < skipped:
            return min(skipped, start + self.then)
        return min(frames, start + (self.first if start == skipped else self.then))


@dataclass(frozen=True, eq=False)
class Codec:
    """Decodes MusicGen's tokens. `channels` 2: codebooks 0, 2, 4, 6 are the left side, the others the right.

    Nothing changes after loading: state is in the streams, and several may be open. Not for several threads at once.
    """

    network: Network
    chunks: ChunkSizes
    channels: int
    codebooks: int
    codebook_size: int
    ratios: tuple[int, ...]
    layers: int
    width: int
    pad_mode: PadMode

    @classmethod
    def load(cls, model: Any, *, device: torch.device, channels: int, threads: int) -> Codec:
        """From a transformers EncodecModel, which is not needed afterwards. `threads` are a CPU's.

        Raises ValueError for a model that is not laid out as MusicGen's 32 kHz codec is.
        """
        weights = CodecWeights.from_model(model)
        if device.type == "cpu":
            # 10: the first sound is a fifth of a second and needs 14 frames of tokens. 25: on two threads of a Zen 4
            # larger ones gain nothing, and smaller ones read the LSTM's 67 MB too often (10: 0.3 s more in 30 s).
            return cls.from_network(
                OnnxNetwork(weights, channels, threads=threads), weights, channels, ChunkSizes(10, 25)
            )
        # Untuned: on a GPU launching its kernels is the cost of a chunk, whatever its size.
        return cls.from_network(TorchNetwork(weights, device=device), weights, channels, ChunkSizes(10, 50))

    @classmethod
    def from_network(cls, network: Network, weights: CodecWeights, channels: int, chunks: ChunkSizes) -> Codec:
        """With a network that was built from those weights."""
        codebooks, size, _ = weights.codebooks.shape
        return cls(
            network=network,
            chunks=chunks,
            channels=channels,
            codebooks=codebooks * channels,
            codebook_size=size,
            ratios=weights.ratios,
            layers=len(weights.memory),
            width=weights.hidden,
            pad_mode=weights.pad_mode,
        )

    def start(self, frames: int, skipped: int = 0) -> Stream:
        """Begin a clip of so many frames, the first of which are `skipped`: no sound of them comes out."""
        return Stream(self, frames, skipped)

    def decode(self, tokens: Ints) -> Floats:
        """Tokens (codebooks, frames) -> samples (channels, time): the same bytes as a stream of them gives."""
        return self.start(tokens.shape[1]).push(tokens)


class Stream:
    """One clip on its way from tokens to sound. What is skipped is remembered by the LSTM and not rendered."""

    def __init__(self, codec: Codec, frames: int, skipped: int):
        self._codec = codec
        self._frames, self._unheard = frames, skipped
        self._tokens = np.zeros((codec.codebooks // codec.channels, frames, codec.channels), np.int64)
        self._pushed = 0
        self._rendered = 0
        self._lstm_out = np.zeros((0, codec.channels, codec.width), np.float32)  # LSTM's output from _kept_from on
        self._kept_from = 0
        blank = np.zeros((codec.layers, codec.channels, codec.width), np.float32)
        self._memory: State = (blank, blank)

    def push(self, tokens: Ints) -> Floats:
        """Further tokens (codebooks, n), n from 0 on -> the samples (channels, time) that became final, perhaps none.

        With the last frame's tokens all that is left comes out.
        """
        codebooks, count = tokens.shape
        assert codebooks == self._codec.codebooks
        assert self._pushed + count <= self._frames, "more frames than the stream was started for"
        assert not count or 0 <= tokens.min() <= tokens.max() < self._codec.codebook_size, (
            "the delay's padding is no token"
        )
        sides = tokens.reshape(len(self._tokens), self._codec.channels, count).transpose(0, 2, 1)
        self._tokens[:, self._pushed : self._pushed + count] = sides
        self._pushed += count
        ready = [np.zeros((self._codec.channels, 0), np.float32)]
        while self._rendered < self._frames:
            end = self._codec.chunks.chunk_end(self._rendered, self._frames, self._unheard)
            if self._pushed < min(self._frames, end + AHEAD + FIRST_REACH):
                break
            self._advance_lstm(min(self._frames, end + AHEAD))
            if end > self._unheard:
                ready.append(self._render_samples(range(self._rendered, end)))
            self._rendered = end
        return np.concatenate(ready, axis=1)

    def _render_samples(self, wanted: range) -> Floats:
        read, span = span_indices(wanted, self._frames, self._codec.ratios, self._codec.pad_mode)
        lstm_out = self._lstm_out[read.start - self._kept_from : read.stop - self._kept_from]
        sides = [np.ascontiguousarray(lstm_out[:, side]) for side in range(self._codec.channels)]
        return np.stack([self._codec.network.run_decoder(side, span) for side in sides])

    def _advance_lstm(self, end: int) -> None:
        """Move the LSTM on up to frame `end`, and let go of what no later chunk reads."""
        start = self._kept_from + len(self._lstm_out)
        wanted = range(start, end)
        if not wanted:  # the last frame alone is left, and was heard with the chunk before it
            return
        given = receptive_field(wanted, FIRST_REACH, self._frames)
        rows = first_conv_rows(wanted, given, self._frames, self._codec.pad_mode)
        lstm_out, self._memory = self._codec.network.run_lstm(
            self._tokens[:, given.start : given.stop], rows, self._memory
        )
        keep = max(self._kept_from, self._rendered - AHEAD)
        self._lstm_out = np.concatenate([self._lstm_out[keep - self._kept_from :], lstm_out])
        self._kept_from = keep
