"""Musical form: which bars there are, what section each belongs to, its chords and how intense it is."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain

import numpy as np

from aural.theory.keys import Key
from models.sketch.harmony import Chord, dominant, progression, tonic
from models.sketch.score import BEATS_PER_BAR, STEPS_PER_BAR
from models.sketch.styles import Style

SPARE_BARS = 2  # beyond the body, for the tail and for what rings on
SHORT_FORM_BARS = 24
PHRASE_BARS = 4
Changes = tuple[tuple[Chord, ...], ...]
LOOP_INTENSITY, LOOP_SWELL = 0.7, 0.2


@dataclass(frozen=True)
class Bar:
    """`section`: "A" or "B"; `round`: how often that section came before; `place` of `length`: where in it.

    `comes_round`: it is heard again and again, so that nothing in it announces a beginning.
    """

    index: int
    section: str
    round: int
    place: int
    length: int
    chords: tuple[Chord, ...]
    intensity: float
    comes_round: bool = False

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
    phrase = style.phrase_bars if n_bars >= SHORT_FORM_BARS else max(PHRASE_BARS, style.phrase_bars // 2)
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


def plan_loop(style: Style, key: Key, n_bars: int, rng: np.random.Generator) -> tuple[Bar, ...]:
    """Bars that lead back to the first: no intro and no end, and a turnaround for the last of four or more.

    Of the style's progressions one with at least four different chords, where there is one, if need be with chords of
    the B section in its A sections.
    """
    pairs = style.progressions[key.mode]
    drawn = [tuple(progression(text, key) for text in pairs[place]) for place in rng.permutation(len(pairs))]
    offered = [_loop_bars(first, second, style, n_bars) for first, second in drawn]
    if n_bars >= PHRASE_BARS:
        others = [_b_chord_variants(bars, second) for bars, (_, second) in zip(offered, drawn, strict=True)]
        offered = [_with_turnaround(bars, key) for bars in (*offered, *chain(*others))]
    bars = max(offered, key=lambda bars: min(4, _different_chords(bars)))
    bars[-1] = replace(bars[-1], length=bars[-1].place + 2)  # it closes nothing: it leads on
    return tuple(
        replace(bar, intensity=LOOP_INTENSITY + LOOP_SWELL * swell(bar.index, n_bars), comes_round=True) for bar in bars
    )


def swell(index: int, n_bars: int) -> float:
    """0..1 over a loop, alike at its end and its start."""
    return math.sin(math.pi * (index + 0.5) / n_bars)


def _loop_bars(first: Changes, second: Changes, style: Style, n_bars: int) -> list[Bar]:
    if n_bars < PHRASE_BARS:
        # The middle of a section: nothing opens or closes in what comes again after a bar or two.
        length = 2 * PHRASE_BARS
        return [
            Bar(index, "A", 0, PHRASE_BARS + index, length, first[index % len(first)], 0.0) for index in range(n_bars)
        ]
    changes = {"A": first, "B": second}
    phrase = style.phrase_bars if n_bars >= SHORT_FORM_BARS else max(PHRASE_BARS, style.phrase_bars // 2)
    bars: list[Bar] = []
    rounds = {"A": 0, "B": 0}
    while len(bars) < n_bars:
        section = "A" if rounds["A"] <= rounds["B"] else "B"
        length = min(_section_bars(len(changes[section]), phrase), n_bars - len(bars))
        for place in range(length):
            chords = changes[section][place % len(changes[section])]
            bars.append(Bar(len(bars), section, rounds[section], place, length, chords, 0.0))
        rounds[section] += 1
    return bars


def _b_chord_variants(bars: list[Bar], second: Changes) -> Iterator[list[Bar]]:
    """The same form with chords of B in its A sections: the end of B for the second half, its start, all of it."""
    for since, back in ((0.5, 0.0), (0.5, 0.5), (0.0, 0.0)):
        yield [
            replace(bar, chords=second[(bar.place - int(back * bar.length)) % len(second)])
            if bar.section == "A" and bar.place >= int(since * bar.length)
            else bar
            for bar in bars
        ]


def _with_turnaround(bars: list[Bar], key: Key) -> list[Bar]:
    """The dominant in the last bar; in its second half only, where all of it would cost the loop one of its chords."""
    turned = dominant(key)
    alone = replace(bars[-1], chords=(turned,))
    fewer = _different_chords([*bars[:-1], alone]) < min(4, _different_chords(bars))
    return [*bars[:-1], replace(bars[-1], chords=(bars[-1].chords[0], turned)) if fewer else alone]


def _different_chords(bars: Sequence[Bar]) -> int:
    return len({chord.triad for bar in bars for chord in bar.chords})


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
