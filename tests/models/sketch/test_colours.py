"""What is added to triads: shares of one whole, chosen as often as they say."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from models.sketch.colours import MINOR_TONIC, SUFFIXES, Weighted, weighted

TABLES: dict[str, Weighted] = {
    **{f"{colour}, {kind}": choices for colour, kinds in SUFFIXES.items() for kind, choices in kinds.items()},
    **{f"{colour}, minor tonic": choices for colour, choices in MINOR_TONIC.items()},
}


@pytest.mark.parametrize("choices", TABLES.values(), ids=list(TABLES))
def test_additions_are_shares_of_one_whole(choices: Weighted) -> None:
    assert sum(share for _, share in choices) == pytest.approx(1.0)
    assert all(share > 0 for _, share in choices)
    assert len({name for name, _ in choices}) == len(choices)


def test_each_is_chosen_as_often_as_its_share_says() -> None:
    rng = np.random.default_rng(0)
    counted = Counter(weighted((("a", 0.7), ("b", 0.2), ("c", 0.1)), rng) for _ in range(4000))
    assert [counted[name] / 4000 for name in "abc"] == pytest.approx([0.7, 0.2, 0.1], abs=0.03)
