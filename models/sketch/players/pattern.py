"""PromptReading pattern strings: which events fall into a bar, and which of them survive at high tempi."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models.sketch.score import STEPS_PER_BAR

HOLD, REST = "-", "."
FAST_BPM = 140


@dataclass(frozen=True)
class Event:
    """A symbol of a pattern. `step`: sixteenth within the bar; `steps`: how long it is held."""

    step: int
    steps: int
    symbol: str


def events(pattern: str, bar_index: int, thinning: int = 1) -> tuple[Event, ...]:
    """The events of one bar of a (possibly longer) pattern, holds kept inside the bar.

    `thinning`: 1 keeps all, 2 keeps only eighths, 4 only quarters; what is dropped lengthens what came before.
    """
    bars = len(pattern) // STEPS_PER_BAR
    start = bar_index % bars * STEPS_PER_BAR
    bar = pattern[start : start + STEPS_PER_BAR]
    found: list[Event] = []
    for step, symbol in enumerate(bar):
        if symbol in (HOLD, REST) or step % thinning:
            continue
        end = step + 1
        while end < STEPS_PER_BAR and (bar[end] == HOLD or (end % thinning and bar[end] != REST)):
            end += 1
        found.append(Event(step, end - step, symbol))
    return tuple(found)


@dataclass(frozen=True)
class Pace:
    """How a tempo changes what is played. `thin`: see `events`; `off_beat`: touch between the beats, 0..1."""

    thin: int
    off_beat: float
    fast: bool

    @classmethod
    def of(cls, bpm: float, native_bpm: float, thinning: int = 1) -> Pace:
        """The pace of `bpm` for patterns made for tempi up to `native_bpm`, thinned by `thinning` at least.

        Between 100 and 145 bpm the touch is as written. Slower, or faster, listeners and tempo trackers take the
        eighths, or every second beat, for the beat, unless the beats stand out.
        """
        thin = 1 if bpm <= 1.25 * native_bpm else 2 if bpm <= 2.5 * native_bpm else 4
        off_beat = float(np.interp(bpm, (76, 100, 145, 180), (0.15, 1.0, 1.0, 0.25)))
        return cls(max(thin, thinning), off_beat, bpm > FAST_BPM)
