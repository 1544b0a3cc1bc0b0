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


async def until_free(metrics: Counted) -> None:
    """Until no slot is occupied."""
    async with asyncio.timeout(60):
        while metrics.occupied[-1]:
            await asyncio.sleep(0.002)


def test_a_stream_brings_the_blocks_before_the_take_and_they_are_the_take() -> None:
    metrics = Counted()

    async def scene() -> tuple[list[Floats], Take]:
        humming = Humming(work_s_per_s=0.1)
        queue = queue_of(humming, metrics=metrics)
        started = time.monotonic()
        blocks: list[Floats] = []
        async with aclosing(queue.stream(ask(1, duration_s=5))) as events:
            async for item in events:
                if isinstance(item, Take):
                    return blocks, item
                if not blocks:
                    assert humming.at_once == 1, "the composer is still at it"
                    (first_s,) = metrics.first_audios_s
                    assert 0.05 <= first_s <= time.monotonic() - started
                blocks.append(item)
        raise AssertionError

    blocks, take = asyncio.run(scene())
    assert len(blocks) == 10
    np.testing.assert_array_equal(np.concatenate(blocks, axis=1), take.samples)
    assert metrics.outcomes == {"done": 1}


def test_a_caller_who_leaves_stops_the_work_and_the_next_one_begins() -> None:
    humming = Humming(work_s_per_s=180.0, steps=3_600)  # 90 s for 0.5 s; a fortieth of one between signs of progress
    metrics = Counted()

    async def scene() -> None:
        queue = queue_of(humming, metrics=metrics)
        leaving = asyncio.create_task(queue.compose(ask(1, duration_s=0.5)))
        waiting = asyncio.create_task(queue.compose(ask(2, duration_s=0.001)))
        gone = asyncio.create_task(queue.compose(ask(3, duration_s=0.5)))
        await asyncio.sleep(0.02)
        gone.cancel()
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert queue.pending == 2, "who waits and leaves is out of the queue at once"
        leaving.cancel()
        with pytest.raises(asyncio.CancelledError):
            await leaving
        assert metrics.occupied[-1] == 1, "the slot is not free before the thread has stopped"
        while len(humming.served) < 2:
            await asyncio.sleep(0.001)
        assert humming.most_at_once == 1
        await waiting

    asyncio.run(scene())
    assert humming.served == [1, 2]
    assert metrics.outcomes == {"done": 1, "cancelled": 2}


def test_a_stream_that_is_closed_early_stops_the_work() -> None:
    """Of a quarter of an hour's, told of ten times a second."""
    humming = Humming(work_s_per_s=90, steps=9_000)
    metrics = Counted()

    async def scene() -> None:
        queue = queue_of(humming, metrics=metrics)
        async with aclosing(queue.stream(ask(1, duration_s=10))) as events:
            async for _ in events:
                break
        await until_free(metrics)

    asyncio.run(scene())
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
