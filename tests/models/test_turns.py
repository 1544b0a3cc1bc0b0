"""Turns at a composer: order, deadline, admission by measured speed."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

from aural.errors import Busy, CannotFinishInTime, DeadlineExceeded
from aural.wire import MusicRequest, Take
from models.composer import Progress
from models.turns import Turns


@dataclass
class Humming:
    """A composer that takes `work_s_per_s` for each second of a 100 Hz hum."""

    work_s_per_s: float = 0.01
    name: str = "humming"
    at_once: int = 0
    most_at_once: int = 0
    served: list[int] = field(default_factory=list)

    def compose(self, request: MusicRequest, progress: Progress) -> Take:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        self.served.append(request.seed)
        try:
            for step in range(10):
                progress(step / 10)
                time.sleep(request.duration_s * self.work_s_per_s / 10)
        finally:
            self.at_once -= 1
        time_s = np.arange(int(32_000 * (request.duration_s + 0.3))) / 32_000
        hum = np.sin(2 * np.pi * 100 * time_s).astype(np.float32)
        return Take(np.stack([hum, hum]), round(32_000 * request.duration_s), request.seed, self.name)

    def report(self) -> dict[str, Any]:
        return {}


def ask(seed: int, duration_s: float = 4.0, budget_s: float = 10.0) -> MusicRequest:
    return MusicRequest(prompt="hum", duration_s=duration_s, seed=seed, budget_s=budget_s)


def test_slots_bound_what_runs_at_once_and_order_is_kept() -> None:
    humming = Humming()

    async def scene() -> list[Take]:
        turns = Turns(humming, slots=1)
        return await asyncio.gather(*(turns.compose(ask(n)) for n in range(5)))

    takes = asyncio.run(scene())
    assert humming.most_at_once == 1
    assert humming.served == list(range(5))
    assert [take.seed for take in takes] == list(range(5))


def test_the_deadline_stops_the_work() -> None:
    humming = Humming(work_s_per_s=1.0)

    async def scene() -> float:
        turns = Turns(humming, slots=1)
        started = time.monotonic()
        with pytest.raises(DeadlineExceeded):
            await turns.compose(ask(1, duration_s=20, budget_s=0.3))
        return time.monotonic() - started

    assert asyncio.run(scene()) < 5
    assert humming.at_once == 0


def test_what_cannot_finish_is_refused_at_once_with_what_would_fit() -> None:
    humming = Humming(work_s_per_s=0.05)

    async def scene() -> CannotFinishInTime:
        turns = Turns(humming, slots=1)
        turns.warm_up(2.0)
        with pytest.raises(CannotFinishInTime) as refused:
            await turns.compose(ask(1, duration_s=100, budget_s=2.0))
        longest_s = refused.value.extra["longest_duration_s"]
        await turns.compose(ask(2, duration_s=longest_s / 2, budget_s=2.0))
        return refused.value

    error = asyncio.run(scene())
    assert 20 <= error.extra["longest_duration_s"] <= 40, "2 s at 0.05 s per second: 40 s, less the machine's noise"
    assert humming.served == [0, 2]


def test_fixed_costs_of_short_takes_do_not_make_the_machine_look_slow() -> None:
    """A fifth of a second a take, whatever its length, and nothing more: after one long take, long ones are let in."""

    @dataclass
    class Starter(Humming):
        def compose(self, request: MusicRequest, progress: Progress) -> Take:
            progress(0.0)
            time.sleep(0.2)
            return super().compose(request, progress)

    async def scene() -> Take:
        turns = Turns(Starter(work_s_per_s=0.0), slots=1)
        turns.warm_up(1.0)
        await turns.compose(ask(1, duration_s=30, budget_s=60))
        return await turns.compose(ask(2, duration_s=100, budget_s=2.0))

    assert asyncio.run(scene()).seed == 2


def test_a_full_queue_is_busy() -> None:
    async def scene() -> list[Take | BaseException]:
        turns = Turns(Humming(), slots=1, max_waiting=2)
        return await asyncio.gather(*(turns.compose(ask(n)) for n in range(5)), return_exceptions=True)

    results = asyncio.run(scene())
    assert [isinstance(result, Busy) for result in results] == [False, False, False, True, True]
