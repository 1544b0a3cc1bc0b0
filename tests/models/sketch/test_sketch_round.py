"""The form of a loop: it leads back, nothing in it opens or closes too often, and its harmony moves."""

from __future__ import annotations

import numpy as np
import pytest

from aural.theory.keys import Key
from aural.theory.metre import COMMON_TIME
from models.sketch.form import Bar, Plan
from models.sketch.loop_form import plan_loop
from models.sketch.styles import STYLES

KEYS = (Key(0, "major"), Key(9, "minor"))


def rounds(style_id: str, n_bars: int) -> list[tuple[Key, tuple[Bar, ...]]]:
    style = STYLES[style_id]
    return [
        (key, plan_loop(Plan(style, key, COMMON_TIME, n_bars, 2.0, False, False), np.random.default_rng(seed)))
        for key in KEYS
        for seed in range(3)
    ]


def different(bars: tuple[Bar, ...]) -> int:
    return len({chord.triad for bar in bars for chord in bar.chords})


@pytest.mark.parametrize("style_id", STYLES)
@pytest.mark.parametrize("n_bars", [4, 5, 8, 16, 32])
def test_the_dominant_leads_back(style_id: str, n_bars: int) -> None:
    for key, bars in rounds(style_id, n_bars):
        assert [bar.index for bar in bars] == list(range(n_bars))
        assert bars[-1].chords[-1].root == (key.tonic + 7) % 12
        assert bars[-1].chords[-1].triad != bars[0].chords[0].triad


@pytest.mark.parametrize("style_id", STYLES)
def test_harmony_moves(style_id: str) -> None:
    """Four chords in most loops of eight bars, and two where a style is made of vamps."""
    counts = [different(bars) for n_bars in (8, 16) for _, bars in rounds(style_id, n_bars)]
    assert min(counts) >= 2
    assert np.mean([count >= 4 for count in counts]) >= 0.7


@pytest.mark.parametrize("n_bars", [1, 2, 3, 4, 7, 12])
def test_it_is_as_full_at_its_end_as_at_its_start(n_bars: int) -> None:
    for _, bars in rounds("pop", n_bars):
        levels = [bar.intensity for bar in bars]
        np.testing.assert_allclose(levels, levels[::-1])
        assert min(levels) >= 0.7
        assert max(levels) <= 0.9


@pytest.mark.parametrize("n_bars", [1, 2, 3])
def test_what_comes_again_at_once_neither_opens_nor_closes(n_bars: int) -> None:
    """A fill and a crash in each bar would be all that is heard of a loop of one."""
    for _, bars in rounds("rock", n_bars):
        assert not any(bar.opens or bar.closes for bar in bars)
