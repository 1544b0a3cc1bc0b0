"""The reckoning behind admission."""

from __future__ import annotations

import pytest

from models.pace import Pending, TurnPace


def test_nothing_is_known_before_the_first_take() -> None:
    assert TurnPace(slots=2).finish_s(10, []) is None


def test_what_is_left_ahead_is_spread_over_the_slots() -> None:
    pace = TurnPace(slots=2)
    pace.learn(duration_s=10, work_s=5)
    assert pace.finish_s(30, []) == pytest.approx(15)
    ahead = [Pending(40, 0.75), Pending(10, 0.0), Pending(20, 1.0)]
    assert pace.finish_s(30, ahead) == pytest.approx(15 + (10 + 10) / 2 / 2)
    assert pace.finish_s(0, ahead) == pytest.approx(5), "the wait alone"


def test_a_change_of_speed_is_learned_and_long_takes_weigh_more() -> None:
    pace = TurnPace(slots=1)
    pace.learn(duration_s=60, work_s=60)
    pace.learn(duration_s=1, work_s=10)
    assert pace.finish_s(1, []) == pytest.approx((0.8 * 60 + 10) / (0.8 * 60 + 1))
    for _ in range(30):
        pace.learn(duration_s=60, work_s=6)
    assert pace.finish_s(1, []) == pytest.approx(0.1, rel=0.05)
