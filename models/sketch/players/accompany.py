"""What an accompanying player plays in each bar: a figure, what it becomes when it is repeated, and a fresh turn."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from aural.theory.metre import COMMON_TIME, Metre
from models.sketch.form import Bar
from models.sketch.rhythm import HOLD, REST, denser, fitted, varied
from models.sketch.score import steps_per_beat
from models.sketch.sections import SECTION_NAMES, SectionName
from models.sketch.styles import Role

# Beside the style's own patterns, fitted: figures at home in a metre. The bass keeps the beat that chords answer.
TRIPLE: dict[Role, tuple[str, ...]] = {
    "bass": ("R-----------", "R-------5---", "R-------a---", "R---r---5---"),
    "chords": ("....x---x---", "X---x---x---", "....x-x-x---", "X-------x-x-"),
    "arp": ("0-1-2-3-2-1-", "0-2-1-3-2-1-", "0---2-1-2---"),
}
QUINTUPLE_BEATS, SECOND_GROUP = 5, np.array([3])  # three beats, then two
QUINTUPLE: dict[Role, tuple[str, ...]] = {  # of the two
    "bass": ("R-------", "5---5---", "R-----a-"),
    "chords": ("X---x---", "..x-x---", "X-------"),
    "arp": ("3-1-2-1-", "2---1---"),
}
COMPOUND_BEATS: dict[Role, tuple[str, ...]] = {
    "bass": ("R-----", "R---r-", "R---5-", "R-..a-"),
    "chords": ("X-x-x-", "X---x-", "X-..x-", "..x-x-", "X-----"),
    "arp": ("0-1-2-", "0-2-1-", "2-1-0-", "0-1-3-"),
}
SOFT: dict[Role, str] = {"bass": "r", "chords": "x", "arp": "1", "pad": "x", "melody": "o", "counter": "o"}
# A phrase of four bars: its figure, an answer, the figure, a turn that is new each time; so about half of the bars
# repeat, as in what people play.
FIGURE, ANSWER, TURN = 0, 1, 2
ORDERS = ((FIGURE, ANSWER, FIGURE, TURN), (FIGURE, ANSWER, TURN, TURN), (FIGURE, TURN, ANSWER, TURN))


def figures(
    role: Role,
    patterns: Sequence[str],
    bars: Sequence[Bar],
    *,
    busy: float,
    shared: np.random.Generator,
    rng: np.random.Generator,
) -> dict[int, str]:
    """What to play in each of `bars`, by its index. `shared`: the choice that all players of a piece make together."""
    metre = bars[0].metre
    offered = _offered(role, patterns, metre, shared)
    start = int(shared.integers(12))
    orders = ORDERS[1:] if role in ("arp", "pad") else ORDERS
    order = orders[int(rng.integers(len(orders)))]
    if role == "pad":
        return _held_chords(bars, order, rng)
    figure = {name: offered[(start + place) % len(offered)] for place, name in enumerate(SECTION_NAMES)}
    answers = {name: _varied(one, role, metre, rng) for name, one in figure.items()}
    later: dict[tuple[SectionName, int], tuple[str, ...]] = {}
    played: dict[int, str] = {}
    for bar in bars:
        own = figure[bar.section]
        if bar.round:  # a section that comes back is played anew
            name = (bar.section, bar.round)
            own = later.setdefault(name, _varied(own, role, metre, rng))
        kind = order[bar.place % len(order)]
        cell = own[bar.place % len(own)]
        if kind == ANSWER:
            cell = answers[bar.section][bar.place % len(own)]
        elif kind == TURN or (bar.closes and not bar.comes_round):
            cell = varied(varied(cell, metre, rng, soft=SOFT[role]), metre, rng, soft=SOFT[role])
        played[bar.index] = denser(cell, metre, rng, soft=SOFT[role]) if rng.random() < busy else cell
    return played


def _held_chords(bars: Sequence[Bar], order: Sequence[int], rng: np.random.Generator) -> dict[int, str]:
    metre = bars[0].metre
    beats = SECOND_GROUP if metre.beats == QUINTUPLE_BEATS else np.arange(1, metre.beats)
    moves = rng.permutation(beats)
    played: dict[int, str] = {}
    for bar in bars:
        kind = order[bar.place % len(order)]
        turn = rng.permutation(beats)[: int(rng.integers(1, 3))]
        played[bar.index] = _held(bar, turn if kind == TURN else moves[:kind])
    return played


def _held(bar: Bar, moves: NDArray[np.int_]) -> str:
    """A pad holds its chord; in answers and turns it moves once or twice more within the bar, on beats."""
    beat = steps_per_beat(bar.metre)
    steps = ["X", *HOLD * (bar.steps - 1)]
    for place in moves:
        steps[int(place) * beat] = "x"
    return "".join(steps)


def _varied(bars: tuple[str, ...], role: Role, metre: Metre, rng: np.random.Generator) -> tuple[str, ...]:
    return tuple(varied(bar, metre, rng, soft=SOFT[role]) for bar in bars)


def _offered(role: Role, patterns: Sequence[str], metre: Metre, rng: np.random.Generator) -> list[tuple[str, ...]]:
    """The figures to choose from in a metre, each one bar or more."""
    own = [fitted(pattern, metre) for pattern in patterns]
    if metre == COMMON_TIME:
        # Of a style's one or two figures more are made, so that two pieces in it differ.
        return [*own, *(_varied(one, role, metre, rng) for one in own)]
    if metre.division == 3:
        beats = COMPOUND_BEATS.get(role, ())
        return (
            [("".join(beats[int(rng.integers(len(beats)))] for _ in range(metre.beats)),) for _ in range(3)]
            if beats
            else own
        )
    if metre.beats == 3:
        return [(bar,) for bar in TRIPLE.get(role, ())] or own
    pairs = QUINTUPLE.get(role, ())
    waltzes = [bar for bar in TRIPLE.get(role, ()) if bar[0] != REST]  # afterbeats alone would not say where it begins
    return [(three + two,) for three in waltzes for two in pairs] or own
