"""Which composer the settings ask for, and how many requests it may serve at once."""

from __future__ import annotations

from dataclasses import dataclass

from aural.settings import Settings
from models.composer import Composer


@dataclass(frozen=True)
class Composing:
    """`slots`: requests at once. `warm_up_s`: music to compose at first; long enough to tell the machine's speed."""

    composer: Composer
    slots: int
    warm_up_s: float


def load_composer(settings: Settings) -> Composing:
    """The sketch composer for the built-in set, MusicGen (one request at a time) for the pretrained one.

    Raises MissingWeights, MissingDevice.
    """
    if settings.models == "builtin":
        from models.sketch.composer import SketchComposer

        return Composing(SketchComposer.load(), settings.composer_threads, warm_up_s=12.0)
    from models.cards import MUSICGEN
    from models.devices import choose_device
    from models.musicgen.composer import MusicGenComposer
    from models.weights import RECORD

    card = MUSICGEN[f"musicgen-{settings.musicgen}"]
    record = settings.weights_record or RECORD
    composer = MusicGenComposer.load(card, settings.weights_dir, choose_device(settings.device), record=record)
    return Composing(composer, slots=1, warm_up_s=2.0)
