"""Rhythm as patterns: read, fitted to a metre, and varied as players vary what they repeat."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from aural.theory.metre import COMMON_TIME, Metre
from models.sketch.score import steps_per_beat

HOLD, REST = "-", "."
FAST_BPM = 140
WRITTEN_BEAT = 4  # steps of a beat as patterns are written, in 4/4
WRITTEN_BAR = 16
# Where the four sixteenths of a written beat fall among the six of a dotted one: long and short.
TO_COMPOUND = (0, 2, 4, 5)


@dataclass(frozen=True)
class Event:
    """A symbol of a pattern. `step`: sixteenth within the bar; `steps`: how long it is held."""

    step: int
    steps: int
    symbol: str


# How hard each beat of a bar is played, so that the bar is heard. In 4/4 the backbeat is the drummer's.
ACCENTS: dict[str, tuple[float, ...]] = {
    "3/4": (1.0, 0.66, 0.7),
    "4/4": (1.0, 0.92, 0.96, 0.92),
    "5/4": (1.0, 0.48, 0.52, 0.66, 0.48),
    "6/8": (1.0, 0.72),
    "12/8": (1.0, 0.5, 0.6, 0.5),
}


def accent(metre: Metre, step: int) -> float:
    """How hard what begins at a sixteenth of the bar is played, of 1."""
    return ACCENTS[metre.name][step // steps_per_beat(metre)]


def events(bar: str, metre: Metre = COMMON_TIME, thinning: int = 1) -> tuple[Event, ...]:
    """The events of one bar, holds kept inside it.

    `thinning`: 1 keeps all, 2 keeps only eighths, 4 only beats; what is dropped lengthens what came before.
    """
    grain = steps_per_beat(metre) if thinning >= WRITTEN_BEAT else thinning
    found: list[Event] = []
    for step, symbol in enumerate(bar):
        if symbol in (HOLD, REST) or step % grain:
            continue
        end = step + 1
        while end < len(bar) and (bar[end] == HOLD or (end % grain and bar[end] != REST)):
            end += 1
        found.append(Event(step, end - step, symbol))
    return tuple(found)


def fitted(pattern: str, metre: Metre) -> tuple[str, ...]:
    """A pattern written in bars of 4/4 as bars of `metre`.

    3/4 takes the first three beats of each, 5/4 the first two again; in a compound metre a beat's sixteenths become
    the long and short of a dotted beat; 6/8 has two bars for each of 4/4.
    """
    written = [pattern[at : at + WRITTEN_BAR] for at in range(0, len(pattern), WRITTEN_BAR)]
    beats = [[bar[at : at + WRITTEN_BEAT] for at in range(0, WRITTEN_BAR, WRITTEN_BEAT)] for bar in written]
    if metre.division == 3:
        dotted = [[_dotted(beat) for beat in bar] for bar in beats]
        size = metre.beats
        return tuple("".join(bar[at : at + size]) for bar in dotted for at in range(0, len(bar), size))
    order = [place % WRITTEN_BEAT if place < WRITTEN_BEAT else place - WRITTEN_BEAT for place in range(metre.beats)]
    return tuple("".join(bar[place] for place in order) for bar in beats)


def _dotted(beat: str) -> str:
    """A written beat of four sixteenths as a dotted one of six."""
    steps = [HOLD if beat[0] != REST or beat[-1] == HOLD else REST] * 6
    for symbol, at in zip(beat, TO_COMPOUND, strict=True):
        steps[at] = symbol
    if beat[1] == REST:
        steps[1] = REST if beat[0] == REST else HOLD
    steps[3] = HOLD if beat[1] != REST else REST
    return "".join(steps)


def varied(bar: str, metre: Metre, rng: np.random.Generator, *, soft: str) -> str:
    """The bar with one thing changed, as a player would: a stroke added, left out, early, late or cut short.

    What falls on the first beat stays. `soft`: the symbol of an added stroke.
    """
    beat = steps_per_beat(metre)
    steps = list(bar)
    onsets = [step for step, symbol in enumerate(steps) if symbol not in (HOLD, REST)]
    grain = 1 if any(step % 2 for step in onsets) else 2
    later = [step for step in onsets if step]
    free = [step for step in range(grain, len(steps), grain) if step not in onsets]
    kind = int(rng.integers(4))
    if kind == 0 and len(later) > 1:
        weak = [step for step in later if step % beat] or later
        _silence(steps, weak[int(rng.integers(len(weak)))])
    elif kind == 1 and later:
        moved = later[int(rng.integers(len(later)))]
        target = moved - grain if rng.random() < 0.6 else moved + grain
        if target in free and target < len(steps):
            symbol = steps[moved]
            _silence(steps, moved)
            _strike(steps, target, symbol)
    elif kind == 2 and later:
        cut = later[int(rng.integers(len(later)))] - grain
        if steps[cut] == HOLD:
            steps[cut : cut + grain] = [REST] * grain
    changed = "".join(steps)
    if changed == bar and free:
        _strike(steps, free[int(rng.integers(len(free)))], soft)
        changed = "".join(steps)
    return changed


def denser(bar: str, metre: Metre, rng: np.random.Generator, *, soft: str) -> str:
    """The bar with a stroke more, on an eighth that is free; as it is where none is."""
    taken = {event.step for event in events(bar, metre)}
    free = [step for step in range(2, len(bar), 2) if step not in taken]
    if not free:
        return bar
    steps = list(bar)
    _strike(steps, free[int(rng.integers(len(free)))], soft)
    return "".join(steps)


def _silence(steps: list[str], at: int) -> None:
    """Take an onset away: what sounded before it goes on, or nothing does."""
    steps[at] = HOLD if at and steps[at - 1] != REST else REST


def _strike(steps: list[str], at: int, symbol: str) -> None:
    """An onset in the middle of what was held or of silence, held for the rest of an eighth."""
    steps[at] = symbol
    if at + 1 < len(steps) and steps[at + 1] == REST and at % 2 == 0:
        steps[at + 1] = HOLD


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
