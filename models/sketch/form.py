"""Musical form: which bars there are, what section each belongs to, its chords, who rests and how intense it is."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from aural.theory.keys import Key
from aural.theory.metre import COMMON_TIME, Metre
from models.sketch.clarity import key_lead
from models.sketch.harmony import Chord, dominant, tonic
from models.sketch.progressions import Changes, section_changes
from models.sketch.score import steps_per_bar
from models.sketch.sections import PHRASE_BARS, SECTION_NAMES, Part, Section, SectionName, natural_intensity, sections
from models.sketch.styles import Style

SPARE_BARS = 2  # beyond a body that goes on, for the tail and for what rings on
SHORT_FORM_BARS = 24
DRAWS, SHORT_LEAD = 6, 0.04  # of a short piece's chords, until its key leads every other by so much: see `clarity`


@dataclass(frozen=True)
class Bar:
    """`section`: whose theme and chords it has, "A", "B" or "C"; `round`: how often that section came before; `place`
    of `length`: where in it; `part`: what it is in the form; `resting`: the roles that do not play in it.
    `intensity`: 0..1, once the whole form is known.

    `comes_round`: it is heard again and again, so that nothing in it announces a beginning.
    """

    index: int
    section: SectionName
    round: int
    place: int
    length: int
    chords: tuple[Chord, ...]
    intensity: float = math.nan
    comes_round: bool = False
    metre: Metre = COMMON_TIME
    part: Part = "verse"
    resting: frozenset[str] = frozenset()

    @property
    def opens(self) -> bool:
        return self.place == 0

    @property
    def closes(self) -> bool:
        return self.place == self.length - 1

    @property
    def ends(self) -> bool:
        """Whether the piece comes to rest in it."""
        return self.part == "end"

    @property
    def beat(self) -> int:
        return self.index * self.metre.beats

    @property
    def steps(self) -> int:
        return steps_per_bar(self.metre)

    @property
    def chord_steps(self) -> int:
        """Sixteenths that each of its chords lasts; of three beats for two chords the first has two."""
        return math.ceil(self.metre.beats / len(self.chords)) * self.steps // self.metre.beats

    def chord_at(self, step: int) -> Chord:
        """The chord that sounds at a sixteenth of the bar."""
        return self.chords[min(step // self.chord_steps, len(self.chords) - 1)]


@dataclass(frozen=True)
class Plan:
    """What a form is made of. `body_bars`: may be fractional, in a body that goes on into its tail; `ends`: the last
    bar is the end; `acts`: players come and go with the sections, where no curve of energy says when; `chords`: those
    that were asked for."""

    style: Style
    key: Key
    metre: Metre
    body_bars: float
    bar_s: float
    ends: bool
    acts: bool
    chords: Changes = ()


def plan(asked: Plan, rng: np.random.Generator) -> tuple[Bar, ...]:
    """The bars of a piece: sections until the body is full, and what follows it: an end, or `SPARE_BARS` that go on."""
    n_bars = math.ceil(asked.body_bars - 1e-9)
    changes = all_changes(asked, n_bars, rng)
    lengths = {name: len(chords) for name, chords in changes.items()}
    laid: list[Bar] = []
    rounds = dict.fromkeys(changes, 0)
    for section in sections(n_bars - asked.ends, n_bars * asked.bar_s, lengths, rng):
        laid.extend(section_bars(section, changes, rounds, len(laid), asked))
        rounds[section.name] += section.part != "intro"
    if asked.ends:
        laid = [*_approached(laid, asked.key), _end(len(laid), asked)]
    else:
        laid = _going_on(_cadenced(laid, asked.key), n_bars)
    return tuple(replace(bar, intensity=natural_intensity(bar.part, bar.round, bar.index, n_bars)) for bar in laid)


def all_changes(asked: Plan, n_bars: int, rng: np.random.Generator) -> dict[SectionName, Changes]:
    """The chords of each section."""
    if asked.chords:
        return dict.fromkeys(SECTION_NAMES, asked.chords)
    return {name: _changes(asked, name, n_bars, rng) for name in SECTION_NAMES}


def _changes(asked: Plan, section: SectionName, n_bars: int, rng: np.random.Generator) -> Changes:
    """The chords of a section; in a short piece those that leave no doubt about its key."""
    short = n_bars < SHORT_FORM_BARS
    bars = PHRASE_BARS if short or section == "C" else asked.style.phrase_bars
    for _ in range(DRAWS if short and section != "C" else 1):
        changes = section_changes(asked.style.harmony, asked.key, section, bars, rng)
        if key_lead(changes, asked.key) >= SHORT_LEAD:
            break
    return changes


def section_bars(
    section: Section, changes: dict[SectionName, Changes], rounds: dict[SectionName, int], start: int, asked: Plan
) -> Iterator[Bar]:
    chords = changes[section.name]
    for place in range(section.bars):
        yield Bar(
            start + place,
            section.name,
            rounds[section.name],
            place,
            section.bars,
            chords[place % len(chords)],
            metre=asked.metre,
            part=section.part,
            resting=section.resting if asked.acts else frozenset(),
        )


def _approached(bars: list[Bar], key: Key) -> list[Bar]:
    """The dominant leads to the end; of a single bar it has the second half."""
    if not bars:
        return bars
    leading = (dominant(key),) if len(bars) > 1 else (bars[0].chords[0], dominant(key))
    return [*bars[:-1], replace(bars[-1], chords=leading)]


def _end(index: int, asked: Plan) -> Bar:
    """The last bar: the tonic at rest, or, where a curve of energy says how loud it is, the tonic as it was played."""
    part: Part = "end" if asked.acts else "outro"
    return Bar(index, "A", 0, 0, 1, (tonic(asked.key),), metre=asked.metre, part=part)


def _cadenced(bars: list[Bar], key: Key) -> list[Bar]:
    """Close the body in its key: V, then the tonic."""
    if len(bars) < PHRASE_BARS:
        return bars
    return [*bars[:-2], replace(bars[-2], chords=(dominant(key),)), replace(bars[-1], chords=(tonic(key),))]


def _going_on(bars: list[Bar], n_bars: int) -> list[Bar]:
    """What follows the end is the beginning, as it is when all play."""
    again = [bar for bar in bars if bar.section == "A" and bar.part != "intro"] or bars
    following = (again[place % len(again)] for place in range(SPARE_BARS))
    return [*bars, *(replace(bar, index=n_bars + place, part="outro") for place, bar in enumerate(following))]


def with_intensity(bars: tuple[Bar, ...], intensity: np.ndarray) -> tuple[Bar, ...]:
    """The same form with one intensity (0..1) per bar."""
    return tuple(replace(bar, intensity=float(value)) for bar, value in zip(bars, intensity, strict=True))
