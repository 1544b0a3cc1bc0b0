"""MusicGen (pretrained) or the sketch composer (builtin), as many requests at once as it has slots."""

from __future__ import annotations

from typing import Any

import bentoml
from bentoml.exceptions import ServiceUnavailable

from aural.errors import NotReady
from aural.settings import Settings
from runners.lifeline import outliving_gateway
from runners.replies import RUNNER_CONFIG
from runners.takes import takes_app


@bentoml.service(name="composer", **RUNNER_CONFIG)
class ComposerRunner:
    """Composes at POST /takes (see `runners.takes`)."""

    def __init__(self) -> None:
        from models.job_queue import JobQueue
        from models.load_composer import load_composer
        from runners.metrics import PrometheusMetrics

        metrics = PrometheusMetrics()
        settings = Settings.from_env()
        with outliving_gateway(settings.deadline_s):
            loaded = load_composer(settings, metrics.stepped)
            self._composer = loaded.composer
            self.queue = JobQueue(
                loaded.composer,
                slots=loaded.slots,
                estimator=loaded.estimator,
                metrics=metrics,
                max_wait_s=settings.max_wait_s,
            )
            self.queue.warm_up(loaded.warm_up_s)

    @bentoml.on_shutdown
    def stop(self) -> None:
        self.queue.close()

    @bentoml.api
    async def report(self) -> dict[str, Any]:
        try:
            return self._composer.report()
        except NotReady as cause:
            raise ServiceUnavailable(cause.sentence) from cause


ComposerRunner.mount_asgi_app(takes_app(lambda: bentoml.get_current_service().queue))  # type: ignore[attr-defined]
