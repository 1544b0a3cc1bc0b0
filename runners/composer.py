"""MusicGen (pretrained) or the sketch composer (builtin), as many requests at once as it has slots."""

from __future__ import annotations

from typing import Any

import bentoml
from bentoml.exceptions import ServiceUnavailable

from aural.errors import NotReady
from aural.settings import Settings
from runners.replies import RUNNER_CONFIG
from runners.takes import takes_app


@bentoml.service(name="composer", **RUNNER_CONFIG)
class Composer:
    """Composes at POST /takes (see `runners.takes`)."""

    def __init__(self) -> None:
        from models.composing import load_composer
        from models.turns import Turns
        from runners.meter import PrometheusMeter

        meter = PrometheusMeter()
        loaded = load_composer(Settings.from_env(), meter.stepped)
        self._composer = loaded.composer
        self.turns = Turns(loaded.composer, slots=loaded.slots, pace=loaded.pace, meter=meter)
        self.turns.warm_up(loaded.warm_up_s)

    @bentoml.on_shutdown
    def stop(self) -> None:
        self.turns.close()

    @bentoml.api
    async def report(self) -> dict[str, Any]:
        try:
            return self._composer.report()
        except NotReady as cause:
            raise ServiceUnavailable(cause.sentence) from cause


Composer.mount_asgi_app(takes_app(lambda: bentoml.get_current_service().turns))  # type: ignore[attr-defined]
