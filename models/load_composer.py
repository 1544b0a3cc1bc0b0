"""Which composer the settings ask for, and how many requests it may serve at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aural.settings import Settings
from models.cards import musicgen_card
from models.composer import SKETCH, Composer
from models.latency import LatencyEstimator, ThroughputEstimator

if TYPE_CHECKING:
    from models.musicgen.scheduler import StepStats


@dataclass(frozen=True)
class Composing:
    """`slots`: requests at once. `warm_up_s`: music to compose at first; long enough to tell the machine's speed.

    `estimator`: what reckons from that how long others will take.
    """

    composer: Composer
    slots: int
    warm_up_s: float
    estimator: LatencyEstimator


def composer_id(settings: Settings) -> str:
    """What the composer that would be loaded is called. Raises BadSetting."""
    return SKETCH if settings.models == "builtin" else musicgen_card(settings.musicgen).name


def load_composer(settings: Settings, stepped: Callable[[StepStats], None] | None = None) -> Composing:
    """The sketch composer for the built-in set, MusicGen for the pretrained one; `stepped` hears of MusicGen's steps.

    Raises MissingWeights, MissingDevice, BadSetting.
    """
    if settings.models == "builtin":
        from models.sketch.composer import SketchComposer

        slots = settings.composer_threads
        return Composing(SketchComposer.load(), slots, warm_up_s=12.0, estimator=ThroughputEstimator(slots))
    from models.devices import choose_device
    from models.musicgen.assemble import EngineOptions, assemble
    from models.weights import RECORD

    options = EngineOptions(
        choose_device(settings.device),
        settings.precision,
        slots=settings.slots,
        cache_mb=settings.cache_mb,
        threads=settings.composer_threads,
    )
    record = settings.weights_record or RECORD
    card = musicgen_card(settings.musicgen)
    made = assemble(card, settings.weights_dir, options, record=record, stepped=stepped)
    return Composing(made.composer, made.slots, warm_up_s=2.0, estimator=made.estimator)
