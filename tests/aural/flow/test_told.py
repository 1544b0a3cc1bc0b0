"""What a request tells on its way: in which order, and of how many takes."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from aural.errors import AuralError, CannotFinishInTime, NotAudio, NothingToFollow, TooShort
from aural.flow.ports import Deadline
from aural.flow.told import ClipHeard, Composing, Fact, Finishing, Listening, Placed, TakeFinished, together
from aural.types import Controls, JobStatus, MusicRequest, PostprocessOptions
from tests.aural.flow.arithmetic import CLIP, STEPS, flow
from tests.serving import wav_of

REQUEST = MusicRequest(prompt="a tune", duration_s=4, seed=1, bpm=120)
CONTROLS = Controls(duration_s=4, seed=9)


def kinds(told: list[Fact]) -> list[type[Fact]]:
    """Without repetitions."""
    return [
        type(fact) for before, fact in pairwise([None, *told]) if fact is not None and type(before) is not type(fact)
    ]


def run(work: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(work)


def test_compose_tells_its_place_then_what_it_heard_then_how_far_the_music_is() -> None:
    service, models = flow()
    models.ahead = 2
    told: list[Fact] = []
    run(service.compose(CLIP, CONTROLS, Deadline.within(60), tell=told.append))
    assert kinds(told) == [Placed, Listening, ClipHeard, Composing, Finishing]
    (placed,) = (fact for fact in told if isinstance(fact, Placed))
    assert placed.status.ahead == 2
    (heard,) = (fact for fact in told if isinstance(fact, ClipHeard))
    assert heard.analysis == run(service.analyze(CLIP, Deadline.within(60)))
    steps = [fact.status.step for fact in told if isinstance(fact, Composing)]
    assert steps == [*range(STEPS + 1), STEPS], "and once more when it is there"


def test_a_plain_request_of_an_exact_composer_is_composed_and_nothing_else() -> None:
    service, models = flow()
    models.exact = True
    told: list[Fact] = []
    run(service.generate(REQUEST, Deadline.within(60), tell=told.append))
    assert kinds(told) == [Composing]


def test_each_candidate_is_told_when_it_is_finished() -> None:
    service, _ = flow()
    told: list[Fact] = []
    take = run(service.generate(REQUEST, Deadline.within(60), PostprocessOptions(candidates=3), tell=told.append))
    assert kinds(told) == [Placed, Composing, Finishing, TakeFinished]
    finished = [fact for fact in told if isinstance(fact, TakeFinished)]
    assert [(fact.index, fact.of) for fact in finished] == [(0, 3), (1, 3), (2, 3)]
    assert [fact.seed for fact in finished] == [score.seed for score in take.selection.scores]
    shares = [fact.status.fraction_done for fact in told if isinstance(fact, Composing)]
    assert shares == sorted(shares)
    assert shares[-1] == 1


@pytest.mark.parametrize(("data", "refusal"), [(b"not even audio", NotAudio), (wav_of(np.zeros(160)), TooShort)])
def test_nothing_is_told_of_what_is_no_clip(data: bytes, refusal: type[AuralError]) -> None:
    told: list[Fact] = []
    with pytest.raises(refusal):
        run(flow()[0].compose(data, CONTROLS, Deadline.within(60), tell=told.append))
    assert not told


def test_nothing_is_told_of_what_is_not_let_in() -> None:
    service, models = flow()
    models.refuses = CannotFinishInTime("full")
    told: list[Fact] = []
    for work in (
        service.compose(CLIP, CONTROLS, Deadline.within(60), tell=told.append),
        service.generate(REQUEST, Deadline.within(60), PostprocessOptions(candidates=2), tell=told.append),
    ):
        with pytest.raises(CannotFinishInTime):
            run(work)
    assert not told


def test_silence_is_heard_before_it_is_nothing_to_follow() -> None:
    told: list[Fact] = []
    with pytest.raises(NothingToFollow):
        run(flow()[0].compose(wav_of(np.zeros(32_000)), CONTROLS, Deadline.within(60), tell=told.append))
    assert kinds(told) == [Placed, Listening, ClipHeard]


def test_a_stream_tells_how_far_it_is() -> None:
    told: list[Fact] = []

    async def scene() -> None:
        stream = await flow()[0].stream(REQUEST, Deadline.within(60), tell=told.append)
        assert not told
        async for _ in stream.blocks:
            pass

    run(scene())
    assert kinds(told) == [Composing]


def test_takes_together_are_all_of_their_work_and_the_time_of_the_last() -> None:
    one, other = JobStatus(0, 0.5, 10, 20, 4.0), JobStatus(3, 0.0, 0, 20, 9.0)
    assert together([one, other]) == JobStatus(0, 0.25, 10, 40, 9.0)
    unknown = JobStatus(1, 0.1)
    assert together([one, unknown]) == JobStatus(0, 0.3, None, None, None)
    assert together([one]) == one
