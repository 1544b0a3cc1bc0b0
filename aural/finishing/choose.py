"""Choosing: of several finished takes of one request, the one that is nearest to it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from aural.theory.octaves import octave_invariant_error
from aural.types import Score, Take, Target

MOST_CANDIDATES = 8
# What each flaw costs, where one point of likeness to the prompt (a cosine of .01 more) is worth .01: a wrong key is
# worse than any wording that was missed, and music out of tempo, or silent, is of no use.
OFF = {"bpm": 4.0, "silence": 3.0, "bars": 3.0, "key": 2.0, "loudness": 0.5, "unchecked": 0.5}
PER_TEMPO_PERCENT, PER_STRETCH_PERCENT, PER_SEMITONE = 1.0, 0.05, 0.1


def candidate_seed(seed: int, candidate: int) -> int:
    """The seed that a candidate is composed with: the request's own for the first, drawn from it for the others.

    Drawn ones have 53 bits, which readers of JSON that take numbers for doubles can tell and send back.
    """
    if candidate == 0:
        return seed
    digest = hashlib.blake2b(f"{seed}:{candidate}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 11


def score_of(take: Take, target: Target, likeness: float | None) -> Score:
    """Of a finished take."""
    found = take.measurements
    assert found is not None, "a finished take has measurements"
    cost = sum(OFF[name] for name in found.off) - (likeness or 0.0)
    if target.bpm is not None and found.bpm is not None:
        cost += PER_TEMPO_PERCENT * min(4.0, 100 * octave_invariant_error(found.bpm, target.bpm))
    cost += PER_STRETCH_PERCENT * 100 * abs(found.stretched - 1) + PER_SEMITONE * abs(found.transposed)
    return Score(take.seed, found.bpm, found.key, found.off, likeness, round(cost, 4))


def best_index(scores: Sequence[Score]) -> int:
    """The place of the winner; of equals the first."""
    return min(range(len(scores)), key=lambda place: scores[place].cost)
