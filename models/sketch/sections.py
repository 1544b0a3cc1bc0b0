"""The sections of a piece: an intro, verses, choruses, a bridge, a break, an outro, and who rests in each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

Part = Literal["intro", "verse", "chorus", "bridge", "break", "outro", "end"]
SectionName = Literal["A", "B", "C"]
SECTION_NAMES: tuple[SectionName, ...] = ("A", "B", "C")
PHRASE_BARS = 4
WHOLE_FORM_S = 20.0  # from here on a piece has an intro and sections that differ
THIRD_THEME_S = 60.0
LINES = frozenset({"melody", "counter"})
# Who rests, one way of each drawn for a piece. Where that would silence everyone, nobody does.
RESTING: dict[Part, tuple[frozenset[str], ...]] = {
    "intro": (
        LINES | {"drums", "bass"},
        LINES | {"chords", "pad"},
        LINES | {"drums"},
        LINES | {"arp", "drums", "bass"},
        LINES | {"pad", "arp"},
        frozenset({"counter", "drums", "bass", "pad"}),
    ),
    "verse": (frozenset({"counter"}), frozenset({"counter", "pad"}), frozenset({"counter", "arp"})),
    "chorus": (frozenset(),),
    "bridge": (frozenset({"drums"}), frozenset({"arp"}), frozenset({"counter", "bass"}), frozenset({"chords"})),
    "break": (
        LINES | {"chords", "pad", "arp"},
        frozenset({"drums", "bass", "counter"}),
        LINES | {"drums"},
        LINES | {"bass"},
        frozenset({"counter", "chords", "drums"}),
    ),
    "outro": (frozenset({"counter", "arp"}), frozenset({"counter", "pad"}), LINES | {"drums"}, LINES),
    "end": (frozenset(),),
}
LEVELS: dict[Part, float] = {
    "intro": 0.42, "verse": 0.62, "chorus": 0.86, "bridge": 0.6, "break": 0.5, "outro": 0.58, "end": 0.6
}  # fmt: skip
# What follows the intro, by how many phrases there are for it; longer pieces repeat the middle.
MIDDLES: dict[int, tuple[str, ...]] = {
    1: ("A",),
    2: ("AB", "AA"),
    3: ("ABA", "AAB", "ABB"),
    4: ("ABAB", "AABA", "AABB"),
    5: ("ABABo", "AABAo", "ABxBo"),
    6: ("AABAxB", "ABABxB", "ABAxBo"),
    7: ("AABABxB", "ABABCBo", "ABAxBBo"),
    8: ("AABACBBo", "ABABCxBo", "ABAxCBBo"),
}
PARTS: dict[str, tuple[SectionName, Part]] = {
    "A": ("A", "verse"), "B": ("B", "chorus"), "C": ("C", "bridge"), "x": ("A", "break"), "o": ("A", "outro")
}  # fmt: skip


@dataclass(frozen=True)
class Section:
    """`bars` long; `resting`: the roles that do not play in it."""

    name: SectionName
    part: Part
    bars: int
    resting: frozenset[str] = frozenset()


def sections(
    n_bars: int, duration_s: float, lengths: dict[SectionName, int], rng: np.random.Generator
) -> Iterator[Section]:
    """The sections that fill `n_bars`. `lengths`: bars of each one's chords, which it has whole where there is room.

    A short piece is a verse, and a chorus if there is time; from `WHOLE_FORM_S` on it has an intro, from
    `THIRD_THEME_S` a third theme.
    """
    resting = {part: ways[int(rng.integers(len(ways)))] for part, ways in RESTING.items()}
    whole = duration_s >= WHOLE_FORM_S and n_bars >= 2 * PHRASE_BARS
    units = n_bars // PHRASE_BARS
    left = n_bars
    if whole:
        intro = n_bars % PHRASE_BARS or (PHRASE_BARS if units >= 5 else 2)
        intro += 2 if intro == 1 else 0
        yield Section("A", "intro", intro, resting["intro"])
        left -= intro
    elif not units:
        yield Section("A", "verse", n_bars)
        return
    for name, part, bars in _filled(left, whole and duration_s >= THIRD_THEME_S, lengths, rng):
        yield Section(name, part, bars, resting[part] if whole else frozenset())


def _filled(
    n_bars: int, third_theme: bool, lengths: dict[SectionName, int], rng: np.random.Generator
) -> list[tuple[SectionName, Part, int]]:
    """Sections for so many bars: whole ones as long as they fit, the last one stretched or cut to what is left."""
    typical = max(PHRASE_BARS, lengths["A"])
    wanted = max(1, round(n_bars / typical))
    middle = _middle(wanted, third_theme, rng)
    laid: list[tuple[SectionName, Part, int]] = []
    left = n_bars
    for place, symbol in enumerate(middle):
        name, part = PARTS[symbol]
        bars = PHRASE_BARS if part in ("bridge", "break", "outro") else max(PHRASE_BARS, lengths[name])
        last = place == len(middle) - 1
        if left <= 0:
            break
        bars = left if last or bars > left else bars
        laid.append((name, part, bars))
        left -= bars
    return laid


def _middle(count: int, third_theme: bool, rng: np.random.Generator) -> str:
    """`count` sections, verse and chorus in turn, with what the time allows between; one more where the third theme
    would have no place."""
    ways = MIDDLES[min(count, max(MIDDLES))]
    drawn = ways[int(rng.integers(len(ways)))]
    while len(drawn) < count:
        drawn = ("AB" if rng.random() < 0.5 and len(drawn) + 2 <= count else "A") + drawn
    if third_theme and "C" not in drawn:
        at = len(drawn) // 2 + 1
        drawn = drawn[:at] + "C" + drawn[at + (len(drawn) > 3) :]
    return drawn


def natural_intensity(part: Part, turn: int, index: int, n_bars: int) -> float:
    """How intense a bar is where nobody says so, 0..1: by its part, more in later rounds, rising to two thirds."""
    if n_bars < PHRASE_BARS or index >= n_bars:
        return 0.7
    rise = float(np.interp(index / max(1, n_bars - 1), (0.0, 0.66, 1.0), (-0.06, 0.06, 0.0)))
    again = 0.05 * min(turn, 2) if part in ("verse", "chorus") else 0.0
    return float(np.clip(LEVELS[part] + rise + again, 0.0, 1.0))
