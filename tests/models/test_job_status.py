"""How far a composer is with a request: its place, its steps, and the time that is left."""

from __future__ import annotations

import asyncio

import pytest

from aural.types import JobStatus, MusicRequest, Take
from models.job_queue import JobQueue
from models.latency import Pending, ThroughputEstimator
from tests.humming import STALLS, Humming, a_place, ask, queue_of


async def until_stalled(queue: JobQueue, request: MusicRequest) -> JobStatus:
    """Halfway, where it makes no more music."""
    async with asyncio.timeout(20):
        while (status := queue.status(request)) is None or status.fraction_done < 0.5:
            await asyncio.sleep(0.01)
    return status


def stalling(seed: int) -> MusicRequest:
    return MusicRequest(STALLS, duration_s=4.0, seed=seed, budget_s=60)


def test_who_waits_is_told_his_place_and_who_is_composed_his_steps() -> None:
    async def scene() -> None:
        queue = queue_of(Humming(), slots=2)
        queue._estimator.learn(10.0, 5.0)
        asked = [stalling(n) for n in range(2)] + [ask(n, budget_s=60) for n in range(2, 5)]
        takes: list[asyncio.Task[Take]] = [asyncio.create_task(queue.compose(one)) for one in asked]
        halfway = [await until_stalled(queue, one) for one in asked[:2]]
        assert [(one.ahead, one.step, one.steps) for one in halfway] == [(0, 5, 10)] * 2
        assert [one.left_s for one in halfway] == pytest.approx([1.0, 1.0])
        waiting = [queue.status(one) for one in asked[2:]]
        assert [one.ahead for one in waiting if one] == [1, 2, 3]
        assert [(one.step, one.steps) for one in waiting if one] == [(0, 10)] * 3
        # Two halves of four seconds before the first of them, at half a second for each second of music.
        assert [one.left_s for one in waiting if one] == pytest.approx([3.0, 4.0, 5.0])
        with queue.place(a_place(2)) as placed:
            assert placed.ahead == 4
            assert placed.left_s == pytest.approx(((2 + 2 + 4 * 4) / 2 + 4) / 2)
        for take in takes:
            take.cancel()
        await asyncio.gather(*takes, return_exceptions=True)
        queue.close()

    asyncio.run(scene())


class Uncounted(Humming):
    def step_count(self, request: MusicRequest) -> None: ...  # type: ignore[override]


def test_without_steps_it_is_as_far_as_its_time_is_or_as_it_says_itself() -> None:
    """Halfway at most, as it says: then an hour seems to pass."""

    async def scene() -> None:
        queue = queue_of(Uncounted())
        queue._estimator.learn(10.0, 5.0)
        asked = stalling(1)
        take = asyncio.create_task(queue.compose(asked))
        halfway = await until_stalled(queue, asked)
        assert (halfway.step, halfway.steps) == (None, None)
        (job,) = queue._pending
        assert job.expected_s == pytest.approx(2.0)
        assert job.begun_s is not None
        job.begun_s -= 3600
        late = queue.status(asked)
        assert late is not None
        assert late.fraction_done == pytest.approx(0.95)
        assert late.left_s == pytest.approx(0.05 * 2.0)
        take.cancel()
        await asyncio.gather(take, return_exceptions=True)
        queue.close()

    asyncio.run(scene())


def test_of_others_there_is_nothing_to_tell() -> None:
    async def scene() -> None:
        queue = queue_of(Humming())
        request = ask(1)
        assert queue.status(request) is None
        await queue.compose(request)
        assert queue.status(request) is None
        with queue.place(a_place(1)) as placed:
            assert placed.ahead == 0

    asyncio.run(scene())


def test_what_is_left_of_a_request_that_has_begun_does_not_wait_for_others() -> None:
    estimator = ThroughputEstimator(slots=2)
    assert estimator.left_s(Pending(10, 0.5), []) is None
    estimator.learn(10.0, 5.0)
    assert estimator.left_s(Pending(10, 0.5), [Pending(100, 0.0)]) == pytest.approx(2.5)
