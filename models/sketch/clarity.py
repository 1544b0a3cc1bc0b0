"""How clearly a progression names its key: by the notes of its chords, as a listener counts them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from aural.theory.keys import ALL_KEYS, Key
from aural.theory.profiles import key_fits
from models.sketch.harmony import Chord

FIFTH, BASS = 0.35, 0.6  # beside a note's own weight of 1: that of its third partial, and of what the bass adds


def key_lead(bars: Iterable[tuple[Chord, ...]], key: Key) -> float:
    """By how much the chords, bar by bar, fit the profile of `key` better than that of the best other key.

    A difference of correlations; under 0 where another key is likelier.
    """
    weights = np.zeros(12)
    for chords in bars:
        for chord in chords:
            weights += _heard_notes(chord.pitch_classes, chord.lowest) / len(chords)
    fits = key_fits(weights)
    place = ALL_KEYS.index(key)
    return float(fits[place] - max(fits[:place].max(initial=-1), fits[place + 1 :].max(initial=-1)))


@lru_cache(maxsize=4096)
def _heard_notes(pitch_classes: tuple[int, ...], lowest: int) -> NDArray[np.float64]:
    """(12,) how much of each pitch class is in a chord, in all 1."""
    own = np.zeros(12)
    own[list(pitch_classes)] += 1
    own += FIFTH * np.roll(own, 7)
    own[lowest] += BASS
    return np.asarray(own / own.sum())
