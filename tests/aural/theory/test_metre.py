"""Metres, by their figures alone."""

from __future__ import annotations

import pytest

from aural.theory.metre import METRES, heard_metre


@pytest.mark.parametrize("name", METRES)
def test_a_bar_is_as_long_in_beats_as_in_the_notes_of_its_name(name: str) -> None:
    upper, lower = map(int, name.split("/"))
    metre = METRES[name]
    assert metre.beats * metre.quarters_per_beat == upper * 4 / lower
    assert metre.quarters_per_beat == metre.division / 2, "a third of a dotted quarter, half a quarter: an eighth"


@pytest.mark.parametrize(
    ("beats", "sure", "metre"),
    [(3, 0.9, "3/4"), (3, 0.89, None), (4, 1.0, None), (2, 1.0, None), (None, 0.0, None)],
)
def test_three_are_believed_where_they_are_plain(beats: int | None, sure: float, metre: str | None) -> None:
    assert heard_metre(beats, sure) == metre
