"""Text to codec frames: audiocraft's own step loop, one request at a time.

This file is the seam that a decode engine replaces: it takes a Plan and gives tokens, and nobody else steps.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

from models.musicgen.load import current_device


@dataclass(frozen=True)
class Plan:
    """What to sample: `frames` codec frames for a text, and how. `top_p` 0: top-k alone decides."""

    text: str
    frames: int
    seed: int
    guidance: float = 3.0
    temperature: float = 1.0
    top_k: int = 250
    top_p: float = 0.0


OnStep = Callable[[int], None]
"""Called after each step with the number of frames done; what it raises stops the sampling and comes out."""


@dataclass(frozen=True)
class AudiocraftSampler:
    """Thread-safe by waiting: meanwhile nobody else draws from torch's generators, so a seed holds.

    `stride_s`: past the 30 s that the model was trained on, each further window adds so much and keeps the rest;
    18 is audiocraft's default.
    """

    model: Any
    device: torch.device
    stride_s: float = 18
    turn: threading.Lock = field(default_factory=threading.Lock)

    @property
    def frames_per_s(self) -> float:
        return float(self.model.frame_rate)

    @property
    def rate_hz(self) -> int:
        return int(self.model.sample_rate)

    def sample(self, plan: Plan, on_step: OnStep) -> Tensor:
        """Tokens (1, codebooks, frames) of a plan, the same for the same plan on the same device.

        Equal to what audiocraft's `generate` draws after torch.manual_seed(seed). Raises what `on_step`
        raises; the model is as before then.
        """
        done = 0

        def count(_generated: int, _to_generate: int) -> None:
            nonlocal done
            done += 1  # audiocraft's own counts start anew in each window past 30 s
            on_step(min(done, plan.frames))

        gpus = [self.device] if self.device.type == "cuda" else []
        with self.turn, current_device(self.device), torch.random.fork_rng(devices=gpus):
            torch.manual_seed(plan.seed)
            self.model.set_generation_params(
                duration=seconds_for(plan.frames, self.frames_per_s),
                cfg_coef=plan.guidance,
                temperature=plan.temperature,
                top_k=plan.top_k,
                top_p=plan.top_p,
                extend_stride=self.stride_s,
            )
            self.model.set_custom_progress_callback(count)
            attributes, _ = self.model._prepare_tokens_and_attributes([plan.text], None)
            tokens: Tensor = self.model._generate_tokens(attributes, None, progress=True)
        return tokens

    def decode(self, tokens: Tensor) -> Tensor:
        """Tokens (1, codebooks, frames) -> audio (channels, time) float32 on the CPU, 640 samples a frame."""
        with current_device(self.device):
            audio: Tensor = self.model.generate_audio(tokens)
        return audio[0].float().cpu()


def seconds_for(frames: int, frames_per_s: float) -> float:
    """A duration for which audiocraft samples exactly so many frames: half a frame more, for it cuts.

    (Without the half, 29 frames are 0.58 s, and 0.58 * 50 is 28.999999999999996.)
    """
    return (frames + 0.5) / frames_per_s
