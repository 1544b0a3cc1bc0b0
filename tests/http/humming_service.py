"""The service with a composer that hums: 20 times real time, two at once, so that tests know when what is made."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import models.load_composer
from aural.settings import Settings
from models.latency import ThroughputEstimator
from models.load_composer import Composing
from tests.humming import Humming

if TYPE_CHECKING:
    from models.musicgen.scheduler import StepStats


def load_humming(settings: Settings, stepped: Callable[[StepStats], None] | None = None) -> Composing:
    del settings, stepped
    return Composing(Humming(work_s_per_s=0.05, steps=50), slots=2, warm_up_s=1.0, estimator=ThroughputEstimator(2))


models.load_composer.load_composer = load_humming

from service import AuralArchitect  # noqa: E402

__all__ = ["AuralArchitect"]
