"""The reckoning behind admission."""

from __future__ import annotations

import pytest

from models.latency import Pending, ThroughputEstimator


def test_nothing_is_known_before_the_first_take() -> None:
    assert ThroughputEstimator(slots=2).eta_s(10, []) is None


def test_what_is_left_ahead_is_spread_over_the_slots() -> None:
    estimator = ThroughputEstimator(slots=2)
    estimator.learn(duration_s=10, work_s=5)
    assert estimator.eta_s(30, []) == pytest.approx(15)
    ahead = [Pending(40, 0.75), Pending(10, 0.0), Pending(20, 1.0)]
    assert estimator.eta_s(30, ahead) == pytest.approx(15 + (10 + 10) / 2 / 2)
    assert estimator.eta_s(0, ahead) == pytest.approx(5), "the wait alone"


def test_a_change_of_speed_is_learned_and_long_takes_weigh_more() -> None:
    estimator = ThroughputEstimator(slots=1)
    estimator.learn(duration_s=60, work_s=60)
    estimator.learn(duration_s=1, work_s=10)
    assert estimator.eta_s(1, []) == pytest.approx((0.8 * 60 + 10) / (0.8 * 60 + 1))
    for _ in range(60):
        estimator.learn(duration_s=60, work_s=6)
    assert estimator.eta_s(1, []) == pytest.approx(0.1, rel=0.05)
