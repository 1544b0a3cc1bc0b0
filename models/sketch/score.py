"""The written music: notes and hits on a beat grid, before anything sounds."""

from __future__ import annotations

from dataclasses import dataclass

from aural.theory.metre import COMMON_TIME, Metre

STEPS_BY_DIVISION = {2: 4, 3: 6}  # sixteenths of a beat


def steps_per_beat(metre: Metre) -> int:
    """Sixteenths of a beat: 4, or 6 of a dotted one."""
    return STEPS_BY_DIVISION[metre.division]


def steps_per_bar(metre: Metre) -> int:
    """Sixteenths of a bar."""
    return metre.beats * steps_per_beat(metre)


@dataclass(frozen=True)
class Note:
    """A pitched note. `beat`: onset in beats from the start; `beats`: length; `velocity`: 0..1."""

    beat: float
    beats: float
    midi: int
    velocity: float


@dataclass(frozen=True)
class Hit:
    """A drum hit; `piece` names a drum of the kit."""

    beat: float
    piece: str
    velocity: float


@dataclass(frozen=True)
class Fermata:
    """Where the tempo gives way at the end: from `beat` on a beat lasts `beat_s`."""

    beat: int
    beat_s: float


@dataclass(frozen=True)
class Grid:
    """Where beats fall in samples: exact tempo, with the swing of the style inside the beat.

    `swing`: share of the first half of a swung pair (.5 straight, 2/3 triplets); `pairs_per_beat`: 1 swings
    eighths, 2 swings sixteenths. A compound metre has its triplets written and does not swing.
    """

    bpm: float
    rate_hz: int
    swing: float = 0.5
    pairs_per_beat: int = 1
    metre: Metre = COMMON_TIME
    fermata: Fermata | None = None

    @property
    def beat_s(self) -> float:
        return 60.0 / self.bpm

    @property
    def bar_s(self) -> float:
        return self.metre.beats * self.beat_s

    def seconds(self, beat: float) -> float:
        """Time of a grid position. Beats themselves never move but under a fermata; what lies between them swings."""
        if self.fermata and beat > self.fermata.beat:
            return self.fermata.beat * self.beat_s + (beat - self.fermata.beat) * self.fermata.beat_s
        if self.metre.division == 3:
            return beat * self.beat_s
        pair = beat * self.pairs_per_beat
        whole = float(int(pair // 1))
        inside = pair - whole
        early = inside < 0.5
        inside = 2 * inside * self.swing if early else self.swing + (2 * inside - 1) * (1 - self.swing)
        return (whole + inside) / self.pairs_per_beat * self.beat_s

    def sample(self, beat: float) -> int:
        return round(self.seconds(beat) * self.rate_hz)
