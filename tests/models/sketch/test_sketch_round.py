"""The form of a loop: it leads back, nothing in it opens or closes too often, and its harmony moves."""

from __future__ import annotations

import numpy as np
import pytest

from aural.theory.keys import Key
from models.sketch.form import Bar, plan_loop
from models.sketch.harmony import progression
from models.sketch.styles import STYLES

KEYS = (Key(0, "major"), Key(9, "minor"))


def rounds(style_id: str, n_bars: int) -> list[tuple[Key, tuple[Bar, ...]]]:
    style = STYLES[style_id]
    return [
        (key, plan_loop(style, key, n_bars, np.random.default_rng(seed)))
        for key in KEYS
        if key.mode in style.progressions
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
def test_four_chords_where_the_style_has_them(style_id: str) -> None:
    for n_bars in (4, 8, 16):
        for key, bars in rounds(style_id, n_bars):
            texts = STYLES[style_id].progressions[key.mode]
            first_bars = [[progression(text, key)[:n_bars] for text in pair] for pair in texts]
            most = max(len({chord.triad for part in pair for bar in part for chord in bar}) for pair in first_bars)
            assert different(bars) >= min(4, most)


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
