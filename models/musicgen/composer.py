"""MusicGen as a composer: the arithmetic of frames and samples around the sampler."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from aural.wire import TAIL_S, TAKE_RATE_HZ, MusicRequest, Take
from models.cards import Card
from models.composer import Progress
from models.musicgen.load import load_musicgen
from models.musicgen.sampler import AudiocraftSampler, Plan
from models.report import report_of
from models.weights import RECORD, obtain, with_record

TAIL = round(TAIL_S * TAKE_RATE_HZ)


@dataclass(frozen=True)
class MusicGenComposer:
    """Thread-safe by waiting: the sampler takes one request at a time."""

    card: Card
    sampler: AudiocraftSampler

    @classmethod
    def load(
        cls, card: Card, weights_dir: Path | None, device: torch.device, *, record: Path = RECORD
    ) -> MusicGenComposer:
        """From a hub-cache folder; None is the hub's own.

        Raises MissingWeights when files are not there or not those recorded, MissingDevice when they don't
        fit.
        """
        folder = obtain([card], weights_dir, record)
        sampler = AudiocraftSampler(load_musicgen(card, folder, device), device)
        assert sampler.rate_hz == TAKE_RATE_HZ, "the whole family is 32 kHz"
        return cls(with_record(card, record), sampler)

    @property
    def name(self) -> str:
        return self.card.name

    def report(self) -> dict[str, Any]:
        """For /info. audiocraft keeps the language model in half precision anywhere but on a CPU."""
        device = self.sampler.device
        return report_of(self.card, device, precision="fp32" if device.type == "cpu" else "fp16")

    def compose(self, request: MusicRequest, progress: Progress) -> Take:
        """The body lasts exactly `request.duration_s`, rounded to a sample; the tail of TAIL_S continues it.

        `progress` is called at every step (a fiftieth of a second of music); what it raises stops the work
        there. `request.prompt` is the whole text: tempo, key and style steer only by being in it.
        """
        loop_end = round(request.duration_s * TAKE_RATE_HZ)
        plan = plan_for(request, loop_end + TAIL, self.sampler.frames_per_s)
        tokens = self.sampler.sample(plan, lambda frames_done: progress(frames_done / plan.frames))
        return Take(
            samples=in_stereo(self.sampler.decode(tokens), loop_end + TAIL),
            loop_end=loop_end,
            seed=request.seed,
            model=self.name,
            bpm=request.bpm,
            key=request.key,
            licence=self.card.licence,
        )


def plan_for(request: MusicRequest, samples: int, frames_per_s: float) -> Plan:
    """As many codec frames as cover the samples: the decoded sound is cut to length, never padded."""
    return Plan(
        text=request.prompt,
        frames=math.ceil(samples * frames_per_s / TAKE_RATE_HZ),
        seed=request.seed,
        guidance=request.guidance,
        temperature=request.temperature,
        top_k=request.top_k,
        top_p=request.top_p,
    )


def in_stereo(audio: Tensor, samples: int) -> NDArray[np.float32]:
    """(1 or 2, time) -> (2, samples): cut to length; mono goes to both sides."""
    assert audio.shape[1] >= samples, "plan_for asks for frames that cover the samples"
    return np.ascontiguousarray(audio[:, :samples].expand(2, samples).numpy())
