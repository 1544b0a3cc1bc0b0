"""What `aural.flow.steps` asks for, answered by the runners over the wire."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from aural.flow.ports import Capabilities, Watch, unwatched
from aural.types import Affect, ClipFeatures, Floats, JobStatus, MusicRequest, PitchTrack, PlaceRequest, Take
from runners.composer_client import ComposerClient
from runners.replies import answered, outcome, understood


@dataclass(frozen=True)
class RunnerPorts:
    """The three runners as `bentoml.depends` gives them, and the way to the composer that work can be taken back on."""

    pitch: Any
    feeling: Any
    composer: Any
    takes: ComposerClient
    _reports: dict[str, dict[str, Any]] = field(default_factory=dict)

    async def track_pitch(self, samples: Floats, budget_s: float) -> PitchTrack:
        asked = {"samples": samples, "budget_s": budget_s}
        return await answered(PitchTrack, lambda: self.pitch.track(asked), budget_s=budget_s, runner="pitch")

    async def embed(self, samples: Floats, budget_s: float) -> ClipFeatures:
        asked = {"samples": samples, "budget_s": budget_s}
        return await answered(ClipFeatures, lambda: self.feeling.embed(asked), budget_s=budget_s, runner="feeling")

    async def label(self, features: ClipFeatures, descriptors: Floats, budget_s: float) -> Affect:
        asked = {"features": features.to_wire(), "descriptors": descriptors}
        return await answered(Affect, lambda: self.feeling.label(asked), budget_s=budget_s, runner="feeling")

    async def prompt_similarity(self, samples: Floats, prompt: str, budget_s: float) -> float | None:
        """How alike sound and words are, -1..1: the cosine of CLAP's embeddings; None where the embedder reads no
        words.

        `samples`: (time,) float32 at the embedder's rate.
        """
        asked = {"samples": samples, "prompt": prompt, "budget_s": budget_s}
        match = await outcome(lambda: self.feeling.match(asked), budget_s=budget_s, runner="feeling")
        with understood("feeling"):
            likeness: float | None = match["likeness"]
        return likeness

    async def compose(self, request: MusicRequest, watch: Watch = unwatched) -> Take:
        return await self.takes.compose(request, watch)

    def reserve_place(self, request: PlaceRequest) -> AbstractAsyncContextManager[JobStatus]:
        return self.takes.place(request)

    def stream(self, request: MusicRequest, watch: Watch = unwatched) -> AsyncGenerator[Floats, None]:
        return self.takes.stream(request, watch)

    async def capabilities(self, budget_s: float) -> Capabilities:
        return Capabilities.of((await self._known(budget_s))["composer"])

    async def model_ids(self, budget_s: float) -> dict[str, str]:
        """By role."""
        reports = await self._known(budget_s)
        adapter = reports["feeling"]["adapter"]["model"]
        return {**{role: report["model"] for role, report in reports.items()}, "adapter": adapter}

    async def _known(self, budget_s: float) -> dict[str, dict[str, Any]]:
        """Asked once, since a running model does not change."""
        if not self._reports:
            self._reports.update(await self.reports(budget_s))
        return self._reports

    async def reports(self, budget_s: float) -> dict[str, dict[str, Any]]:
        """What each runner says of itself. Raises NotReady until all are warm."""
        runners = {"pitch": self.pitch, "feeling": self.feeling, "composer": self.composer}
        calls = (
            outcome(partial(_report_of, runner), budget_s=budget_s, runner=name) for name, runner in runners.items()
        )
        return dict(zip(runners, await asyncio.gather(*calls), strict=True))


async def _report_of(runner: Any) -> dict[str, Any]:
    return {"ok": await runner.report()}
