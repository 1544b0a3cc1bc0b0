"""Harmony as a grammar: each key says which triads follow which, and is judged by how it foretells the chroma.

A hidden Markov model per key with the 24 triads as states (after Noland and Sandler 2006). Triads and keys are
counted alike, in the order of `aural.theory.keys.ALL_KEYS`. The constants are round numbers, chosen by the scores of
bench/listening; their neighbours differ by a clip or two.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np

from aural.theory.keys import ALL_KEYS, Key
from aural.types import Doubles

N_KEYS = len(ALL_KEYS)

# How common each triad is in C major and in C minor: the diatonic ones and the usual loans, the others .01.
IN_C_MAJOR = {
    "C": 1.0, "F": 0.7, "G": 0.7, "Am": 0.6, "Dm": 0.45, "Em": 0.3, "Bb": 0.1, "D": 0.08, "E": 0.06,
    "Fm": 0.06, "A": 0.05, "Ab": 0.04, "Gm": 0.04, "Eb": 0.03,
}  # fmt: skip
IN_C_MINOR = {
    "Cm": 1.0, "Ab": 0.55, "Fm": 0.5, "Bb": 0.5, "G": 0.45, "Eb": 0.45, "Gm": 0.3, "F": 0.12, "Dm": 0.05,
    "Db": 0.05, "C": 0.05,
}  # fmt: skip
RARE = 0.01
STAY = 0.85  # the chance that a chord lasts another 128 ms: .9 s on average
TO_TONIC = 2.5  # the dominant leads home this much more often than to other chords
# And that much more often do clips begin and end there. From 1 to 64 every step up of OPENS names more keys right, in
# cuts from the middle too.
OPENS, CLOSES = 64.0, 3.0
TREBLE_WEIGHT, BASS_WEIGHT = 16.0, 2.0
TREBLE_POWER, BASS_POWER = 0.7, 0.5
STRANGER = 0.1  # what a chord's template grants to the nine other pitch classes


class ChordHmm(NamedTuple):
    """Per key: `first` (24, triads) chances, `step` (24, from, to) chances, `last` (24, triads) weights."""

    first: Doubles
    step: Doubles
    last: Doubles


def key_log_likelihoods(treble: Doubles, bass: Doubles) -> Doubles:
    """Log likelihood of the chroma in each of the 24 keys, (24,). `treble`, `bass`: (frames, 12)."""
    evidence = triad_evidence(treble, bass)
    first, step, last = chord_hmms()
    # The forward algorithm in all keys at once, scaled to sum 1 at every frame.
    state = first
    total = np.zeros(N_KEYS)
    for frame, seen in enumerate(np.exp(evidence - evidence.max(axis=1, keepdims=True))):
        if frame:
            state = np.matmul(state[:, None, :], step)[:, 0]
        state = state * seen
        scale = state.sum(axis=1)
        total += np.log(scale)
        state /= scale[:, None]
    return np.asarray(total + np.log((state * last).sum(axis=1)))


def triad_evidence(treble: Doubles, bass: Doubles) -> Doubles:
    """Log evidence for each triad in each frame, (frames, 24): its notes above, its root below."""
    above, below = treble**TREBLE_POWER, bass**BASS_POWER
    likeness = above / np.maximum(np.linalg.norm(above, axis=1, keepdims=True), 1e-9) @ triads().T
    root = below / np.maximum(below.max(axis=1, keepdims=True), 1e-9)
    return np.asarray(TREBLE_WEIGHT * likeness + BASS_WEIGHT * np.concatenate([root, root], axis=1))


@cache
def triads() -> Doubles:
    """Unit templates, (24, 12)."""
    rows = np.full((N_KEYS, 12), STRANGER)
    for row, key in zip(rows, ALL_KEYS, strict=True):
        third = 4 if key.mode == "major" else 3
        row[[key.tonic, (key.tonic + third) % 12, (key.tonic + 7) % 12]] = 1.0
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True))


@cache
def chord_hmms() -> ChordHmm:
    """The grammars of C major and C minor, transposed to every key."""
    parts = [transposed(chord_hmm_in_c(Key(0, key.mode)), key.tonic) for key in ALL_KEYS]
    return ChordHmm(*(np.stack(part) for part in zip(*parts, strict=True)))


def chord_hmm_in_c(key: Key) -> ChordHmm:
    """The grammar of C major or C minor: first (24,), step (24, 24), last (24,)."""
    common = np.full(N_KEYS, RARE)
    for name, weight in (IN_C_MAJOR if key.mode == "major" else IN_C_MINOR).items():
        common[ALL_KEYS.index(Key.parse(name))] = weight
    home = ALL_KEYS.index(key)
    step = np.tile(common, (N_KEYS, 1))
    step[ALL_KEYS.index(Key(7, "major")), home] *= TO_TONIC
    if key.mode == "minor":
        step[ALL_KEYS.index(Key(7, "minor")), home] *= TO_TONIC
    np.fill_diagonal(step, 0.0)
    step = STAY * np.eye(N_KEYS) + (1 - STAY) * step / step.sum(axis=1, keepdims=True)
    first, last = common.copy(), np.ones(N_KEYS)
    first[home] *= OPENS
    last[home] *= CLOSES
    return ChordHmm(first / first.sum(), step, last)


def transposed(c: ChordHmm, semitones: int) -> ChordHmm:
    """A grammar of C, moved up."""
    source = [ALL_KEYS.index(triad.transposed(-semitones)) for triad in ALL_KEYS]
    return ChordHmm(c.first[source], c.step[np.ix_(source, source)], c.last[source])
