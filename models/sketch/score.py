"""The written music: notes and hits on a beat grid, before anything sounds."""

from __future__ import annotations

from dataclasses import dataclass

STEPS_PER_BEAT = 4
BEATS_PER_BAR = 4
STEPS_PER_BAR = STEPS_PER_BEAT * BEATS_PER_BAR


@dataclass(frozen=True)
class Note:
    """A pitched note. `beat`: onset in quarter notes from the start; `beats`: length; `velocity`: 0..1."""

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
class Grid:
    """Where beats fall in samples: exact tempo, with the swing of the style inside the beat.

    `swing`: share of the first half of a swung pair (.5 straight, 2/3 triplets); `pairs_per_beat`: 1 swings
    eighths, 2 swings sixteenths.
    """

    bpm: float
    rate_hz: int
    swing: float = 0.5
    pairs_per_beat: int = 1

    @property
    def beat_s(self) -> float:
        return 60.0 / self.bpm

    @property
    def bar_s(self) -> float:
        return BEATS_PER_BAR * self.beat_s

    def seconds(self, beat: float) -> float:
        """Time of a grid position. Beats themselves never move; what lies between them swings."""
        pair = beat * self.pairs_per_beat
        whole = float(int(pair // 1))
        inside = pair - whole
        early = inside < 0.5
        inside = 2 * inside * self.swing if early else self.swing + (2 * inside - 1) * (1 - self.swing)
        return (whole + inside) / self.pairs_per_beat * self.beat_s

    def sample(self, beat: float) -> int:
        return round(self.seconds(beat) * self.rate_hz)
