"""The drummer's bars: a fill takes the place of what it is played over, from its first stroke on."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import models.sketch.players.drums as drums
from aural.theory.keys import Key
from models.sketch.form import Bar
from models.sketch.harmony import tonic
from models.sketch.players.grooves import Groove
from models.sketch.rhythm import Pace
from models.sketch.styles import STYLES

ALL = "9" * 16
FULL = Groove(kick={"kick": ALL}, back={"snare": ALL}, time={"hat": ALL}, colour={})


def struck(monkeypatch: pytest.MonkeyPatch, fill: dict[str, str]) -> dict[str, set[int]]:
    """The sixteenths on which each piece is hit, in a closing bar of a groove that hits them all."""
    monkeypatch.setattr(drums, "draw_fill", lambda *_: fill)
    bar = Bar(0, "A", 0, 3, 4, (tonic(Key(0, "major")),), 0.6)
    kit: Any = drums._Kit(frozenset({"kick", "snare", "hat", "tom1"}), Pace(1, 1.0, False), STYLES["rock"])
    found: dict[str, set[int]] = {}
    for hit in drums._bar_hits(bar, FULL, kit, np.random.default_rng(0)):
        found.setdefault(hit.piece, set()).add(round(4 * hit.beat))
    return found


@pytest.mark.parametrize("size", [4, 8])
def test_a_fill_is_heard_alone_but_for_the_kick(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    steps = struck(monkeypatch, {"tom1": "9" * size})
    assert steps["tom1"] == set(range(16 - size, 16))
    assert steps["snare"] == steps["hat"] == set(range(16 - size))
    assert steps["kick"] == set(range(16))


def test_without_a_fill_the_groove_goes_through(monkeypatch: pytest.MonkeyPatch) -> None:
    assert struck(monkeypatch, {}) == {piece: set(range(16)) for piece in ("kick", "snare", "hat")}
