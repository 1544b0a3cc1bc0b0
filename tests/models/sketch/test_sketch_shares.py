"""What composers choose from: shares of one whole, each choice written so that it can be played."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from aural.theory.keys import Key
from models.sketch.colours import MINOR_TONIC, SUFFIXES, Weighted, weighted
from models.sketch.progressions import BORROWED, DIMINISHED, FUNCTIONS, Harmony, _spelled

BY_FUNCTION: dict[str, Weighted] = {
    f"{name}, {mode}, {function}": choices
    for name, table in (("usual", FUNCTIONS), ("borrowed", BORROWED), ("diminished", DIMINISHED))
    for mode, functions in table.items()
    for function, choices in functions.items()
}
BY_COLOUR: dict[str, Weighted] = {
    **{f"{colour}, {kind}": choices for colour, kinds in SUFFIXES.items() for kind, choices in kinds.items()},
    **{f"{colour}, minor tonic": choices for colour, choices in MINOR_TONIC.items()},
}
TABLES: dict[str, Weighted] = {**BY_FUNCTION, **BY_COLOUR}


@pytest.mark.parametrize("choices", TABLES.values(), ids=list(TABLES))
def test_they_are_shares_of_one_whole(choices: Weighted) -> None:
    assert sum(share for _, share in choices) == pytest.approx(1.0)
    assert all(share > 0 for _, share in choices)
    assert len({name for name, _ in choices}) == len(choices)


@pytest.mark.parametrize("name", BY_FUNCTION)
def test_every_numeral_is_a_chord_of_some_notes(name: str) -> None:
    key = Key(0, "major" if "major" in name else "minor")
    for numeral, _ in BY_FUNCTION[name]:
        for colour in SUFFIXES:
            ((spelled,),) = _spelled([numeral], Harmony(colour), key, np.random.default_rng(0))
            assert len(set(spelled.pitch_classes)) >= 3, f"{numeral} in {colour}"


def test_each_is_chosen_as_often_as_its_share_says() -> None:
    rng = np.random.default_rng(0)
    counted = Counter(weighted((("a", 0.7), ("b", 0.2), ("c", 0.1)), rng) for _ in range(4000))
    assert [counted[name] / 4000 for name in "abc"] == pytest.approx([0.7, 0.2, 0.1], abs=0.03)
