"""So many requests in any 60 s, and what the clock on the wall may do meanwhile."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass

import pytest

from aural.errors import Busy
from aural.gateway.rate_limit import RateLimit


@dataclass
class Clocks:
    """The one on the wall, and the one that is never set."""

    wall_s: float = 1_800_000_000.0
    steady_s: float = 100.0

    def pass_by(self, seconds: float) -> None:
        self.wall_s += seconds
        self.steady_s += seconds


@pytest.fixture
def clocks(monkeypatch: pytest.MonkeyPatch) -> Clocks:
    clocks = Clocks()
    monkeypatch.setattr(time, "time", lambda: clocks.wall_s)
    return clocks


def limit_of(per_minute: int, clocks: Clocks) -> RateLimit:
    return RateLimit(per_minute, lambda: clocks.steady_s)


def wait_s(limit: RateLimit, key: str = "a") -> float | None:
    """What `take` tells to wait; None where it lets in."""
    try:
        limit.take(key)
    except Busy as refused:
        return refused.retry_after_s
    return None


def test_the_time_to_wait_is_exact_and_then_there_is_room(clocks: Clocks) -> None:
    limit = limit_of(2, clocks)
    assert wait_s(limit) is None
    clocks.pass_by(10)
    assert wait_s(limit) is None
    clocks.pass_by(5)
    assert wait_s(limit) == pytest.approx(45)
    clocks.pass_by(44)
    assert wait_s(limit) == pytest.approx(1)
    clocks.pass_by(1.001)
    assert wait_s(limit) is None
    assert wait_s(limit) == pytest.approx(60 - 50.001, abs=0.01), "the second one's minute is still on"


def test_a_refused_request_does_not_count(clocks: Clocks) -> None:
    limit = limit_of(1, clocks)
    assert wait_s(limit) is None
    for _ in range(59):
        clocks.pass_by(1)
        assert wait_s(limit) is not None
    clocks.pass_by(1.001)
    assert wait_s(limit) is None


def test_each_key_has_its_own_minute(clocks: Clocks) -> None:
    limit = limit_of(1, clocks)
    assert [wait_s(limit, key) is None for key in "abab"] == [True, True, False, False]


@pytest.mark.parametrize("set_s", [-3600.0, 3600.0])
def test_a_clock_that_is_set_keeps_nobody_waiting(clocks: Clocks, set_s: float) -> None:
    limit = limit_of(2, clocks)
    assert [wait_s(limit) is None for _ in range(3)] == [True, True, False]
    clocks.wall_s += set_s
    assert wait_s(limit) is None
    assert wait_s(limit) is None
    assert wait_s(limit) == pytest.approx(60), "and it limits as before"


def test_a_clock_that_is_slewed_forgets_nothing(clocks: Clocks) -> None:
    limit = limit_of(1, clocks)
    assert wait_s(limit) is None
    for _ in range(20):
        clocks.pass_by(1)
        clocks.wall_s -= 0.01
        assert wait_s(limit) is not None


def test_many_at_once_are_counted_each(clocks: Clocks) -> None:
    limit = limit_of(50, clocks)
    let_in: list[bool] = []
    threads = [
        threading.Thread(target=lambda: let_in.extend(wait_s(limit) is None for _ in range(20))) for _ in range(5)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (let_in.count(True), len(let_in)) == (50, 100)
