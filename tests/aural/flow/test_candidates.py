"""Candidates, with a composer that obeys arithmetic: each its seed, the best kept, never an error after the work."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pytest

from aural.errors import Busy, CannotFinishInTime, DeadlineExceeded
from aural.finishing.choose import candidate_seed
from aural.flow.candidates import Candidates, finishing_reserve_s
from aural.flow.ports import Deadline, Watch, unwatched
from aural.types import TAIL_S, TAKE_RATE_HZ, Floats, JobStatus, Measurements, MusicRequest, Take, Target
from aural.workers.jobs import FinishedTake
from aural.workers.pool import WorkerDied

REQUEST = MusicRequest("rain", duration_s=2.0, seed=42, bpm=120.0, group="a place")
TARGET = Target(2.0, bpm=120.0)


@dataclass
class Composing:
    """Composes at once, but for seeds in `slow_s`; `raises` is raised instead of each take."""

    raises: Exception | None = None
    slow_s: dict[int, float] = field(default_factory=dict)
    asked: list[MusicRequest] = field(default_factory=list)
    cancelled: int = 0

    async def compose(self, request: MusicRequest, watch: Watch = unwatched) -> Take:
        watch(JobStatus(request.seed % 7, 0.5, 5, 10, 3.0))
        self.asked.append(request)
        if self.raises is not None:
            raise self.raises
        try:
            await asyncio.sleep(self.slow_s.get(request.seed, 0.0))
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        samples = np.full((2, round((2 + TAIL_S) * TAKE_RATE_HZ)), 0.1, np.float32)
        return Take(samples, 2 * TAKE_RATE_HZ, request.seed, "humming", 120.0)

    async def prompt_similarity(self, samples: Floats, prompt: str, budget_s: float) -> float | None:
        return 0.25


@dataclass
class Working:
    """Finds what `measurements` says of each seed; raises `fails` where it is given."""

    measurements: dict[int, Measurements] = field(default_factory=dict)
    fails: Exception | None = None

    async def run(self, function: Callable[..., Any], *args: Any, timeout_s: float, memory_bytes: int = 0) -> Any:
        if self.fails is not None:
            raise self.fails
        if function.__name__ == "finish_take":
            take, _, embedder_rate_hz = args
            found = replace(take, measurements=self.measurements.get(take.seed, Measurements(bpm=120.0)))
            return FinishedTake(found, take.samples[0] if embedder_rate_hz else None)
        return function(*args)


def candidates(models: Composing, workers: Working | None = None, embedder_rate_hz: int | None = None) -> Candidates:
    return Candidates(workers or Working(), models, embedder_rate_hz)  # type: ignore[arg-type]


def test_each_has_a_seed_of_its_own_and_all_are_of_the_requests_group() -> None:
    models = Composing()
    takes = asyncio.run(candidates(models).compose(REQUEST, 4, Deadline.within(20)))
    assert [take.seed for take in takes] == [candidate_seed(42, place) for place in range(4)]
    assert {one.group for one in models.asked} == {REQUEST.group}
    assert all(0 < one.budget_s < 20 for one in models.asked), "time for finishing is kept back"
    assert all(take.prompt == "rain" for take in takes)


def test_what_is_there_in_time_is_taken_and_the_rest_let_go() -> None:
    models = Composing(slow_s={candidate_seed(42, 2): 30.0})
    takes = asyncio.run(candidates(models).compose(REQUEST, 3, Deadline.within(1.0)))
    assert [take.seed for take in takes] == [candidate_seed(42, place) for place in (0, 1)]
    assert models.cancelled == 1


def test_none_in_time_is_the_deadline() -> None:
    models = Composing(slow_s={42: 30.0})
    with pytest.raises(DeadlineExceeded):
        asyncio.run(candidates(models).compose(REQUEST, 1, Deadline.within(0.3)))


@pytest.mark.parametrize("refusal", [Busy("full"), CannotFinishInTime("too long")])
def test_a_refusal_is_one_of_all(refusal: Exception) -> None:
    with pytest.raises(type(refusal)):
        asyncio.run(candidates(Composing(raises=refusal)).compose(REQUEST, 3, Deadline.within(5)))


@pytest.mark.parametrize("failure", [DeadlineExceeded("late"), WorkerDied("gone"), MemoryError()])
def test_a_take_that_cannot_be_finished_leaves_as_it_was_composed(failure: Exception) -> None:
    async def scene() -> Take:
        here = candidates(Composing(), Working(fails=failure))
        (take,) = await here.compose(REQUEST, 1, Deadline.within(5))
        return await here.finish(take, TARGET, Deadline.within(5))

    take = asyncio.run(scene())
    assert take.measurements == Measurements(off=("unchecked",))
    assert take.samples.shape == (2, round(2.3 * TAKE_RATE_HZ))
    assert take.loop_end == 2 * TAKE_RATE_HZ


def test_the_best_is_kept_and_all_are_told() -> None:
    found = {42: Measurements(bpm=97.0, off=("bpm",)), candidate_seed(42, 1): Measurements(bpm=120.0)}

    here = candidates(Composing(), Working(found), embedder_rate_hz=48_000)
    take = asyncio.run(here.best_of(REQUEST, 2, TARGET, Deadline.within(5)))
    assert take.seed == candidate_seed(42, 1)
    assert take.selection is not None
    assert (take.selection.chosen, take.selection.asked) == (1, 2)
    assert [score.off for score in take.selection.scores] == [("bpm",), ()]
    assert [score.likeness for score in take.selection.scores] == [0.25, 0.25]


def test_all_are_kept_in_their_order_each_with_its_seed_and_ranked_by_cost() -> None:
    seeds = [candidate_seed(42, place) for place in range(3)]
    found = {seeds[0]: Measurements(bpm=97.0, off=("bpm",)), seeds[1]: Measurements(bpm=120.0)}
    found[seeds[2]] = Measurements(bpm=120.0, off=("key",))
    here = candidates(Composing(), Working(found))
    best = asyncio.run(here.best_of(REQUEST, 3, TARGET, Deadline.within(5), keeps_all=True))
    assert best.selection is not None
    assert [take.seed for take in best.selection.takes] == seeds
    assert [take.measurements for take in best.selection.takes] == [found[seed] for seed in seeds]
    assert best.selection.ranking == [1, 2, 0]
    assert best.seed == seeds[best.selection.ranking[0]]
    alone = asyncio.run(here.best_of(REQUEST, 3, TARGET, Deadline.within(5)))
    assert alone.selection is not None
    assert alone.selection.takes == (), "who asks for the best holds the others no longer than they are weighed"


def test_equals_keep_their_order() -> None:
    best = asyncio.run(candidates(Composing()).best_of(REQUEST, 3, TARGET, Deadline.within(5)))
    assert best.selection is not None
    assert (best.selection.ranking, best.selection.chosen) == ([0, 1, 2], 0)


def test_without_an_embedder_for_words_nothing_is_compared() -> None:
    take = asyncio.run(candidates(Composing()).best_of(REQUEST, 2, TARGET, Deadline.within(5)))
    assert take.selection is not None
    assert [score.likeness for score in take.selection.scores] == [None, None]


def test_candidates_that_could_not_be_finished_are_still_weighed() -> None:
    here = candidates(Composing(), Working(fails=WorkerDied("gone")), embedder_rate_hz=48_000)
    take = asyncio.run(here.best_of(REQUEST, 3, TARGET, Deadline.within(5)))
    assert take.selection is not None
    assert len(take.selection.scores) == 3
    assert take.measurements == Measurements(off=("unchecked",))


@pytest.mark.parametrize(("count", "left_s", "kept_s"), [(1, 60, 1.5), (4, 60, 6), (8, 20, 8), (1, 1, 0.4)])
def test_time_for_finishing_is_kept_back_but_never_most_of_it(count: int, left_s: float, kept_s: float) -> None:
    assert finishing_reserve_s(count, left_s) == pytest.approx(kept_s)
