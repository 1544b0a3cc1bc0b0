"""Chord progressions by a grammar: phrases of functions, functions of chords, chords in a style's colours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from aural.theory.keys import Key, Mode
from models.sketch.colours import Colour, Weighted, suffix, weighted
from models.sketch.harmony import Chord, chord
from models.sketch.sections import PHRASE_BARS

Changes = tuple[tuple[Chord, ...], ...]


@dataclass(frozen=True)
class Harmony:
    """How a style moves through chords. Shares are 0..1 of its phrases, or of the bars where one could be.

    `colour`: what is added to triads. `vamps`: phrases on two chords; `twelve_bar`: of the blues form; `tunes`: of
    progressions that everybody knows (the falling bass, the canon, the circle of fifths); `borrowed`: chords of the
    parallel mode; `applied`: dominants of other degrees; `pedal`: the tonic held in the bass; `halves`: bars of two
    chords; `inverted`: the third in the bass; `diminished`: diminished chords for dominants and subdominants.
    """

    colour: Colour = "triad"
    vamps: float = 0.0
    twelve_bar: float = 0.0
    tunes: float = 0.12
    borrowed: float = 0.06
    applied: float = 0.06
    pedal: float = 0.04
    halves: float = 0.08
    inverted: float = 0.06
    diminished: float = 0.0


# T tonic, t what may stand for it, S subdominant, D dominant. A begins at home; B away from it, and comes back;
# C wanders and leaves on the dominant.
PHRASES: dict[str, tuple[str, ...]] = {
    "A": ("TTSD", "TSTD", "TtSD", "TDtS", "TStD", "TDST", "TSDT", "TtDS", "TtTD", "TDtD", "TSSD", "TTtD"),
    "B": ("tSTD", "STDt", "SDTT", "SDTt", "STSD", "tDSD", "tSDT", "SSTD", "SDtS", "tTSD"),
    "C": ("tStD", "SSTD", "ttSD", "StSD", "SttD", "StDD"),
}
FUNCTIONS: dict[Mode, dict[str, Weighted]] = {
    "major": {
        "T": (("I", 1.0),),
        "t": (("vi", 0.62), ("iii", 0.26), ("I/3", 0.12)),
        "S": (("IV", 0.58), ("ii", 0.42)),
        "D": (("V", 0.9), ("V/7", 0.04), ("vii", 0.06)),
    },
    "minor": {
        "T": (("i", 1.0),),
        "t": (("VI", 0.5), ("III", 0.34), ("i/3", 0.16)),
        "S": (("iv", 0.62), ("VI", 0.24), ("ii", 0.14)),
        "D": (("V", 0.5), ("v", 0.24), ("VII", 0.26)),
    },
}
BORROWED: dict[Mode, dict[str, Weighted]] = {
    "major": {
        "S": (("iv", 0.5), ("bVI", 0.3), ("bVII", 0.2)),
        "D": (("bVII", 1.0),),
        "t": (("bVI", 0.6), ("bIII", 0.4)),
    },
    "minor": {"S": (("IV", 0.6), ("bII", 0.4)), "D": (("VII", 1.0),), "t": (("III", 1.0),)},
}
DIMINISHED: dict[Mode, dict[str, Weighted]] = {
    "major": {"S": (("iio7", 0.5), ("#ivo7", 0.5)), "D": (("viio7", 1.0),), "t": (("#io7", 1.0),)},
    "minor": {"S": (("iio7", 0.6), ("#ivo7", 0.4)), "D": (("#viio7", 1.0),), "t": (("iio7", 1.0),)},
}
# Of a degree that follows, its dominant.
APPLIED: dict[Mode, dict[str, str]] = {
    "major": {"ii": "VI7", "iii": "VII7", "IV": "I7", "V": "II7", "vi": "III7"},
    "minor": {"iv": "I7", "V": "II7", "III": "VII7", "VI": "III7", "VII": "IV7"},
}
VAMPS: dict[Mode, tuple[str, ...]] = {
    "major": ("I | I | IV | I", "I | IV | I | V", "I | ii | I | ii", "I | bVII | IV | I", "I | I | V | I",
              "I | iii | IV | I", "I | vi | I | V"),
    "minor": ("i | i | iv | i", "i | IV | i | IV", "i | VII | i | v", "i | VI | VII | i", "i | i | VII | i",
              "i | v | i | VII", "i | iv | i | v"),
}  # fmt: skip
TUNES: dict[Mode, tuple[str, ...]] = {
    "major": ("I | V/3 | vi | IV", "I | V | vi | iii | IV | I | IV | V", "vi | ii | V | I", "I | vi | ii | V",
              "I | III | IV | iv", "I | IV | vi | V", "iii | vi | ii | V"),
    "minor": ("i | VII | VI | V", "i | v/3 | VI | V", "i | iv | VII | III | VI | ii | V | i", "i | VI | III | VII",
              "i | III | VII | IV", "i | V | VII | IV | VI | III | iv | V"),
}  # fmt: skip
TWELVE_BARS: dict[Mode, tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]] = {
    "major": (
        ("I | I | I | I", "I | IV | I | I", "I | I | IV | I", "I | IV | I | I I/3"),
        ("IV | IV | I | I", "IV | iv | I | I", "IV | IV | I | VI", "IV | bVII | I | I"),
        ("V | IV | I | V", "V | V | I | I V", "ii | V | I | V", "V | IV | I IV | I V", "bVI | V | I | V"),
    ),
    "minor": (
        ("i | i | i | i", "i | iv | i | i", "i | i | iv | i"),
        ("iv | iv | i | i", "iv | iv | i | VI", "iv | VII | i | i"),
        ("VI | V | i | V", "V | iv | i | V", "ii | V | i | i V", "iv | V | i | V"),
    ),
}  # fmt: skip


def section_changes(harmony: Harmony, key: Key, section: str, bars: int, rng: np.random.Generator) -> Changes:
    """The chords of a section, bar by bar; a blues form has twelve bars, whatever was asked.

    A section of eight or more is a period: what was heard again, to another end.
    """
    if section != "C" and rng.random() < harmony.twelve_bar:
        return _spelled(_twelve_bars(key.mode, rng), harmony, key, rng)
    first = _phrase(harmony, key.mode, section, rng)
    if bars < 2 * PHRASE_BARS:
        return _spelled(first[:bars], harmony, key, rng)
    if len(first) < 2 * PHRASE_BARS:
        if rng.random() < 0.6:
            first = [*first, *first[: PHRASE_BARS - 2], *_cadence(key.mode, section, rng)]
        else:
            first = [*first, *_phrase(harmony, key.mode, "B" if section == "A" else section, rng)[:PHRASE_BARS]]
    return _spelled(first, harmony, key, rng)


def _twelve_bars(mode: Mode, rng: np.random.Generator) -> list[str]:
    return [bar for line in TWELVE_BARS[mode] for bar in _bars(line[int(rng.integers(len(line)))])]


def _bars(text: str) -> list[str]:
    return [bar.strip() for bar in text.split("|")]


def _phrase(harmony: Harmony, mode: Mode, section: str, rng: np.random.Generator) -> list[str]:
    """Four bars (or a known eight) as numerals, two to a bar where harmony moves faster."""
    kind = rng.random()
    if section != "C" and kind < harmony.vamps:
        return _bars(_one_of(VAMPS[mode], rng))
    if section != "C" and kind < harmony.vamps + harmony.tunes:
        return _bars(_one_of(TUNES[mode], rng))
    functions = _one_of(PHRASES[section], rng)
    degrees: list[str] = []
    for function in functions:
        choices = FUNCTIONS[mode][function]
        if function != "T" and rng.random() < harmony.borrowed:
            choices = BORROWED[mode].get(function, choices)
        if function in DIMINISHED[mode] and rng.random() < harmony.diminished:
            choices = DIMINISHED[mode][function]
        drawn = weighted(choices, rng)
        if degrees and drawn == degrees[-1] and len(choices) > 1:  # a function said twice says two things
            drawn = weighted(tuple(choice for choice in choices if choice[0] != drawn), rng)
        degrees.append(drawn)
    bars = list(degrees)
    for place, (now, following) in enumerate(zip(degrees, [*degrees[1:], degrees[0]], strict=True)):
        applied = APPLIED[mode].get(following)
        if applied and rng.random() < harmony.applied and now != following:
            bars[place] = f"{now} {applied}"
        elif functions[place] == "D" and rng.random() < harmony.halves:
            bars[place] = f"{weighted(FUNCTIONS[mode]['S'], rng)} {now}"
        elif place and now[-1] not in "37" and rng.random() < harmony.inverted and functions[place] in "TS":
            bars[place] = f"{now}/3"
    if rng.random() < harmony.pedal:
        bars = [bar if "/" in bar or " " in bar else f"{bar}/1" for bar in bars[:3]] + bars[3:]
    return bars


def _cadence(mode: Mode, section: str, rng: np.random.Generator) -> list[str]:
    home = "I" if mode == "major" else "i"
    before = weighted((*FUNCTIONS[mode]["S"], ("V", 0.6)), rng)
    if section == "C":
        return [before, "V"]
    return [f"{before} V" if before != "V" and rng.random() < 0.5 else "V", home]


def _spelled(bars: Sequence[str], harmony: Harmony, key: Key, rng: np.random.Generator) -> Changes:
    """Numerals as chords in the style's colours; the same degree in the same colour all along."""
    colours: dict[str, str] = {}
    spelled = []
    for bar in bars:
        chords = []
        for numeral in bar.split():
            degree, slash, below = numeral.partition("/")
            if degree not in colours:
                colours[degree] = degree if degree[-1].isdigit() else degree + suffix(degree, harmony.colour, key, rng)
            # A seventh in the bass or under a pedal needs a chord that has it, or nothing between.
            coloured = f"{degree}7" if below == "7" else colours[degree]
            if below == "3" and ("sus" in coloured or coloured.endswith("5")):
                slash = below = ""
            chords.append(chord(coloured + slash + below, key))
        spelled.append(tuple(chords))
    return tuple(spelled)


def _one_of(choices: tuple[str, ...], rng: np.random.Generator) -> str:
    return choices[int(rng.integers(len(choices)))]
