"""Musical form: which bars there are, what section each belongs to, its chords and how intense it is."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from aural.keys import Key
from models.sketch.harmony import Chord, dominant, progression, tonic
from models.sketch.score import BEATS_PER_BAR, STEPS_PER_BAR
from models.sketch.styles import Style

SPARE_BARS = 2  # beyond the body, for the tail and for what rings on
SHORT_FORM_BARS = 24


@dataclass(frozen=True)
class Bar:
    """`section`: "A" or "B"; `round`: how often that section came before; `place` of `length`: where in it."""

    index: int
    section: str
    round: int
    place: int
    length: int
    chords: tuple[Chord, ...]
    intensity: float

    @property
    def opens(self) -> bool:
        return self.place == 0

    @property
    def closes(self) -> bool:
        return self.place == self.length - 1

    @property
    def beat(self) -> int:
        return self.index * BEATS_PER_BAR

    def chord_at(self, step: int) -> Chord:
        """The chord that sounds at a sixteenth of the bar."""
        return self.chords[step * len(self.chords) // STEPS_PER_BAR]


def plan(style: Style, key: Key, body_bars: float, rng: np.random.Generator) -> tuple[Bar, ...]:
    """Sections A and B in turn until the body is full, a cadence at its end, and `SPARE_BARS` that go on.

    `body_bars` may be fractional. Intensities are the natural form's; `with_intensity` sets others.
    """
    n_bars = math.ceil(body_bars - 1e-9)
    pairs = style.progressions[key.mode]
    texts = dict(zip("AB", pairs[rng.integers(len(pairs))], strict=True))
    changes = {name: progression(text, key) for name, text in texts.items()}
    phrase = style.phrase_bars if n_bars >= SHORT_FORM_BARS else max(4, style.phrase_bars // 2)
    bars: list[Bar] = []
    rounds = {"A": 0, "B": 0}
    while len(bars) < n_bars + SPARE_BARS:
        section = "A" if rounds["A"] <= rounds["B"] else "B"
        length = _section_bars(len(changes[section]), phrase)
        for place in range(length):
            chords = changes[section][place % len(changes[section])]
            bars.append(Bar(len(bars), section, rounds[section], place, length, chords, 0.0))
        rounds[section] += 1
    shaped = _cadenced(bars, n_bars, key)[: n_bars + SPARE_BARS]
    return tuple(replace(b, intensity=natural_intensity(b, n_bars)) for b in shaped)


def _section_bars(changes: int, phrase: int) -> int:
    return changes * max(1, phrase // changes)


def _cadenced(bars: list[Bar], n_bars: int, key: Key) -> list[Bar]:
    """Close the body in its key (V, then the tonic) and start what follows like the beginning."""
    if n_bars < 4:
        return bars
    closed = list(bars)
    closed[n_bars - 2] = replace(closed[n_bars - 2], chords=(dominant(key),))
    closed[n_bars - 1] = replace(closed[n_bars - 1], chords=(tonic(key),))
    for index in range(n_bars, len(closed)):
        closed[index] = replace(bars[index - n_bars], index=index, round=bars[index].round)
    return closed


def natural_intensity(bar: Bar, n_bars: int) -> float:
    """Intro, build, peak at two thirds, release: 0..1 over the body; past its end as at its beginning."""
    if n_bars < 4 or bar.index >= n_bars:
        return 0.7
    at = bar.index / (n_bars - 1)
    arch = float(np.interp(at, (0.0, 0.12, 0.3, 0.66, 0.85, 1.0), (0.4, 0.5, 0.68, 0.95, 0.9, 0.6)))
    return arch + (0.06 if bar.section == "B" else 0.0) - (0.08 if bar.opens and bar.index else 0.0)


def with_intensity(bars: tuple[Bar, ...], intensity: np.ndarray) -> tuple[Bar, ...]:
    """The same form with one intensity (0..1) per bar."""
    return tuple(replace(bar, intensity=float(value)) for bar, value in zip(bars, intensity, strict=True))
