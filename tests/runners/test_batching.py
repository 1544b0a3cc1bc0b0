"""Batches form from what waits, one bad item fails alone, and expired items are skipped."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator

import pytest

from aural.errors import AuralError, Busy, DeadlineExceeded, NotAudio
from runners.batching import Batcher


class Doubler:
    """Doubles numbers, refuses 13, and remembers its batches."""

    def __init__(self, work_s: float = 0.02):
        self.batches: list[list[int]] = []
        self.threads: set[int] = set()
        self._work_s = work_s

    def run(self, items: list[int]) -> list[int]:
        self.threads.add(threading.get_ident())
        self.batches.append(items)
        time.sleep(self._work_s)
        if 13 in items:
            raise NotAudio("13 brings bad luck.")
        return [2 * item for item in items]


def test_a_lone_item_does_not_wait_and_a_burst_makes_batches() -> None:
    doubler = Doubler(work_s=0.2)

    async def scene() -> tuple[list[int], float, float]:
        batcher = Batcher("t", doubler.run, max_batch=8)
        began_s = time.monotonic()
        doubled = await asyncio.gather(*(batcher(n, 60) for n in range(12)))
        burst_s = time.monotonic() - began_s
        await batcher(99, 60)
        return list(doubled), burst_s, time.monotonic() - began_s - burst_s

    doubled, burst_s, lone_s = asyncio.run(scene())
    assert doubled == [2 * n for n in range(12)]
    assert [len(batch) for batch in doubler.batches] == [8, 4, 1]
    assert lone_s < burst_s, "it waits for nobody: one batch takes half as long as two"
    assert threading.get_ident() not in doubler.threads, "the event loop stays free"


def test_one_bad_item_fails_alone() -> None:
    async def scene() -> list[int | BaseException]:
        batcher = Batcher("t", Doubler().run, max_batch=8)
        return await asyncio.gather(*(batcher(n, 5) for n in (1, 13, 3)), return_exceptions=True)

    first, bad, third = asyncio.run(scene())
    assert (first, third) == (2, 6)
    assert isinstance(bad, NotAudio)


def test_a_bad_item_that_was_alone_is_not_run_again() -> None:
    doubler = Doubler()

    async def scene() -> None:
        with pytest.raises(NotAudio):
            await Batcher("t", doubler.run, max_batch=8)(13, 5)

    asyncio.run(scene())
    assert doubler.batches == [[13]]


def test_what_waited_too_long_is_not_worked_on() -> None:
    doubler = Doubler(work_s=0.1)

    async def scene() -> list[int | BaseException]:
        batcher = Batcher("t", doubler.run, max_batch=1)
        return list(await asyncio.gather(batcher(1, 5), batcher(2, 0.01), return_exceptions=True))

    first, late = asyncio.run(scene())
    assert first == 2
    assert isinstance(late, DeadlineExceeded)
    assert [2] not in doubler.batches


def test_a_caller_who_left_is_skipped() -> None:
    doubler = Doubler(work_s=0.1)

    async def scene() -> int:
        batcher = Batcher("t", doubler.run, max_batch=1)
        first = asyncio.create_task(batcher(1, 5))
        second = asyncio.create_task(batcher(2, 5))
        await asyncio.sleep(0.02)
        second.cancel()
        return await first

    assert asyncio.run(scene()) == 2
    assert [2] not in doubler.batches


def test_a_full_queue_says_so() -> None:
    async def scene() -> list[int | BaseException]:
        batcher = Batcher("t", Doubler().run, max_batch=1, max_waiting=2)
        return await asyncio.gather(*(batcher(n, 5) for n in range(6)), return_exceptions=True)

    results = asyncio.run(scene())
    assert any(isinstance(result, Busy) for result in results)
    assert all(isinstance(result, int | AuralError) for result in results)


def test_a_result_is_handed_out_when_it_is_there() -> None:
    """The second item is worked on only when the first one's caller has his."""
    first_is_out = threading.Event()

    def one_by_one(items: list[int]) -> Iterator[int]:
        for number, item in enumerate(items):
            if number:
                assert first_is_out.wait(5), "the first result is kept back"
            yield 2 * item

    async def scene() -> list[int]:
        batcher = Batcher("t", one_by_one, max_batch=8)

        async def first() -> int:
            doubled = await batcher(1, 5)
            first_is_out.set()
            return doubled

        return list(await asyncio.gather(first(), batcher(2, 5), batcher(3, 5)))

    assert asyncio.run(scene()) == [2, 4, 6]


def test_what_came_before_a_failure_is_kept_and_the_rest_is_tried_alone() -> None:
    runs: list[list[int]] = []

    def fails_at_13(items: list[int]) -> Iterator[int]:
        runs.append(items)
        for item in items:
            if item == 13:
                raise NotAudio("13 brings bad luck.")
            yield 2 * item

    async def scene() -> list[int | BaseException]:
        batcher = Batcher("t", fails_at_13, max_batch=8)
        return await asyncio.gather(*(batcher(n, 5) for n in (1, 13, 3)), return_exceptions=True)

    first, bad, third = asyncio.run(scene())
    assert (first, third) == (2, 6)
    assert isinstance(bad, NotAudio)
    assert runs == [[1, 13, 3], [13], [3]]
