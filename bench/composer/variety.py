"""How much two seeds of one style differ: chord progressions and drum bars."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import combinations, pairwise

import numpy as np

from bench.composer.score import DRUMS, Score
from bench.composer.symbols import ChordSymbol

STEPS_PER_BEAT = 4
FEWEST_HITS = 17
FRAMES = re.compile(r"intro|outro|coda|end", re.IGNORECASE)
"""Sections that lead in or out: how long they are depends on the tempo, and their chords are others' chords."""
Progression = tuple[ChordSymbol, ...]
DrumBar = frozenset[tuple[int, int]]


def progressions(score: Score) -> tuple[str, tuple[Progression, ...]]:
    """The mode and, section by section in the order in which they first come, the chords seen from the tonic."""
    found: dict[str, Progression] = {}
    for (start, label), (end, _) in pairwise([*score.sections, (score.end, "")]):
        name = label.rstrip(" 0123456789")
        if name not in found and not FRAMES.match(name):
            chords = [chord.over(score.key.tonic) for beat, chord in score.chords if start <= beat < end]
            found[name] = period(chords)
    return score.key.mode, tuple(found.values())


def period(chords: Sequence[ChordSymbol]) -> Progression:
    """The shortest progression that gives the chords when it is played again and again."""
    for n in range(1, len(chords)):
        if all(now == then for now, then in zip(chords[n:], chords, strict=False)):
            return tuple(chords[:n])
    return tuple(chords)


def main_drum_bar(score: Score) -> DrumBar | None:
    """What sounds in half of the drummed bars or more, as (sixteenth of the bar, drum); None under `FEWEST_HITS`."""
    hits = score.notes_of(DRUMS)
    if len(hits) < FEWEST_HITS:
        return None
    bars: dict[int, set[tuple[int, int]]] = {}
    for hit in hits:
        bar, beat = score.place(hit.beat, early=0.5 / STEPS_PER_BEAT)
        bars.setdefault(bar, set()).add((round(beat * STEPS_PER_BEAT), hit.midi))
    counts = Counter(stroke for strokes in bars.values() for stroke in strokes)
    return frozenset(stroke for stroke, count in counts.items() if 2 * count >= len(bars))


def mean_jaccard(bars: Sequence[DrumBar]) -> float | None:
    """What two of the bars share of what either has, mean over all pairs; None where there is no pair."""
    pairs = [len(one & other) / max(1, len(one | other)) for one, other in combinations(bars, 2)]
    return float(np.mean(pairs)) if pairs else None
