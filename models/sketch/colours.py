"""The colours of chords: what a style adds to triads."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from aural.theory.keys import Key

Colour = Literal["triad", "added", "seventh", "ninth", "blues"]
Weighted = tuple[tuple[str, float], ...]
# What a style adds to a chord, by what the chord is: weights of suffixes.
SUFFIXES: dict[Colour, dict[str, Weighted]] = {
    "triad": {
        "tonic": (("", 1.0),),
        "major": (("", 1.0),),
        "minor": (("", 1.0),),
        "dominant": (("", 0.75), ("7", 0.25)),
    },
    "added": {
        "tonic": (("", 0.6), ("add9", 0.4)),
        "major": (("", 0.65), ("add9", 0.2), ("maj7", 0.15)),
        "minor": (("", 0.6), ("7", 0.4)),
        "dominant": (("", 0.6), ("sus4", 0.25), ("7", 0.15)),
    },
    "seventh": {
        "tonic": (("maj7", 0.55), ("6", 0.45)),
        "major": (("maj7", 1.0),),
        "minor": (("7", 0.8), ("9", 0.2)),
        "dominant": (("7", 0.7), ("9", 0.15), ("13", 0.15)),
    },
    "ninth": {
        "tonic": (("maj9", 0.5), ("maj7", 0.5)),
        "major": (("maj7", 0.6), ("maj9", 0.4)),
        "minor": (("9", 0.55), ("7", 0.45)),
        "dominant": (("7sus4", 0.4), ("9", 0.3), ("13", 0.3)),
    },
    "blues": {
        "tonic": (("7", 0.5), ("", 0.5)),
        "major": (("7", 0.7), ("", 0.3)),
        "minor": (("7", 1.0),),
        "dominant": (("7", 1.0),),
    },
}
MINOR_TONIC: dict[Colour, Weighted] = {
    "triad": (("", 1.0),),
    "added": (("", 0.6), ("add9", 0.4)),
    "seventh": (("7", 0.6), ("6", 0.4)),
    "ninth": (("9", 0.6), ("7", 0.4)),
    "blues": (("7", 0.7), ("", 0.3)),
}


def suffix(degree: str, colour: Colour, key: Key, rng: np.random.Generator) -> str:
    """What is written behind a degree of the key in that colour."""
    plain = degree.lstrip("b#")
    if plain in ("vii", "ii") and (plain == "vii") == (key.mode == "major") and degree == plain:
        return "dim" if colour in ("triad", "added") else "m7b5"
    if plain == "i":
        return weighted(MINOR_TONIC[colour], rng)
    if plain == "I":
        return weighted(SUFFIXES[colour]["tonic"], rng)
    if degree == "V" or (degree == "VII" and key.mode == "minor" and colour not in ("triad", "added")):
        return weighted(SUFFIXES[colour]["dominant"], rng)
    return weighted(SUFFIXES[colour]["minor" if plain.islower() else "major"], rng)


def weighted(choices: Weighted, rng: np.random.Generator) -> str:
    """One of them, as often as its weight says."""
    return choices[int(_shares(choices).searchsorted(rng.random(), side="right"))][0]


@lru_cache(maxsize=1024)
def _shares(choices: Weighted) -> NDArray[np.float64]:
    """Of each and those before it, (choices,), as `Generator.choice` reckons them anew for each draw."""
    weights = np.array([weight for _, weight in choices])
    reached = (weights / weights.sum()).cumsum()
    return np.asarray(reached / reached[-1])
