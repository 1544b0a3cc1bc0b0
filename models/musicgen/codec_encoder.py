"""EnCodec's encoder: sound in, the tokens that MusicGen would have played for it out."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.utils import parametrize

from models.musicgen.codec_span import receptive_field
from models.musicgen.codec_weights import Floats, Ints
from models.musicgen.shape import FRAMES_PER_S

PORTION = FRAMES_PER_S
"""Frames that go through the convolutions at once. Ten seconds at full size on two threads: 410 MB and 1.4 s
all together, under 80 MB and 0.8 s one by one."""
REACH = 2
"""Frames either side that these convolutions read: 844 samples at facebook/encodec_32khz's kernels and strides."""

Turn = Callable[[], AbstractContextManager[None]]


@dataclass(frozen=True, eq=False)
class Encoder:
    """Encodes the openings of music. Thread-safe: nothing changes after loading.

    `convolutions`: to one row a frame; `lstm` adds to those what went before; `last`: to what the codebooks quantise.
    """

    convolutions: Any
    lstm: nn.LSTM
    last: Any
    quantizer: Any
    channels: int
    hop: int
    device: torch.device

    @classmethod
    def load(cls, model: Any, *, device: torch.device, channels: int) -> Encoder:
        """From a transformers EncodecModel laid out as MusicGen's 32 kHz codec is; its decoder is not kept."""
        encoder, config = model.encoder, model.config
        for part in encoder.modules():
            if parametrize.is_parametrized(part, "weight"):
                parametrize.remove_parametrizations(part, "weight")
        *convolutions, lstm, elu, last = encoder.requires_grad_(False).to(device).eval().layers
        return cls(
            convolutions=nn.Sequential(*convolutions),
            lstm=lstm.lstm,
            last=nn.Sequential(elu, last),
            quantizer=model.quantizer.to(device).eval(),
            channels=channels,
            hop=config.sampling_rate // config.frame_rate,
            device=device,
        )

    @torch.inference_mode()
    def encode(self, samples: Floats, turn: Turn = contextlib.nullcontext) -> Ints:
        """Samples (time,) at 32 kHz, as many as whole frames have -> tokens (codebooks, frames).

        `turn` is entered for each second of sound: others may work in between, and what it raises ends the work.
        In stereo both sides hear the same, and their codebooks alternate, as audiocraft's
        InterleaveStereoCompressionModel has them.
        """
        frames, rest = divmod(len(samples), self.hop)
        assert frames > 0 == rest, "whole frames"
        lstm_out: list[Tensor] = []
        memory: tuple[Tensor, Tensor] | None = None
        for start in range(0, frames, PORTION):
            with turn(), _deterministic_cudnn():
                rows = self._conv_features(samples, range(start, min(frames, start + PORTION)))
                remembered, memory = self.lstm(rows, memory)
                lstm_out.append(remembered + rows)
        with turn(), _deterministic_cudnn():
            quantised = self.quantizer.encode(self.last(torch.cat(lstm_out).permute(1, 2, 0)))
        tokens: Ints = quantised[:, 0].cpu().numpy()
        return np.repeat(tokens, self.channels, axis=0)

    def _conv_features(self, samples: Floats, wanted: range) -> Tensor:
        """(frames, 1, width). Only the clip's own two ends are padded: what a portion's ends lack is cut off."""
        given = receptive_field(wanted, REACH, len(samples) // self.hop)
        piece = torch.tensor(samples[given.start * self.hop : given.stop * self.hop]).to(self.device)
        rows: Tensor = self.convolutions(piece[None, None])
        return rows[..., wanted.start - given.start : wanted.stop - given.start].permute(2, 0, 1)

    def measure_encoding_s(self) -> float:
        """How long a second of sound takes; the first one, which pays for kernels and memory, is not counted."""
        silence = np.zeros(FRAMES_PER_S * self.hop, np.float32)
        self.encode(silence)
        started = time.perf_counter()
        self.encode(silence)
        return time.perf_counter() - started


def _deterministic_cudnn() -> AbstractContextManager[Any]:
    """On a GPU: no inputs rounded to 10 bits, no kernel that is chosen by a race or sums in an order of its own."""
    return torch.backends.cudnn.flags(enabled=True, benchmark=False, deterministic=True, allow_tf32=False)
