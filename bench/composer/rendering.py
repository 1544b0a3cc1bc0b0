"""Takes of the composer and what is kept of them, made in a worker process."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import numpy as np

from aural.audio.clip import ANALYSIS_RATE_HZ, Clip
from aural.listening.onsets import envelope, onsets
from aural.theory.metre import MetreName
from aural.types import TAKE_RATE_HZ, Floats, MusicRequest
from bench.composer.endings import end_drop_db
from bench.composer.hearing import patch_embeddings, real_patch_embeddings, styles_heard
from bench.composer.score import Score, read_score
from bench.composer.sound import as_real_clips_come
from bench.composer.variety import Progression, progressions
from bench.composer.written import write
from models.sketch.composer import SketchComposer


@dataclass(frozen=True)
class Order:
    """A take and what is to be heard in it: `embeds`, its embeddings; `names`, its styles; its onsets where `metre` is
    asked."""

    style: str
    seed: int
    duration_s: float
    metre: MetreName | None = None
    embeds: bool = False
    names: bool = False

    @property
    def request(self) -> MusicRequest:
        return MusicRequest(
            prompt="",
            duration_s=self.duration_s,
            seed=self.seed,
            style_id=self.style,
            metre=self.metre,
        )


@dataclass(frozen=True, eq=False)
class Rendered:
    """`midi`: the notes. `end_drop_db`: see `endings`. `patches`: (patches, 200). `styles`: the likeliest first.
    `onset_curve`: 100 frames a second."""

    order: Order
    midi: bytes
    body_s: float
    end_drop_db: float
    patches: Floats | None = None
    styles: tuple[str, ...] = ()
    onset_curve: Floats | None = None

    @cached_property
    def score(self) -> Score:
        return read_score(self.midi)


@cache
def composer() -> SketchComposer:
    """This process's own."""
    return SketchComposer.load()


def render(order: Order) -> Rendered:
    """Compose, listen to what the order names, and let the sound go.

    The notes are written again from the same request: a take has them only with its stems, which cost as much again.
    """
    take = composer().compose(order.request, lambda _: None)
    body = take.samples[:, : take.loop_end].mean(axis=0, dtype=np.float32)
    whole = take.samples.mean(axis=0, dtype=np.float32)
    return Rendered(
        order,
        write(composer(), order.request).midi,
        take.loop_end / TAKE_RATE_HZ,
        end_drop_db(body, TAKE_RATE_HZ),
        patches=patch_embeddings(as_real_clips_come(whole, TAKE_RATE_HZ)) if order.embeds else None,
        styles=styles_heard(whole, TAKE_RATE_HZ) if order.names else (),
        onset_curve=_onset_curve(body) if order.metre else None,
    )


def progressions_written(style: str, seed: int, duration_s: float) -> tuple[str, tuple[Progression, ...]]:
    """See `variety.progressions`."""
    request = MusicRequest(prompt="", duration_s=duration_s, seed=seed, style_id=style)
    return progressions(write(composer(), request, notes=False).score)


def real_embeddings(path: Path) -> Floats:
    """See `hearing.real_patch_embeddings`; here, so that one worker does all."""
    return real_patch_embeddings(path)


def _onset_curve(body: Floats) -> Floats:
    clip = Clip(body, TAKE_RATE_HZ, TAKE_RATE_HZ, 1, "take").resampled_to(ANALYSIS_RATE_HZ)
    return np.asarray(envelope(onsets(clip.samples)), np.float32)
