"""Where a clip goes to other notes, from scores that were written down."""

from __future__ import annotations

import numpy as np
import pytest

from aural.listening.modulation import key_segments, likeliest_path
from aural.theory.keys import ALL_KEYS, Key

SURE = 3.0


def scores(*stretches: tuple[str, int]) -> np.ndarray:
    """(spans, 24): so many spans for each key."""
    rows = np.zeros((sum(count for _, count in stretches), 24), np.float32)
    at = 0
    for name, count in stretches:
        rows[at : at + count, ALL_KEYS.index(Key.parse(name))] = SURE
        at += count
    return rows


def told(*stretches: tuple[str, int]) -> list[tuple[int, str]]:
    return [(span, str(ALL_KEYS[key])) for span, key in key_segments(scores(*stretches))]


def test_one_key_is_one_part() -> None:
    assert told(("D minor", 40)) == [(0, "D minor")]


@pytest.mark.parametrize("spans", [1, 4])
def test_a_passing_chord_is_no_other_key(spans: int) -> None:
    assert told(("C major", 20), ("E major", spans), ("C major", 20)) == [(0, "C major")]


def test_away_and_back() -> None:
    assert told(("C major", 20), ("Eb major", 20), ("C major", 20)) == [
        (0, "C major"),
        (20, "Eb major"),
        (40, "C major"),
    ]


def test_relatives_are_one_place_and_the_more_common_of_them_names_it() -> None:
    assert told(("A minor", 14), ("C major", 6), ("A minor", 20)) == [(0, "A minor")]


def test_the_path_pays_for_every_change() -> None:
    rng = np.random.default_rng(0)
    assert len(set(likeliest_path(rng.normal(0, 1, (200, 12))))) < 10
    assert likeliest_path(rng.normal(0, 1, (1, 12))).shape == (1,)
