"""Each style's music with its stems and notes, composed once for all tests that look at it."""

from __future__ import annotations

from functools import cache

from aural.types import MusicRequest, Take
from models.sketch.composer import SketchComposer
from models.sketch.styles import STYLES


def request_with_stems(style_id: str, *, stems: bool = True) -> MusicRequest:
    """Four seconds of a style, in an emotion and a form of its own."""
    place = sorted(STYLES).index(style_id)
    emotion = ("aggressive", "joyful", "sad", "neutral")[place % 4]
    return MusicRequest(
        "music",
        duration_s=4.0,
        seed=3,
        bpm=120.0,
        style_id=style_id,
        emotion=emotion,
        loop=bool(place % 2),
        stems=stems,
    )


@cache
def loaded_composer() -> SketchComposer:
    """The one of this process: nothing in it changes, and it takes most of a second to load."""
    return SketchComposer.load()


@cache
def with_stems(style_id: str) -> Take:
    """Look, but do not change."""
    return loaded_composer().compose(request_with_stems(style_id), lambda _: None)
