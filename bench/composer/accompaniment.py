"""What the players beside the melody do: rhythms that come again, and notes that their instruments do not have."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from bench.composer.score import Score, ScoreNote
from models.sketch.synth.ranges import RANGES

ACCOMPANIMENT = ("chords", "arp", "pad")
"""What the piano of a pop song plays; the bass is told by itself."""
STEPS_PER_BEAT = 4


@dataclass(frozen=True)
class Rhythms:
    """Of one part: the share of its bars that repeat the rhythm of an earlier one, and how many it has."""

    repeated: float
    distinct: int


def rhythms(score: Score, notes: Iterable[ScoreNote]) -> Rhythms:
    """Of the bars in which there are `notes`: a rhythm is the set of sixteenths on which any of them begins."""
    bars: dict[int, set[int]] = {}
    for note in notes:
        bar, beat = score.place(note.beat)
        bars.setdefault(bar, set()).add(round(beat * STEPS_PER_BEAT))
    distinct = len({frozenset(steps) for steps in bars.values()})
    return Rhythms(1 - distinct / len(bars), distinct)


def rhythms_by_role(score: Score) -> dict[str, list[Rhythms]]:
    """Of each accompanying part and each bass; and, as "together", of the accompanying parts as one."""
    told: dict[str, list[Rhythms]] = {}
    for part in score.parts:
        if part.role in (*ACCOMPANIMENT, "bass"):
            told.setdefault(part.role, []).append(rhythms(score, part.notes))
    together = [note for part in score.parts if part.role in ACCOMPANIMENT for note in part.notes]
    return told | ({"together": [rhythms(score, together)]} if together else {})


def out_of_range(scores: Iterable[Score]) -> dict[str, tuple[int, int]]:
    """By voice: how many of its notes its instrument does not have, and how many there are."""
    outside: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for part in (part for score in scores for part in score.parts if part.voice in RANGES):
        low, high = RANGES[part.voice]
        total[part.voice] += len(part.notes)
        outside[part.voice] += sum(not low <= note.midi <= high for note in part.notes)
    return {voice: (outside[voice], count) for voice, count in total.items()}
