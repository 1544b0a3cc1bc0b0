"""Continuous batching when memory runs out or the hardware fails."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from aural.errors import Internal, NotReady
from models.musicgen import sampling_graph
from models.musicgen.engine import Engine
from models.musicgen.sampling import sample_tokens
from models.musicgen.scheduler import Scheduler
from models.musicgen.step import Ints, OutOfCacheMemory, Step
from tests.models.musicgen.small_scheduler import (
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


def test_out_of_memory_in_a_step_shrinks_the_batch_and_changes_nothing_else(step: Step) -> None:
    """Three slots are one too many from the 20th step on."""
    steps, slots, gate = [0], list[int](), Gate.shut()

    def scarce(what: str, count: int) -> None:
        gate(what, count)
        steps[0] += what == "step"
        if what == "step" and count > 2 and steps[0] > 20:
            raise OutOfCacheMemory("no memory")

    generations = [a_generation(seed, frames) for seed, frames in enumerate([60, 50, 70, 20, 90])]
    with serving(Frail(step, scarce), stepped=[lambda one: slots.append(one.slots)]) as (scheduler, engine):
        got = at_once(scheduler, generations, partial(gate.let, 10_000))
        assert engine.sequences == []
    assert max(slots) > 2
    assert max(slots[20:]) == 2
    for generation, tokens in zip(generations, got, strict=True):
        np.testing.assert_array_equal(tokens, alone(step, generation))


def test_slots_come_back_when_memory_does(step: Step) -> None:
    gate, slots, failures = Gate.shut(), list[int](), [OutOfCacheMemory("no memory")]

    def once(what: str, count: int) -> None:
        gate(what, count)
        if what == "step" and count == 3 and failures:
            raise failures.pop()

    generations = [a_generation(seed, 30) for seed in range(7)]
    with serving(Frail(step, once, slots=3), stepped=[lambda one: slots.append(one.slots)]) as (scheduler, _):
        at_once(scheduler, generations, partial(gate.let, 10_000))
    assert slots.index(2) < slots.index(3)


def test_no_memory_for_one_more_leaves_those_who_play_alone(step: Step) -> None:
    gate, begun, slots = Gate.shut(), list[int](), list[int]()

    def scarce(what: str, slot: int) -> None:
        gate(what, slot)
        if what == "start" and slot >= 2:
            raise OutOfCacheMemory("no memory")
        if what == "start":
            begun.append(slot)

    generations = [a_generation(seed, 30) for seed in range(5)]
    with serving(Frail(step, scarce), stepped=[lambda one: slots.append(one.slots)]) as (scheduler, _):
        got = at_once(scheduler, generations, partial(gate.let, 10_000))
    assert len(begun) == 5, "nobody had to begin again"
    assert max(slots) == 2
    for generation, tokens in zip(generations, got, strict=True):
        np.testing.assert_array_equal(tokens, alone(step, generation))


@pytest.mark.parametrize("where", ["start", "step"])
def test_out_of_memory_for_one_alone_fails_it_and_the_service_goes_on(step: Step, where: str) -> None:
    failures = [OutOfCacheMemory("no memory")]

    def once(what: str, _slots: int) -> None:
        if what == where and failures:
            raise failures.pop()

    with serving(Frail(step, once)) as (scheduler, engine):
        with pytest.raises(NotReady, match="not memory enough for this request"):
            played(scheduler, a_generation(1, 20))
        assert (scheduler.request_count, engine.sequences) == (0, [])
        np.testing.assert_array_equal(played(scheduler, a_generation(1, 20)), alone(step, a_generation(1, 20)))


@pytest.mark.parametrize("where", ["start", "step"])
def test_what_else_fails_ends_those_who_play_and_the_next_works(step: Step, where: str) -> None:
    failures, gate = [RuntimeError("a kernel failed")], Gate.shut()

    def once(what: str, slots: int) -> None:
        gate(what, slots)
        if what == where and slots >= 1 and failures:
            raise failures.pop()

    def begin(threads: ThreadPoolExecutor, scheduler: Scheduler, engine: Engine) -> Iterator[Future[Ints]]:
        for seed in (1, 2):
            yield threads.submit(played, scheduler, a_generation(seed, 20))
            # The first one plays before the second comes, or both might be gone before they are seen.
            until(lambda: scheduler.request_count == seed and len(engine.sequences) == 1)  # noqa: B023

    with serving(Frail(step, once)) as (scheduler, engine), ThreadPoolExecutor(2) as threads:
        answers = list(begin(threads, scheduler, engine))
        gate.let(1000)
        for answer in answers if where == "start" else answers[:1]:
            error = answer.exception(timeout=30)
            assert isinstance(error, Internal)
            assert str(error.__cause__) == "a kernel failed"
        until(lambda: scheduler.request_count == 0 and not engine.sequences)  # it has tried the step once more
        np.testing.assert_array_equal(played(scheduler, a_generation(1, 20)), alone(step, a_generation(1, 20)))


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_nobody_waits_in_vain_for_hardware_that_is_gone(step: Step) -> None:
    gate, gone, slots = Gate.shut(), list[bool](), list[int]()

    def fall_off(what: str, count: int) -> None:
        gate(what, count)
        if gone:
            raise RuntimeError("the device is lost")

    lost = Frail(step, fall_off, slots=2)
    hear = [lambda one: slots.append(one.slots)]
    with serving(lost, stepped=hear) as (scheduler, _), ThreadPoolExecutor(3) as threads:
        answers = []
        for seed in range(3):
            answers.append(threads.submit(played, scheduler, a_generation(seed, 50)))
            until(lambda: scheduler.request_count == len(answers))
        gate.let(3)
        until(lambda: len(slots) == 3)
        assert slots[-1] == 2, "to leave the first slot takes the device, too"
        gone.append(True)
        gate.let(1000)
        assert all(isinstance(answer.exception(timeout=30), NotReady | Internal) for answer in answers)
        with pytest.raises(NotReady, match="stopping"):
            played(scheduler, a_generation(1, 20))


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_device_that_is_lost_while_one_plays_alone_is_noticed(step: Step) -> None:
    """Leaving the only slot takes no device: trying the step once more does."""
    gone = list[bool]()

    def fall_off(what: str, _count: int) -> None:
        if gone and what != "free":
            raise RuntimeError("the device is lost")

    with serving(Frail(step, fall_off)) as (scheduler, _):
        frames = scheduler.generate(a_generation(1, 50), ignore)
        next(frames)
        gone.append(True)
        with pytest.raises(Internal, match="the server's log says why"):
            list(frames)
        with pytest.raises(NotReady, match="stopping"):
            played(scheduler, a_generation(2, 20))
        with pytest.raises(NotReady, match="stopping"):
            scheduler.check()


def test_out_of_memory_while_sampling_shrinks_the_batch_too(step: Step, monkeypatch: pytest.MonkeyPatch) -> None:
    gate, failures = Gate.shut(), [torch.OutOfMemoryError("no memory")]

    def once(logits: Tensor, *others: Any) -> Any:
        if len(logits) == 3 and failures:
            raise failures.pop()
        return sample_tokens(logits, *others)

    monkeypatch.setattr(sampling_graph, "sample_tokens", once)
    generations = [a_generation(seed, 30) for seed in range(3)]
    with serving(Frail(step, gate)) as (scheduler, _):
        got = at_once(scheduler, generations, partial(gate.let, 10_000))
    assert not failures
    for generation, tokens in zip(generations, got, strict=True):
        np.testing.assert_array_equal(tokens, alone(step, generation))


def test_numbers_that_overflow_fail_their_request_alone(step: Step) -> None:
    with serving(step) as (scheduler, engine), ThreadPoolExecutor(1) as threads:
        neighbour = threads.submit(played, scheduler, a_generation(2, 60))
        with pytest.raises(Internal, match="overflowed"):
            next(scheduler.generate(a_generation(1, 60, guidance=float("inf")), ignore))
        np.testing.assert_array_equal(neighbour.result(timeout=30), alone(step, a_generation(2, 60)))
        assert engine.sequences == []
