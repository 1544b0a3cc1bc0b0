"""What `aural.flow` asks for, answered by the runners over the wire."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

from aural.wire import Evidence, Feeling, Floats, MusicRequest, PitchTrack, Take
from runners.replies import outcome


@dataclass(frozen=True)
class RunnerPorts:
    """The three runners as `bentoml.depends` gives them."""

    pitch: Any
    feeling: Any
    composer: Any
    _ids: dict[str, str] = field(default_factory=dict)

    async def track(self, samples: Floats, budget_s: float) -> PitchTrack:
        call = self.pitch.track({"samples": samples, "budget_s": budget_s})
        return PitchTrack.from_wire(await outcome(call, budget_s=budget_s, runner="pitch"))

    async def hear(self, samples: Floats, budget_s: float) -> Evidence:
        call = self.feeling.hear({"samples": samples, "budget_s": budget_s})
        return Evidence.from_wire(await outcome(call, budget_s=budget_s, runner="feeling"))

    async def label(self, evidence: Evidence, descriptors: Floats, budget_s: float) -> Feeling:
        call = self.feeling.label({"evidence": evidence.to_wire(), "descriptors": descriptors})
        return Feeling.from_wire(await outcome(call, budget_s=budget_s, runner="feeling"))

    async def compose(self, request: MusicRequest) -> Take:
        call = self.composer.compose(request.to_wire())
        return Take.from_wire(await outcome(call, budget_s=request.budget_s, runner="composer"))

    async def model_ids(self, budget_s: float) -> dict[str, str]:
        """By role; asked once, since a running model does not change."""
        if not self._ids:
            reports = await self.reports(budget_s)
            self._ids.update({role: report["model"] for role, report in reports.items()})
            self._ids["adapter"] = reports["feeling"]["adapter"]["model"]
        return self._ids

    async def reports(self, budget_s: float) -> dict[str, dict[str, Any]]:
        """What each runner says of itself. Raises NotReady until all are warm."""
        runners = {"pitch": self.pitch, "feeling": self.feeling, "composer": self.composer}
        calls = (
            outcome(_as_reply(runner.report()), budget_s=budget_s, runner=name) for name, runner in runners.items()
        )
        return dict(zip(runners, await asyncio.gather(*calls), strict=True))


async def _as_reply(report: Any) -> dict[str, Any]:
    return {"ok": await report}
