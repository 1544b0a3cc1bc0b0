"""JobQueue at a composer: order, deadline, admission by measured speed."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass

import pytest

from aural.errors import Busy, CannotFinishInTime, DeadlineExceeded
from aural.types import MusicRequest, Take
from models.composer import Emit, Progress
from models.job_queue import JobQueue
from models.latency import Pending, ThroughputEstimator, refuse_late
from tests.humming import Counted, Humming, a_place, ask, queue_of


def test_slots_bound_what_runs_at_once_and_order_is_kept() -> None:
    humming = Humming()

    async def scene() -> list[Take]:
        queue = queue_of(humming)
        return await asyncio.gather(*(queue.compose(ask(n)) for n in range(5)))

    takes = asyncio.run(scene())
    assert humming.most_at_once == 1
    assert humming.served == list(range(5))
    assert [take.seed for take in takes] == list(range(5))


def test_the_deadline_stops_the_work() -> None:
    """Of an hour's work, told of every tenth of a second."""
    humming = Humming(work_s_per_s=180.0, steps=36_000)

    async def scene() -> None:
        queue = queue_of(humming)
        with pytest.raises(DeadlineExceeded):
            await queue.compose(ask(1, duration_s=20, budget_s=0.3))

    asyncio.run(scene())
    assert humming.at_once == 0


def test_the_deadline_ends_the_wait_for_a_turn() -> None:
    humming = Humming(work_s_per_s=180.0, steps=36_000)
    metrics = Counted()

    async def scene() -> None:
        queue = queue_of(humming, metrics=metrics)
        first = asyncio.create_task(queue.compose(ask(1, duration_s=20, budget_s=3600)))
        await asyncio.sleep(0.05)
        with pytest.raises(DeadlineExceeded):
            await queue.compose(ask(2, duration_s=1, budget_s=0.2))
        assert not first.done()
        first.cancel()
        await asyncio.wait([first])

    asyncio.run(scene())
    assert humming.served == [1]
    assert metrics.outcomes == {"cancelled": 1, "expired": 1}


def test_what_cannot_finish_is_refused_at_once_with_what_would_fit() -> None:
    humming = Humming(work_s_per_s=0.05)

    async def scene() -> CannotFinishInTime:
        queue = queue_of(humming)
        queue.warm_up(2.0)
        with pytest.raises(CannotFinishInTime) as refused:
            await queue.compose(ask(1, duration_s=100, budget_s=2.0))
        longest_s = refused.value.extra["longest_duration_s"]
        await queue.compose(ask(2, duration_s=longest_s / 2, budget_s=2.0))
        return refused.value

    error = asyncio.run(scene())
    assert 20 <= error.extra["longest_duration_s"] <= 40, "2 s at 0.05 s per second: 40 s, less the machine's noise"
    assert humming.served == [0, 2]


def test_all_candidates_of_a_request_are_counted_in() -> None:
    """A tenth of a second of work a second, one at a time: 10 s of music are done in 2 s once, not four times."""
    estimator = ThroughputEstimator(1)
    estimator.learn(duration_s=100, work_s=10)

    def refuse(duration_s: float, budget_s: float, takes: int = 1, ahead: Sequence[Pending] = ()) -> None:
        refuse_late(Pending(duration_s, 0.0), takes, budget_s, ahead, estimator)

    refuse(duration_s=10, budget_s=2.0)
    with pytest.raises(CannotFinishInTime, match=r"10 s of music with 4 candidates .* at most 5 s or fewer") as refused:
        refuse(duration_s=10, budget_s=2.0, takes=4)
    assert refused.value.extra["longest_duration_s"] == 5
    refuse(duration_s=5, budget_s=2.0, takes=4)
    with pytest.raises(CannotFinishInTime, match=r"\(queue: 1 s\)\. Ask for at most 2 s or fewer candidates\."):
        refuse(duration_s=5, budget_s=2.0, takes=4, ahead=[Pending(20, 0.5)])
    with pytest.raises(CannotFinishInTime, match=r"left \(queue: 0 s\)\. Ask for fewer candidates\."):
        refuse(duration_s=5, budget_s=0.2, takes=4)
    with pytest.raises(CannotFinishInTime, match=r"5 s of music cannot .* \(queue: 0 s\)\. Try again later\."):
        refuse(duration_s=5, budget_s=0.05)


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 1, 2, 0)])
def test_candidates_get_a_place_together_or_not_at_all(order: tuple[int, ...]) -> None:
    """And whoever comes before they do finds it taken."""
    humming = Humming(work_s_per_s=0.05)

    async def scene(duration_s: float) -> list[Take | BaseException]:
        queue = queue_of(humming)
        queue.warm_up(2.0)
        with queue.place(a_place(4, duration_s, budget_s=1.0)):
            with pytest.raises(CannotFinishInTime):
                await queue.compose(ask(9, duration_s=8, budget_s=0.6))
            candidates = [ask(1 + n, duration_s, budget_s=1.0, group="one") for n in order]
            takes = await asyncio.gather(*(queue.compose(one) for one in candidates), return_exceptions=True)
        assert await queue.compose(ask(9, duration_s=8, budget_s=0.6)), "what a place held is free again"
        return takes

    with pytest.raises(CannotFinishInTime, match="12 s of music with 4 candidates"):
        asyncio.run(scene(12))
    assert all(isinstance(answer, Take) for answer in asyncio.run(scene(2)))


