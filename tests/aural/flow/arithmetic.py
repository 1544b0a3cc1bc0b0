"""Models that obey arithmetic, workers that are no processes, and the flow over them."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import numpy as np

from aural.errors import AuralError
from aural.flow.ports import Capabilities, Watch, unwatched
from aural.flow.steps import Flow
from aural.theory.metre import METRE_NAMES
from aural.types import (
    TAIL_S,
    TAKE_RATE_HZ,
    Affect,
    ClipFeatures,
    Floats,
    JobStatus,
    MusicRequest,
    PitchTrack,
    PlaceRequest,
    Take,
)
from aural.wording.descriptors import DESCRIPTORS
from aural.workers.pool import WorkerDied
from tests.serving import band, wav_of

CLIP = wav_of(band(8, bpm=120))
STEPS = 4  # of every take, as the composer tells


class Here:
    """Workers that work at once; a function in `kills` takes its worker with it, which ends with `status`."""

    def __init__(self, kills: str = "", status: int = -11):
        self._kills = kills
        self._status = status

    async def run(
        self, function: Callable[..., Any], *args: Any, timeout_s: float, memory_bytes: int = 0, cpu_s: int = 0
    ) -> Any:
        assert timeout_s > 0
        if function.__name__ == self._kills:
            raise WorkerDied(f"status {self._status}", self._status)
        return function(*args)


class Arithmetic:
    """Pitch counts zero crossings, the ear averages, the composer hums at 32 kHz and sets no tempo unless told."""

    def __init__(self) -> None:
        self.asked: list[MusicRequest] = []
        self.placed: list[PlaceRequest] = []
        self.refuses: AuralError | None = None
        self.places = self.ahead = 0
        self.exact = False
        self.heard: tuple[str, ...] = ()

    async def track_pitch(self, samples: Floats, budget_s: float) -> PitchTrack:
        frames = len(samples) // 160
        crossings = np.abs(np.diff(np.sign(samples[: frames * 160]))).sum() / 4
        hz = np.full(frames, crossings / (frames / 100), np.float32)
        return PitchTrack(hz, np.ones(frames, np.float32), 0.01)

    async def embed(self, samples: Floats, budget_s: float) -> ClipFeatures:
        return ClipFeatures("tagger", np.array([samples.mean(), samples.std()], np.float32), np.zeros(100, np.float32))

    async def label(self, features: ClipFeatures, descriptors: Floats, budget_s: float) -> Affect:
        assert len(descriptors) == len(DESCRIPTORS)
        return Affect(0.8, 0.4, "joyful", 0.5, (("pop", 0.6), ("rock", 0.4)))

    async def compose(self, request: MusicRequest, watch: Watch = unwatched) -> Take:
        self.asked.append(request)
        for step in range(STEPS + 1):
            watch(JobStatus(0, step / STEPS, step, STEPS, request.duration_s * (1 - step / STEPS)))
        music = band(request.duration_s + TAIL_S, bpm=request.bpm or 100, rate_hz=TAKE_RATE_HZ)
        loop_end = round(request.duration_s * TAKE_RATE_HZ)
        sides = np.stack([music, music]).astype(np.float32)
        take = Take(sides, loop_end, request.seed, "humming", request.bpm, request.key)
        return replace(take, metre=request.metre or "4/4", heard=self.heard)

    @asynccontextmanager
    async def reserve_place(self, request: PlaceRequest) -> AsyncGenerator[JobStatus, None]:
        self.placed.append(request)
        if self.refuses is not None:
            raise self.refuses
        self.places += 1
        try:
            yield JobStatus(self.ahead, left_s=request.duration_s)
        finally:
            self.places -= 1

    async def stream(self, request: MusicRequest, watch: Watch = unwatched) -> AsyncGenerator[Floats, None]:
        for block in np.array_split((await self.compose(request, watch)).samples, 5, axis=1):
            yield block

    async def capabilities(self, budget_s: float) -> Capabilities:
        can = {"exact": self.exact, "stems": self.exact, "metres": METRE_NAMES if self.exact else ()}
        return Capabilities("humming", "CC0-1.0", **can)  # type: ignore[arg-type]

    async def prompt_similarity(self, samples: Floats, prompt: str, budget_s: float) -> float | None:
        return None

    async def model_ids(self, budget_s: float) -> dict[str, str]:
        return {"composer": "humming"}


def flow(kills: str = "", status: int = -11) -> tuple[Flow, Arithmetic]:
    models = Arithmetic()
    return Flow(Here(kills, status), models, embedder_rate_hz=16_000), models
