"""Continuous batching: who plays when, and that company changes nothing."""

from __future__ import annotations

import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import numpy as np
import psutil
import pytest

from aural.errors import DeadlineExceeded, NotReady
from models.musicgen.scheduler import Scheduler, StepStats
from models.musicgen.step import Step
from tests.models.musicgen.small_scheduler import (
    DELAY,
    WINDOW,
    Frail,
    Gate,
    a_generation,
    alone,
    at_once,
    ignore,
    played,
    serving,
    until,
)


def test_each_gets_from_many_threads_what_it_gets_alone(step: Step) -> None:
    draw = random.Random(0)
    generations = [a_generation(seed, draw.choice([1, 2, 7, 20, 45, 60, 61, 130])) for seed in range(24)]
    expected = [alone(step, generation) for generation in generations]
    with serving(step) as (scheduler, engine), ThreadPoolExecutor(10) as threads:
        got = list(threads.map(lambda generation: played(scheduler, generation), generations))
        assert scheduler.request_count == 0
        assert engine.sequences == []
    for one, other in zip(expected, got, strict=True):
        np.testing.assert_array_equal(one, other)


def test_who_came_first_is_served_first(step: Step) -> None:
    gate, order = Gate.shut(), list[int]()

    def begun(number: int, fraction: float) -> None:
        if fraction > 0 and number not in order:
            order.append(number)

    with serving(Frail(step, gate, slots=1)) as (scheduler, _), ThreadPoolExecutor(6) as threads:
        for number in range(6):
            threads.submit(played, scheduler, a_generation(number, 5 + number), partial(begun, number))
            until(lambda: scheduler.request_count == number + 1)  # noqa: B023
        gate.let(10_000)
    assert order == list(range(6))


def test_nobody_overtakes_who_waits_for_memory(step: Step) -> None:
    """40 of 60 frames are taken: 30 more must wait, and so must 10 behind them although they would fit."""
    gate, slots = Gate.shut(), list[int]()
    generations = [a_generation(1, 40), a_generation(2, 30), a_generation(3, 10), a_generation(4, 200)]
    with serving(Frail(step, gate), room_frames=60, stepped=[lambda one: slots.append(one.slots)]) as (scheduler, _):
        got = at_once(scheduler, generations, partial(gate.let, 10_000))
    first, second, third = (generation.frames + DELAY for generation in generations[:3])
    windows = [60, 60, 60, 60, 56]  # of 200 frames, each after the first with 24 known
    last = sum(windows) + 5 * DELAY - 4 * 24
    # What exceeds the room alone, as the last one's window does not, would be let in too: to wait cannot help it.
    assert slots == [1] * first + [2] * third + [1] * (second - third) + [1] * last
    for generation, tokens in zip(generations, got, strict=True):
        np.testing.assert_array_equal(tokens, alone(step, generation))


def test_what_is_too_much_for_all_of_the_room_plays_alone(step: Step) -> None:
    with serving(step, room_frames=5) as (scheduler, _):
        np.testing.assert_array_equal(played(scheduler, a_generation(1, 20)), alone(step, a_generation(1, 20)))


def test_a_slot_is_free_at_the_step_after_its_iterator_was_closed(step: Step) -> None:
    gate, slots = Gate.shut(), list[int]()
    with serving(Frail(step, gate), stepped=[lambda one: slots.append(one.slots)]) as (scheduler, engine):
        leaving = scheduler.generate(a_generation(1, 50), ignore)
        with ThreadPoolExecutor(1) as threads:
            gate.let(3)
            first = threads.submit(next, leaving)
            gate.let(1)  # the fourth step completes the first frame
            assert first.result(timeout=30).shape == (4, 1)
            staying = threads.submit(played, scheduler, a_generation(2, 10))
            until(lambda: scheduler.request_count == 2)
            leaving.close()  # type: ignore[attr-defined]
            gate.let(1)
            until(lambda: scheduler.request_count == 1)
            assert len(slots) == 5
            gate.let(100)
            np.testing.assert_array_equal(staying.result(timeout=30), alone(step, a_generation(2, 10)))
        assert engine.sequences == []
    assert slots[5:] == [1] * (len(slots) - 5)


def test_what_on_step_raises_comes_out_and_frees_the_slot_at_that_step(step: Step) -> None:
    steps, fractions = list[StepStats](), list[float]()
    gone = DeadlineExceeded("Time is up.")

    def five_times(fraction: float) -> None:
        fractions.append(fraction)
        if len(steps) == 5:
            raise gone

    with serving(step, stepped=[steps.append]) as (scheduler, engine):
        with pytest.raises(DeadlineExceeded) as raised:
            played(scheduler, a_generation(1, 50), five_times)
        assert raised.value is gone
        assert len(steps) == 5
        assert engine.sequences == []
        assert scheduler.request_count == 0
        assert fractions[-5:] == [0, 0, 0, 1 / 50, 2 / 50]


