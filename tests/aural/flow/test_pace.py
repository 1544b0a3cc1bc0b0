"""Pace: by the memory that has the machine slower."""

from __future__ import annotations

import pytest

from aural.flow.pace import MEMORIES, Pace


def learned(*pieces: tuple[float, float]) -> float | None:
    pace = Pace()
    for units, work_s in pieces:
        pace.learn(units, work_s)
    return pace.unit_s


def test_nothing_is_known_before_anything_was_done() -> None:
    assert learned() is None


def test_a_long_piece_says_more_than_a_short_one() -> None:
    assert learned((100.0, 10.0), (1.0, 1.0)) == pytest.approx((0.95 * 10 + 1) / (0.95 * 100 + 1), rel=0.15)


@pytest.mark.parametrize(("before_s", "since_s", "memory"), [(1.0, 3.0, min(MEMORIES)), (3.0, 1.0, max(MEMORIES))])
def test_it_slows_down_as_soon_as_the_machine_does_and_speeds_up_with_care(
    before_s: float, since_s: float, memory: float
) -> None:
    """Of a hundred pieces of one speed and five of another, those that a memory has forgotten weigh nothing."""
    forgotten = memory**5
    told = learned(*[(1.0, before_s)] * 100, *[(1.0, since_s)] * 5)
    assert told == pytest.approx(forgotten * before_s + (1 - forgotten) * since_s, rel=0.02)
