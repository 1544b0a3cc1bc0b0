"""MusicGen (pretrained) or the sketch composer (builtin), one request at a time per slot."""

from __future__ import annotations

from typing import Any

import bentoml

from aural.settings import Settings
from aural.wire import MusicRequest
from runners.replies import RUNNER_CONFIG, Reply, reply


@bentoml.service(name="composer", **RUNNER_CONFIG)
class Composer:
    """Turns a `MusicRequest` (as a dict) into a `Take` (as a dict)."""

    def __init__(self) -> None:
        from models.composing import load_composer
        from models.turns import Turns

        loaded = load_composer(Settings.from_env())
        self._composer = loaded.composer
        self._turns = Turns(loaded.composer, slots=loaded.slots)
        self._turns.warm_up(loaded.warm_up_s)

    @bentoml.api
    async def compose(self, request: dict[str, Any]) -> Reply:
        return await reply(self._turns.compose(MusicRequest.from_wire(request)))

    @bentoml.api
    async def report(self) -> dict[str, Any]:
        return self._composer.report()
