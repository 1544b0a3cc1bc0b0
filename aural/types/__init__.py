"""The vocabulary of types: what the rooms hand to each other, in one process and between them."""

from __future__ import annotations

from aural.types.base import Doubles, Floats, WireSerializable
from aural.types.listening import (
    ENERGY_STEP_S,
    NO_KEY,
    Affect,
    ClipFeatures,
    Heard,
    KeyGuess,
    Loudness,
    PitchTrack,
    Tempo,
)
from aural.types.music import (
    BY_RULE,
    ENDINGS,
    TAIL_S,
    TAKE_RATE_HZ,
    TRAINED,
    Controls,
    Ending,
    JobStatus,
    MusicRequest,
    Origin,
    PlaceRequest,
    Take,
)
from aural.types.target import MOST_STRETCH, Measurements, PostprocessOptions, Score, Selection, Target

__all__ = [
    "BY_RULE",
    "ENDINGS",
    "ENERGY_STEP_S",
    "MOST_STRETCH",
    "NO_KEY",
    "TAIL_S",
    "TAKE_RATE_HZ",
    "TRAINED",
    "Affect",
    "ClipFeatures",
    "Controls",
    "Doubles",
    "Ending",
    "Floats",
    "Heard",
    "JobStatus",
    "KeyGuess",
    "Loudness",
    "Measurements",
    "MusicRequest",
    "Origin",
    "PitchTrack",
    "PlaceRequest",
    "PostprocessOptions",
    "Score",
    "Selection",
    "Take",
    "Target",
    "Tempo",
    "WireSerializable",
]
