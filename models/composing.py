"""Which composer the settings ask for, and how many requests it may serve at once."""

from __future__ import annotations

from aural.settings import Settings
from models.composer import Composer


def load_composer(settings: Settings) -> tuple[Composer, int]:
    """The sketch composer for the built-in set, MusicGen (one request at a time) for the pretrained one.

    Raises MissingWeights, BadSetting.
    """
    if settings.models == "builtin":
        from models.sketch.composer import SketchComposer

        return SketchComposer.load(), settings.composer_threads
    from models.cards import MUSICGEN
    from models.devices import choose_device
    from models.musicgen.composer import MusicGenComposer
    from models.weights import RECORD

    card = MUSICGEN[f"musicgen-{settings.musicgen}"]
    record = settings.weights_record or RECORD
    return MusicGenComposer.load(card, settings.weights_dir, choose_device(settings.device), record=record), 1
