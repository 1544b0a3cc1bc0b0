"""Metre: which beats open a bar, and how many there are in one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from aural.listening.candidates import NoveltyCurves
from aural.listening.onsets import FRAMES_PER_S
from aural.types import Doubles, Floats

METRES = (2, 3, 4)
PRIOR = np.log([0.12, 0.2, 0.68])
"""Of two, three and four beats a bar: four are common, and two read as four are no grave mistake."""
SPREAD = 4.0
"""The log odds of all beats are divided by this: a bar resembles the next, so they are not independent evidence."""
NEAR_S, HARMONY_NEAR_S = 0.04, 0.15
SUDDEN, HARMONY = [0, 1, 2, 3, 4, 5, 6, 8, 9], [7]
"""Of the curves: those that peak on the beat, and the one that takes its time."""


@dataclass(frozen=True)
class Metre:
    """`beats` to a bar, 0 where nothing tells; `first`: the index of the first beat that opens one; `confidence`: 0..1,
    of both together."""

    beats: int
    first: int
    confidence: float


NO_METRE = Metre(0, 0, 0.0)


def beat_features(curves: NoveltyCurves, beats_s: Doubles) -> Floats:
    """What sounds on each beat and halfway to the next, (beats, 21): of `NoveltyCurves`, and the beat's length."""
    lengths = np.diff(beats_s, append=2 * beats_s[-1] - beats_s[-2] if len(beats_s) > 1 else beats_s[-1] + 0.5)
    parts = [
        _max_near_times(curves.rows[rows], at_s, near_s)
        for at_s in (beats_s, beats_s + lengths / 2)
        for rows, near_s in ((SUDDEN, NEAR_S), (HARMONY, HARMONY_NEAR_S))
    ]
    features = np.concatenate([*parts, np.log2(lengths / 0.5)[None]]).T
    features[:, :-1] -= features[:, :-1].mean(axis=0)
    features[:, :-1] /= np.maximum(features[:, :-1].std(axis=0), 0.3)
    return features.astype(np.float32)


def _max_near_times(rows: Floats, at_s: Doubles, near_s: float) -> Doubles:
    """The greatest value within `near_s` of each instant, (rows, instants)."""
    reach = round(near_s * FRAMES_PER_S)
    centres = np.clip(np.round(at_s * FRAMES_PER_S).astype(np.int64), 0, rows.shape[1] - 1)
    around = np.clip(centres[:, None] + np.arange(-reach, reach + 1), 0, rows.shape[1] - 1)
    return np.asarray(rows[:, around].max(axis=2), np.float64)


def metre_of(logits: Doubles) -> Metre:
    """The metre and its phase under which what each beat says is likeliest. `logits`: (beats,) of opening a bar."""
    if len(logits) < 2 * max(METRES):
        return NO_METRE
    opens, goes_on = -np.logaddexp(0, -logits), -np.logaddexp(0, logits)
    place = np.arange(len(logits))
    told = {
        (metre, first): PRIOR[index]
        - np.log(metre)
        + float(np.where(place % metre == first, opens, goes_on).sum()) / SPREAD
        for index, metre in enumerate(METRES)
        for first in range(metre)
    }
    (metre, first), best = max(told.items(), key=lambda one: one[1])
    return Metre(metre, first, float(np.exp(best - np.logaddexp.reduce(list(told.values())))))
