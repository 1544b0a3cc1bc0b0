"""How clearly a progression names its key: by the notes of its chords, as a listener counts them."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

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
            own = np.zeros(12)
            own[list(chord.pitch_classes)] += 1
            own += FIFTH * np.roll(own, 7)
            own[chord.lowest] += BASS
            weights += own / own.sum() / len(chords)
    fits = key_fits(weights)
    place = ALL_KEYS.index(key)
    return float(fits[place] - np.delete(fits, place).max())