def test_who_leaves_while_others_take_in_known_frames_frees_his_slot_before_the_step(step: Step) -> None:
    """With many slots and long pieces a step may have seconds of that before it."""
    done, together = list[tuple[str, int]](), threading.Event()

    def note(what: str, slot: int) -> None:
        done.append((what, slot))
        if done == [("start", 0)]:
            assert together.wait(30)  # both begin, and so slide on, at the same step

    def leave(_fraction: float) -> None:
        if ("prefill", 0) in done:
            raise DeadlineExceeded("Time is up.")

    staying, leaving = a_generation(1, WINDOW + 10), a_generation(2, WINDOW + 10)
    with serving(Frail(step, note)) as (scheduler, _), ThreadPoolExecutor(2) as threads:
        stays = threads.submit(played, scheduler, staying)
        until(lambda: bool(done))
        leaves = threads.submit(played, scheduler, leaving, leave)
        until(lambda: scheduler.request_count == 2)
        together.set()
        assert isinstance(leaves.exception(timeout=30), DeadlineExceeded)
        np.testing.assert_array_equal(stays.result(timeout=30), alone(step, staying))
    slid = done.index(("prefill", 0))
    assert done[slid + 1 : slid + 3] == [("free", 1), ("step", 1)]


def test_who_waits_may_leave_as_well(step: Step) -> None:
    gate, late = Gate.shut(), list[bool]()

    def leave(_fraction: float) -> None:
        if late:
            raise DeadlineExceeded("Time is up.")

    with serving(Frail(step, gate, slots=1)) as (scheduler, _), ThreadPoolExecutor(2) as threads:
        answer = threads.submit(played, scheduler, a_generation(1, 50))
        until(lambda: scheduler.request_count == 1)
        waiting = threads.submit(played, scheduler, a_generation(2, 50), leave)
        until(lambda: scheduler.request_count == 2)
        late.append(True)
        gate.let(2)
        assert isinstance(waiting.exception(timeout=30), DeadlineExceeded)
        assert not answer.done()
        gate.let(1000)
        assert answer.result(timeout=30).shape == (4, 50)


def test_closing_ends_the_thread_and_whoever_waits_for_it(step: Step) -> None:
    before = threading.active_count()
    with ThreadPoolExecutor(3) as threads:
        with serving(step) as (scheduler, _):
            answers = [threads.submit(played, scheduler, a_generation(seed, 100_000)) for seed in range(3)]
            until(lambda: scheduler.request_count == 3)
        assert all(isinstance(answer.exception(timeout=30), NotReady) for answer in answers)
        with pytest.raises(NotReady, match="stopping"):
            played(scheduler, a_generation(1, 20))
    assert threading.active_count() == before


@pytest.mark.parametrize("seed", range(2))
def test_fifty_joins_leaves_cancels_and_missed_deadlines_leave_nothing_behind(step: Step, seed: int) -> None:
    draw = random.Random(seed)
    kinds = [(number, draw.choice(("stay", "leave", "cancel", "late")), draw.randint(1, 150)) for number in range(50)]

    def one(scheduler: Scheduler, number: int, kind: str, frames: int) -> str:
        deadline_s = time.monotonic() + 0.02

        def on_step(fraction: float) -> None:
            if kind == "cancel" and fraction > 0.3:
                raise KeyboardInterrupt
            if kind == "late" and time.monotonic() > deadline_s:
                raise DeadlineExceeded("Time is up.")

        try:
            count = 0
            for tokens in scheduler.generate(a_generation(number, frames), on_step):
                count += tokens.shape[1]
                if kind == "leave":
                    return "left"
            assert count == frames
        except (KeyboardInterrupt, DeadlineExceeded):
            return "stopped"
        return "done"

    threads_before = threading.active_count()
    with serving(step, room_frames=150) as (scheduler, engine):
        rss_bytes = list[int]()
        for _ in range(3):
            with ThreadPoolExecutor(12) as threads:
                outcomes = list(threads.map(lambda kind: one(scheduler, *kind), kinds))
            until(lambda: scheduler.request_count == 0)
            assert engine.sequences == []
            assert set(outcomes) == {"done", "left", "stopped"}
            rss_bytes.append(psutil.Process().memory_info().rss)
        assert rss_bytes[-1] - rss_bytes[0] < 8 * 2**20
        np.testing.assert_array_equal(played(scheduler, a_generation(1, 40)), alone(step, a_generation(1, 40)))
    assert threading.active_count() == threads_before
