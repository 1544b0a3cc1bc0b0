"""Admission: what is on its way is counted in time and in bytes."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest

from aural.errors import Busy, CannotFinishInTime
from aural.flow.admission import ListeningAdmission, TakesMemory, takes_bytes, written_bytes
from aural.types import TAKE_RATE_HZ, Selection, Take


@dataclass
class Clock:
    now_s: float = 1000.0

    def __call__(self) -> float:
        return self.now_s


def test_an_untried_machine_lets_everyone_in() -> None:
    queue = ListeningAdmission()
    with queue.admit(0.1) as one, queue.admit(0.1) as other:
        assert (one.expected_s, other.expected_s) == (0, 0)


def test_a_clip_waits_for_those_before_it() -> None:
    clock = Clock()
    queue = ListeningAdmission(clock)
    with queue.admit(60) as first:
        clock.now_s += 2
        queue.mark_done(first)
    with queue.admit(60) as one, queue.admit(60) as two, queue.admit(60) as three:
        assert [job.expected_s for job in (one, two, three)] == [2, 4, 6]
        with (
            pytest.raises(CannotFinishInTime, match=r"3 clips .* takes 8 s, and 5 s are left") as refused,
            queue.admit(5),
        ):
            raise AssertionError
        assert refused.value.retry_after_s == 3
        queue.mark_done(one)
        each_s = 0.95 * 2 / (0.95 + 1)  # two seconds, then none at all, by the memory that has it slower
        with queue.admit(6.5) as late:
            assert late.expected_s == pytest.approx(3 * each_s, rel=1e-6)
    with queue.admit(60) as alone:
        assert alone.expected_s == pytest.approx(each_s)


def test_who_would_wait_longer_than_anybody_is_to_wait_is_refused_at_once() -> None:
    clock = Clock()
    queue = ListeningAdmission(clock, max_wait_s=4.5)
    with queue.admit(60) as first:
        clock.now_s += 2
        queue.mark_done(first)
    with queue.admit(60), queue.admit(60), queue.admit(60) as third:
        assert third.expected_s == 6, "its own work is no wait"
        with pytest.raises(Busy, match=r"wait is 6.0 s, and .* 4.5 s") as refused, queue.admit(60):
            raise AssertionError
        assert refused.value.retry_after_s == 2
        queue.mark_done(third)
        with queue.admit(60):
            pass


def test_what_goes_side_by_side_is_faster_and_a_pause_is_no_work() -> None:
    clock = Clock()
    queue = ListeningAdmission(clock)
    for _ in range(40):
        with queue.admit(60) as one, queue.admit(60) as other:
            clock.now_s += 2
            queue.mark_done(one)
            queue.mark_done(other)
        clock.now_s += 1000
    with queue.admit(60) as next_one:
        assert 0.8 < next_one.expected_s < 1.2, "two in two seconds"


def test_memory_is_shared_and_given_back() -> None:
    memory = TakesMemory(100)
    with memory.reserve(60):
        with memory.reserve(40), pytest.raises(Busy, match="Try again shortly"), memory.reserve(1):
            raise AssertionError
        with pytest.raises(Busy), memory.reserve(41):
            raise AssertionError
    with memory.reserve(1000):
        pass


def test_what_is_there_already_is_counted_and_refuses_nobody() -> None:
    memory = TakesMemory(100)
    with memory.hold(90), memory.hold(90), pytest.raises(Busy), memory.reserve(1):
        raise AssertionError
    with memory.reserve(100):
        pass


def test_what_is_written_is_reckoned_with_all_takes_that_are_kept() -> None:
    sound = np.zeros((2, 1000), np.float32)
    one = Take(sound, 900, 1, "m", stems={"bass": sound})
    assert written_bytes(one) == 2 * 2 * sound.nbytes
    kept = tuple(Take(sound, 900, seed, "m") for seed in range(3))
    assert written_bytes(replace(one, stems={}, selection=Selection(0, (), 3, kept))) == 2 * 4 * sound.nbytes


def test_bytes_are_of_all_takes_and_of_the_kept_ones_stems() -> None:
    one = takes_bytes(30, candidates=1, stems=False)
    assert one >= 30 * TAKE_RATE_HZ * 8
    assert takes_bytes(30, candidates=8, stems=False) == 8 * one
    assert takes_bytes(30, candidates=8, stems=True) == 18 * one
    assert takes_bytes(30, candidates=1, stems=False, rate_hz=48_000) == 2 * one, (
        "two copies that are half as long again"
    )
