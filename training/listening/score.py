"""What is written: notes and hits in seconds, and the clock that they were written by."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from aural.theory.keys import Key
from training.listening.progressions import Chord
from training.listening.styles import Style

Doubles = NDArray[np.float64]
Chords = list[tuple[float, float, Chord]]
"""(first beat, beats, chord) in order."""


@dataclass(frozen=True)
class Note:
    """Sounds from `at_s` for `lasts_s`; `part` names the player, `velocity` is 0..1."""

    at_s: float
    lasts_s: float
    midi: int
    velocity: float
    part: str


@dataclass(frozen=True)
class Hit:
    at_s: float
    piece: str
    velocity: float


@dataclass(frozen=True, eq=False)
class Song:
    """What was written and what is true of it. `beats_s`: (n,), of which every `metre`-th from the first opens a bar.

    `key` None: nothing tonal plays.
    """

    style: Style
    key: Key | None
    metre: int
    beats_s: Doubles
    notes: tuple[Note, ...]
    hits: tuple[Hit, ...]
    chords: Chords

    def regions(self) -> list[tuple[float, Key]]:
        """(seconds, the key from there on) wherever it changes; none without a key."""
        found: list[tuple[float, Key]] = []
        if self.key is None:
            return found
        for beat, _, chord in self.chords:
            region = chord.region or Key(0, self.key.mode)
            here = Key((self.key.tonic + region.tonic) % 12, region.mode)
            if not found or found[-1][1] != here:
                found.append((float(self.beats_s[min(int(beat), len(self.beats_s) - 1)]), here))
        return found

    @property
    def bpm(self) -> float:
        """Over the whole of it."""
        return 60 * (len(self.beats_s) - 1) / float(self.beats_s[-1] - self.beats_s[0])


@dataclass(eq=False)
class Clock:
    """Where grid positions fall in time: tempo map, swing, and how far off players are."""

    beats_s: Doubles
    swing: float
    human_s: float
    rng: np.random.Generator = field(repr=False)

    def at(self, beat: float, *, exact: bool = False) -> float:
        whole, inside = int(beat), beat - int(beat)
        if self.swing != 0.5:
            inside = 2 * inside * self.swing if inside < 0.5 else self.swing + (2 * inside - 1) * (1 - self.swing)
        whole = min(whole, len(self.beats_s) - 2)
        seconds = self.beats_s[whole] + inside * (self.beats_s[whole + 1] - self.beats_s[whole])
        return float(seconds + (0.0 if exact else self.rng.normal(0, self.human_s)))
