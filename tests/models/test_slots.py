"""Slots: whoever has waited longest is next, and none is lost."""

from __future__ import annotations

import asyncio
import random

import pytest

from models.slots import Slots


def test_the_turn_goes_by_since_when_one_waits() -> None:
    begun: list[float] = []

    async def work(slots: Slots, since_s: float) -> None:
        await slots.acquire(since_s)
        begun.append(since_s)
        await asyncio.sleep(0)
        slots.release()

    async def scene() -> None:
        slots = Slots(1)
        await slots.acquire(0.0)
        waiting = [asyncio.create_task(work(slots, since_s)) for since_s in (5.0, 3.0, 4.0, 3.0)]
        await asyncio.sleep(0)
        slots.release()
        await asyncio.gather(*waiting)

    asyncio.run(scene())
    assert begun == [3.0, 3.0, 4.0, 5.0]


def test_who_leaves_as_he_is_given_one_hands_it_on() -> None:
    async def scene() -> None:
        slots = Slots(1)
        await slots.acquire(0.0)
        leaving, staying = (asyncio.create_task(slots.acquire(since_s)) for since_s in (1.0, 2.0))
        await asyncio.sleep(0)
        slots.release()
        leaving.cancel()
        async with asyncio.timeout(1):
            await staying
        with pytest.raises(asyncio.CancelledError):
            await leaving

    asyncio.run(scene())


@pytest.mark.parametrize("seed", range(5))
def test_many_that_come_wait_and_leave_lose_none(seed: int) -> None:
    draw = random.Random(seed)
    inside, most = 0, 0

    async def work(slots: Slots) -> None:
        nonlocal inside, most
        await slots.acquire(draw.random())
        inside += 1
        most = max(most, inside)
        try:
            await asyncio.sleep(draw.random() / 500)
        finally:
            inside -= 1
            slots.release()

    async def scene() -> None:
        slots = Slots(3)
        tasks = [asyncio.create_task(work(slots)) for _ in range(200)]
        for task in draw.sample(tasks, 80):
            await asyncio.sleep(draw.choice((0, 0.001)))
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        async with asyncio.timeout(1):
            for _ in range(3):
                await slots.acquire(0.0)

    asyncio.run(scene())
    assert most == 3
