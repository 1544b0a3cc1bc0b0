"""CREPE behind a batching queue."""

from __future__ import annotations

from typing import Any

import bentoml
import numpy as np

from aural.audio.clip import ANALYSIS_RATE_HZ
from aural.settings import Settings
from aural.types import Floats, PitchTrack
from runners.batching import Batcher
from runners.lifeline import outliving_gateway
from runners.replies import RUNNER_CONFIG, Reply, reply


@bentoml.service(name="pitch", **RUNNER_CONFIG)
class PitchRunner:
    """Tracks F0. One request: `{"samples": (time,) float32 at 16 kHz, "budget_s": seconds}`."""

    def __init__(self) -> None:
        from models.crepe import Crepe
        from models.devices import choose_device

        settings = Settings.from_env()
        with outliving_gateway(settings.deadline_s):
            self._crepe = Crepe.load(choose_device(settings.device))
            self._crepe.track(np.zeros(2 * ANALYSIS_RATE_HZ, np.float32))
        self._track: Batcher[Floats, PitchTrack] = Batcher("pitch", self._crepe.track_many, max_batch=16)

    @bentoml.api
    async def track(self, request: dict[str, Any]) -> Reply:
        return await reply(self._track(request["samples"], request["budget_s"]))

    @bentoml.api
    async def report(self) -> dict[str, Any]:
        return self._crepe.report()
