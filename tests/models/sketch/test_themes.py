"""Themes: where each section's lies, what they are made of, in every metre."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from aural.theory.metre import METRES
from models.sketch.players.themes import ARCHES, ORDERS, Theme, draw_theme
from models.sketch.rhythm import events
from models.sketch.score import steps_per_bar
from models.sketch.sections import SectionName
from models.sketch.styles import STYLES


def themes(section: SectionName, metre: str = "4/4", style_id: str = "folk", count: int = 200) -> list[Theme]:
    rng = np.random.default_rng(4)
    return [draw_theme(STYLES[style_id].tune, section, METRES[metre], rng) for _ in range(count)]


@pytest.mark.parametrize(("section", "lifts"), [("A", {0}), ("B", {2, 3, 4}), ("C", {-3, -2, -1, 0, 1, 2})])
def test_b_lies_above_a_and_c_a_third_around_it(section: SectionName, lifts: set[int]) -> None:
    assert {theme.lift for theme in themes(section)} == lifts


def test_all_orders_and_arches_are_used_and_a_hook_keeps_to_its_own() -> None:
    free = themes("A")
    assert {theme.order for theme in free} == set(ORDERS)
    assert {theme.arch for theme in free} == set(ARCHES)
    hooked = next(style_id for style_id, style in STYLES.items() if style.tune.hook)
    assert {theme.order for theme in themes("A", style_id=hooked, count=30)} == {ORDERS[0]}


@pytest.mark.parametrize("metre", METRES)
def test_every_cell_fills_a_bar_and_strikes_in_it(metre: str) -> None:
    for theme in themes("A", metre, count=40):
        assert len(theme.cells) == 3
        for bar in (*theme.cells, *theme.closes):
            assert len(bar) == steps_per_bar(METRES[metre])
            found = events(bar, METRES[metre])
            assert found
            assert all(one.step + one.steps <= other.step for one, other in pairwise(found))
