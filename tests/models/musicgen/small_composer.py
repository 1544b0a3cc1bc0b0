"""MusicGen as a composer, over small random checkpoints in the real layouts, and what its takes are to be."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import torch

from aural.finishing.stereo import MonoToStereo
from aural.types import Floats, MusicRequest
from models.cards import ENCODEC_32KHZ, MUSICGEN, Card
from models.musicgen.assemble import EngineOptions, assemble
from models.musicgen.composer import MusicGenComposer
from models.musicgen.step import Ints
from models.weights import snapshot

SMALL, STEREO = MUSICGEN["musicgen-small"], MUSICGEN["musicgen-stereo-small"]
REQUEST = MusicRequest(prompt="calm piano. bpm: 96. key: e minor", duration_s=0.5, seed=5)
OPTIONS = EngineOptions(torch.device("cpu"), slots=4, threads=1)
HOP = 640


@contextmanager
def loaded(
    folder: Path, record: Path, card: Card = SMALL, options: EngineOptions = OPTIONS
) -> Iterator[MusicGenComposer]:
    composer = assemble(card, folder, options, record=record).composer
    yield composer
    composer.scheduler.close()


def ignore(_progress: float) -> None:
    return None


def decoded(folder: Path, tokens: Ints) -> Floats:
    """transformers' decode of (codebooks, frames) -> (sides, time): in stereo the left side's codebooks are even."""
    from transformers import EncodecModel

    codec: Any = EncodecModel.from_pretrained(snapshot(ENCODEC_32KHZ, folder))
    sides = [tokens[0::2], tokens[1::2]] if len(tokens) == 8 else [tokens]
    given = torch.from_numpy(np.stack(sides))[None]
    with torch.inference_mode():
        return np.concatenate([codec.decode(side[None], [None])[0][0].numpy() for side in given.transpose(0, 1)])


def assert_polished(samples: Floats, raw: Floats, *, fade_in: bool = True) -> None:
    """That a take (2, time) is what its sound (1 or 2, time or more) becomes, to -100 dB."""
    length = samples.shape[1]
    expected = MonoToStereo(length, fade_in=fade_in).push(raw[:, :length])
    assert np.abs(samples - expected).max() < 1e-5 * np.abs(expected).max()