def test_whoever_has_a_place_has_waited_since_he_asked_for_it() -> None:
    """A clip that is listened to first does not wait again behind those that came meanwhile."""
    humming = Humming(work_s_per_s=0.05)

    async def scene() -> int:
        queue = queue_of(humming)
        first = asyncio.create_task(queue.compose(ask(1)))
        await asyncio.sleep(0)
        with queue.place(a_place(1, budget_s=60)):
            later = [asyncio.create_task(queue.compose(ask(seed))) for seed in (2, 3)]
            await asyncio.sleep(0)
            placed = ask(4, group="one")
            last = asyncio.create_task(queue.compose(placed))
            await asyncio.sleep(0)
            status = queue.status(placed)
            await asyncio.gather(first, *later, last)
        assert status is not None
        return status.ahead

    assert asyncio.run(scene()) == 1
    assert humming.served == [1, 4, 2, 3]


def test_a_place_is_for_as_many_as_it_was_asked_for() -> None:
    async def scene() -> list[Take | BaseException]:
        queue = queue_of(Humming(), max_waiting=1)
        with queue.place(a_place(2)):
            asked = (ask(n, group=group) for n, group in enumerate(("one", "two", "one", "one")))
            return await asyncio.gather(*(queue.compose(one) for one in asked), return_exceptions=True)

    assert [isinstance(answer, Take) for answer in asyncio.run(scene())] == [True, False, True, False]


def test_fixed_costs_of_short_takes_do_not_make_the_machine_look_slow() -> None:
    """A fifth of a second a take, whatever its length, and nothing more: after one long take, long ones are let in."""

    @dataclass
    class Starter(Humming):
        def compose(self, request: MusicRequest, progress: Progress, emit: Emit | None = None) -> Take:
            progress(0.0)
            time.sleep(0.2)
            return super().compose(request, progress, emit)

    async def scene() -> Take:
        queue = queue_of(Starter(work_s_per_s=0.0))
        queue.warm_up(1.0)
        await queue.compose(ask(1, duration_s=30, budget_s=60))
        return await queue.compose(ask(2, duration_s=100, budget_s=2.0))

    assert asyncio.run(scene()).seed == 2


def test_a_full_queue_is_busy() -> None:
    async def scene() -> list[Take | BaseException]:
        queue = queue_of(Humming(), max_waiting=2)
        return await asyncio.gather(*(queue.compose(ask(n)) for n in range(5)), return_exceptions=True)

    assert [isinstance(result, Busy) for result in asyncio.run(scene())] == [False] * 3 + [True] * 2


@pytest.mark.parametrize(("takes", "places"), [(1, 3), (2, 1), (3, 1), (4, 0)])
def test_a_full_queue_keeps_no_more_places(takes: int, places: int) -> None:
    queue = queue_of(Humming(), max_waiting=2)
    with ExitStack() as kept:
        for n in range(places):
            kept.enter_context(queue.place(a_place(takes, group=str(n))))
        with pytest.raises(Busy):
            kept.enter_context(queue.place(a_place(takes, group="one too many")))
    with queue.place(a_place(3)):
        pass


@pytest.mark.parametrize("reports", [True, False])
def test_a_first_call_that_pays_for_memory_and_kernels_does_not_make_the_machine_look_slow(reports: bool) -> None:
    """Half a second before the first sign of progress, then a tenth for the half of the music that is left."""

    @dataclass
    class Cold(Humming):
        def compose(self, request: MusicRequest, progress: Progress, emit: Emit | None = None) -> Take:
            time.sleep(0.5)
            if reports:
                progress(0.5)
            time.sleep(0.1)
            progress(1.0)
            return Humming(work_s_per_s=0.0).compose(request, lambda _: None)

    queue = queue_of(Cold())
    queue.warm_up(4.0)
    eta_s = queue._estimator.eta_s(2.0, [])
    assert eta_s == pytest.approx(0.1 if reports else 0.3, rel=0.5)


def test_nobody_waits_longer_than_the_operator_wants() -> None:
    """A second of work for a second of music, two at a time: a free slot is no wait, however long others still take."""
    estimator = ThroughputEstimator(2)
    estimator.learn(10.0, 10.0)

    async def scene() -> Busy:
        queue = JobQueue(Humming(), slots=2, estimator=estimator, metrics=Counted(), max_wait_s=5.0)
        with ExitStack() as inside:
            for group in ("one", "two", "three"):
                inside.enter_context(queue.place(a_place(1, duration_s=4.0, budget_s=60, group=group)))
            with pytest.raises(Busy, match=r"wait is 6.0 s") as refused:
                inside.enter_context(queue.place(a_place(1, duration_s=4.0, budget_s=60, group="four")))
        with queue.place(a_place(1, duration_s=30.0, budget_s=60)), queue.place(a_place(1, budget_s=60, group="other")):
            return refused.value

    assert asyncio.run(scene()).retry_after_s == 1
