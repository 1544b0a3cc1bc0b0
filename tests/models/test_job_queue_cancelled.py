"""JobQueue at a composer: streams, callers who leave, and that nothing of them stays."""

from __future__ import annotations

import asyncio
import gc
import random
import threading
import time
import weakref
from contextlib import aclosing

import numpy as np
import pytest

from aural.types import Floats, MusicRequest, Take
from models.composer import Emit, Progress
from models.job_queue import JobQueue
from tests.humming import Counted, Humming, ask, queue_of


async def until_free(metrics: Counted, within_s: float = 5.0) -> float:
    """How long it takes until no slot is occupied."""
    began = time.monotonic()
    async with asyncio.timeout(within_s):
        while metrics.occupied[-1]:
            await asyncio.sleep(0.002)
    return time.monotonic() - began


def test_a_stream_brings_the_blocks_before_the_take_and_they_are_the_take() -> None:
    metrics = Counted()

    async def scene() -> tuple[list[Floats], Take, float, float]:
        queue = queue_of(Humming(work_s_per_s=0.1), metrics=metrics)
        started = time.monotonic()
        blocks: list[Floats] = []
        first_s = 0.0
        async with aclosing(queue.stream(ask(1, duration_s=5))) as events:
            async for item in events:
                if isinstance(item, Take):
                    return blocks, item, first_s, time.monotonic() - started
                first_s = first_s or time.monotonic() - started
                blocks.append(item)
        raise AssertionError

    blocks, take, first_s, whole_s = asyncio.run(scene())
    np.testing.assert_array_equal(np.concatenate(blocks, axis=1), take.samples)
    assert first_s < whole_s / 2
    assert metrics.first_audios_s == [pytest.approx(first_s, abs=0.1)]
    assert metrics.outcomes == {"done": 1}


def test_a_caller_who_leaves_stops_the_work_and_the_next_one_begins() -> None:
    humming = Humming(work_s_per_s=1.0)  # a tenth of 0.5 s between two signs of progress
    metrics = Counted()

    async def scene() -> float:
        queue = queue_of(humming, metrics=metrics)
        leaving = asyncio.create_task(queue.compose(ask(1, duration_s=0.5)))
        waiting = asyncio.create_task(queue.compose(ask(2, duration_s=0.5)))
        gone = asyncio.create_task(queue.compose(ask(3, duration_s=0.5)))
        await asyncio.sleep(0.02)
        gone.cancel()
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert queue.pending == 2, "who waits and leaves is out of the queue at once"
        leaving.cancel()
        left = time.monotonic()
        with pytest.raises(asyncio.CancelledError):
            await leaving
        assert metrics.occupied[-1] == 1, "the slot is not free before the thread has stopped"
        while len(humming.served) < 2:
            await asyncio.sleep(0.001)
        handed_over_s = time.monotonic() - left
        assert humming.most_at_once == 1
        await waiting
        return handed_over_s

    assert asyncio.run(scene()) < 0.3
    assert humming.served == [1, 2]
    assert metrics.outcomes == {"done": 1, "cancelled": 2}


def test_a_stream_that_is_closed_early_stops_the_work() -> None:
    humming = Humming(work_s_per_s=0.1)
    metrics = Counted()

    async def scene() -> float:
        queue = queue_of(humming, metrics=metrics)
        async with aclosing(queue.stream(ask(1, duration_s=10))) as events:
            async for _ in events:
                break
        return await until_free(metrics)

    assert asyncio.run(scene()) < 0.3, "a tenth of a second between two signs of progress"
    assert metrics.outcomes == {"cancelled": 1}


@pytest.mark.parametrize("late", [False, True])
def test_what_a_caller_left_behind_is_gone_without_the_collector(late: bool) -> None:
    """The samples of a long take are tens of megabytes."""
    made: list[weakref.ref[Floats]] = []

    class Noting(Humming):
        def compose(self, request: MusicRequest, progress: Progress, emit: Emit | None = None) -> Take:
            samples = np.zeros((2, 1000), np.float32)
            made.append(weakref.ref(samples))
            return super().compose(request, progress, emit)

    metrics = Counted()

    async def scene() -> None:
        queue = queue_of(Noting(work_s_per_s=0.1), metrics=metrics)
        asked = asyncio.create_task(queue.compose(ask(1, duration_s=10, budget_s=0.2 if late else 30)))
        while not made:
            await asyncio.sleep(0.01)
        if not late:
            asked.cancel()
        await asyncio.gather(asked, return_exceptions=True)
        await until_free(metrics)
        queue.close()

    gc.disable()
    try:
        asyncio.run(scene())
        assert made[0]() is None
    finally:
        gc.enable()


def test_what_breaks_in_the_composer_comes_out_and_frees_the_slot() -> None:
    class Breaking(Humming):
        def compose(self, request: MusicRequest, progress: Progress, emit: Emit | None = None) -> Take:
            if request.seed == 13:
                raise ArithmeticError("13 brings bad luck")
            return super().compose(request, progress, emit)

    metrics = Counted()

    async def scene() -> Take:
        queue = queue_of(Breaking(), metrics=metrics)
        with pytest.raises(ArithmeticError):
            await queue.compose(ask(13))
        return await queue.compose(ask(2))

    assert asyncio.run(scene()).seed == 2
    assert metrics.outcomes == {"failed": 1, "done": 1}


@pytest.mark.parametrize("seed", range(3))
def test_fifty_joins_leaves_cancels_and_missed_deadlines_leave_nothing_behind(seed: int) -> None:
    draw = random.Random(seed)
    humming = Humming(work_s_per_s=0.02)
    metrics = Counted()

    async def one(queue: JobQueue, n: int) -> None:
        await asyncio.sleep(draw.random() * 0.5)
        kind = draw.choice(("stay", "stay", "cancel", "late", "close"))
        request = ask(n, duration_s=draw.uniform(1, 8), budget_s=0.05 if kind == "late" else 30)
        if kind == "close":
            async with aclosing(queue.stream(request)) as events:
                async for _ in events:
                    break
            return
        asked = asyncio.create_task(queue.compose(request))
        if kind == "cancel":
            await asyncio.sleep(draw.random() * 0.2)
            asked.cancel()
        await asyncio.gather(asked, return_exceptions=True)

    async def scene() -> None:
        queue = queue_of(humming, slots=3, metrics=metrics)
        tasks_before = asyncio.all_tasks()
        await asyncio.gather(*(one(queue, n) for n in range(50)))
        await until_free(metrics)
        assert queue.pending == 0
        assert asyncio.all_tasks() == tasks_before
        await asyncio.gather(*(queue.compose(ask(n, duration_s=1)) for n in range(6)))  # every slot still works
        queue.close()

    threads_before = threading.active_count()
    asyncio.run(scene())
    assert (humming.at_once, humming.most_at_once, max(metrics.occupied)) == (0, 3, 3)
    assert sum(metrics.outcomes.values()) == 56
    assert {"done", "cancelled"} <= set(metrics.outcomes)
    deadline = time.monotonic() + 5
    while threading.active_count() > threads_before and time.monotonic() < deadline:
        time.sleep(0.01)
    assert threading.active_count() <= threads_before, "no thread stays"
