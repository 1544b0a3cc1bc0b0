"""The form of a long piece: bars that are copies, players that leave and come, a beginning and an end."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bench.composer.score import DRUMS, Score

STEPS_PER_BEAT = 4
APART = ("melody", "counter", DRUMS)
"""A new tune over the same bars is no new bar; and drums are made of copies."""
REST_BARS = 2  # in which a player who has left is silent
THINNER = 2 / 3  # of the fullest bar's players: what begins with more has no intro
CALMER = 0.5  # of the median bar's onsets: what ends with more goes on


@dataclass(frozen=True)
class Form:
    """`copies`: share of bars whose accompaniment, bass and chords of all players together, is that of an earlier bar.
    `leaves`: a player falls silent for two bars or more before the last two. `intro`: both of the first two bars have
    at most two thirds of the players of the fullest bar. `comes_to_rest`: the last bar has at most half the onsets of
    the median bar."""

    copies: float
    leaves: bool
    intro: bool
    comes_to_rest: bool


def measure_form(score: Score) -> Form:
    """Of a piece with bars. A last bar that is cut short counts as one."""
    playing = players_per_bar(score)
    onsets = onsets_per_bar(score)
    counts = playing.sum(axis=0)
    return Form(
        copies=copied_bars(score),
        leaves=any(_leaves(row) for row in playing),
        intro=bool(counts[:2].max() <= THINNER * counts.max()),
        comes_to_rest=bool(onsets[-1] <= CALMER * np.median(onsets)),
    )


def copied_bars(score: Score) -> float:
    """The share of bars that are exact copies, what APART do left aside; a bar without notes copies an empty one."""
    bars: list[set[tuple[str, int, int]]] = [set() for _ in range(score.n_bars)]
    for part in score.parts:
        for note in part.notes if part.role not in APART else ():
            bar, beat = score.place(note.beat)
            bars[min(bar, score.n_bars - 1)].add((part.name, round(beat * STEPS_PER_BEAT), note.midi))
    return 1 - len({frozenset(bar) for bar in bars}) / len(bars)


def players_per_bar(score: Score) -> NDArray[np.bool_]:
    """(parts, bars): who begins or holds a note in which bar."""
    playing = np.zeros((len(score.parts), score.n_bars), bool)
    for row, part in zip(playing, score.parts, strict=True):
        for note in part.notes:
            first, _ = score.place(note.beat)
            last, _ = score.place(note.beat + max(note.beats - 0.1, 0.0))
            row[first : last + 1] = True
    return playing


def onsets_per_bar(score: Score) -> NDArray[np.int_]:
    """(bars,): notes of all players that begin in it."""
    bars = [score.place(note.beat)[0] for part in score.parts for note in part.notes]
    return np.bincount(np.minimum(bars, score.n_bars - 1), minlength=score.n_bars)


def _leaves(row: NDArray[np.bool_]) -> bool:
    """Whether silence of REST_BARS follows what was played, before the last two bars."""
    heard = "".join("x" if plays else "." for plays in row[:-REST_BARS])
    return "x" + REST_BARS * "." in heard
