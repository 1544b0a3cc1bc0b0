"""Themes: the rhythms and shapes that a section's melody is made of."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from aural.theory.metre import COMMON_TIME, Metre
from models.sketch.rhythm import fitted, varied
from models.sketch.sections import SectionName
from models.sketch.styles import Tune

# Beats of a dotted quarter, for tunes in compound metres, and bars of three.
COMPOUND_BEATS = ("O-o-o-", "O---o-", "O-----", "o-o-o-", "O-..o-", "O-ooo-")
COMPOUND_CLOSES = ("O-----", "O-....")
TRIPLE_BARS = ("O---o---o---", "O-------o---", "O-----o-o---", "O-o-o-o-O---", "O---o-o-o-o-", "....o---O---")
TRIPLE_CLOSES = ("O-------....", "O---o---O---", "O-------o---")
# Which cell each bar of a phrase has: 0 the motif, 1 its answer, 2 a third idea, -1 the phrase's close.
ORDERS = ((0, 1, 0, -1), (0, 0, 1, -1), (0, 1, 2, -1), (0, 2, 1, -1))
VARIED = 0.5  # of the style's own cells, how often one is changed before it is used
ARCHES = ((0, 4, 2, -1), (-2, 1, 5, 0), (3, 5, 1, -2), (0, -2, 3, 1), (4, 1, -1, -3))  # semitones per bar


@dataclass(frozen=True)
class Theme:
    """What a section sings. `cells`: motif, answer and third idea, a bar each; `closes`: how half a period and all of
    it end; `order`: see `ORDERS`; `arch`: where the line lies in each bar of a phrase, and `lift`, all of it, in
    semitones."""

    cells: tuple[str, ...]
    closes: tuple[str, str]
    order: tuple[int, ...]
    arch: tuple[int, ...]
    lift: int


def draw_theme(tune: Tune, section: SectionName, metre: Metre, rng: np.random.Generator) -> Theme:
    """Invent the theme of a section."""
    cells = tuple(_cell(tune, metre, rng) for _ in range(3))
    if tune.hook:  # one idea, and what it becomes
        cells = (cells[0], varied(cells[0], metre, rng, soft="o"), cells[1])
    ends = _closes(tune, metre)
    first, second = (ends[int(rng.integers(len(ends)))] for _ in range(2))
    order = ORDERS[0] if tune.hook else ORDERS[int(rng.integers(len(ORDERS)))]
    arch = ARCHES[int(rng.integers(len(ARCHES)))]
    lift = 0 if section == "A" else int(rng.integers(2, 5)) if section == "B" else int(rng.integers(-3, 3))
    return Theme(cells, (varied(first, metre, rng, soft="o"), second), order, arch, lift)


def _cell(tune: Tune, metre: Metre, rng: np.random.Generator) -> str:
    native = _native(metre, rng)
    if native and rng.random() < 0.7:
        return native
    bars = fitted(tune.rhythms[int(rng.integers(len(tune.rhythms)))], metre)
    bar = bars[int(rng.integers(len(bars)))]
    return varied(bar, metre, rng, soft="o") if rng.random() < VARIED else bar


def _native(metre: Metre, rng: np.random.Generator) -> str:
    """A bar as tunes in this metre have it; none for 4/4, which is how the styles' own are written."""
    if metre == COMMON_TIME:
        return ""
    if metre.division == 3:
        return "".join(COMPOUND_BEATS[int(rng.integers(len(COMPOUND_BEATS)))] for _ in range(metre.beats))
    waltz = TRIPLE_BARS[int(rng.integers(len(TRIPLE_BARS)))]
    return waltz if metre.beats == 3 else waltz + ("O---o---", "o-o-O---", "O-------")[int(rng.integers(3))]


def _closes(tune: Tune, metre: Metre) -> list[str]:
    if metre.division == 3:
        return ["".join(("O-o-o-",) * (metre.beats - 1)) + close for close in COMPOUND_CLOSES]
    if metre.beats == 3:
        return list(TRIPLE_CLOSES)
    return [bar for ending in tune.endings for bar in fitted(ending, metre)]
