"""Who is let in: a place at the composer, memory and time for listening, before any work."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from aural.errors import Busy, CannotFinishInTime, NotAudio
from aural.flow.admission import ListeningAdmission, TakesMemory, takes_bytes
from aural.flow.ports import Deadline
from aural.types import (
    Controls,
    MusicRequest,
    PostprocessOptions,
    Take,
)
from tests.aural.flow.arithmetic import CLIP, flow


def test_compose_asks_for_a_place_before_it_listens_and_gives_it_back() -> None:
    service, models = flow()
    controls = Controls(duration_s=4, seed=9)
    models.refuses = CannotFinishInTime("full")
    with pytest.raises(CannotFinishInTime, match="full"):
        asyncio.run(service.compose(b"not even audio", controls, Deadline.within(60)))
    models.refuses = None
    with pytest.raises(NotAudio):
        asyncio.run(service.compose(b"not even audio", controls, Deadline.within(60)))
    assert models.places == 0
    asyncio.run(service.compose(CLIP, controls, Deadline.within(60)))
    assert models.places == 0
    (_, _, placed), (taken,) = models.placed, models.asked
    assert placed.group
    assert taken.group == placed.group
    assert placed.budget_s < taken.budget_s + 60 * 0.4, "time for finishing is kept back"


def test_all_candidates_of_a_request_have_one_place() -> None:
    service, models = flow()
    request = MusicRequest(prompt="a tune", duration_s=4, seed=1, bpm=120)
    take = asyncio.run(service.generate(request, Deadline.within(60), PostprocessOptions(candidates=3)))
    assert [placed.takes for placed in models.placed] == [3]
    assert {asked.group for asked in models.asked} == {models.placed[0].group}
    assert take.selection is not None
    assert take.seed == 1
    asyncio.run(service.generate(request, Deadline.within(60)))
    assert len(models.placed) == 1, "one take asks by itself"


def test_stems_are_made_of_the_candidate_that_is_kept_alone() -> None:
    service, models = flow()
    models.exact = True
    request = MusicRequest(prompt="a tune", duration_s=4, seed=1, bpm=120, stems=True)
    take = asyncio.run(service.generate(request, Deadline.within(60), PostprocessOptions(candidates=3)))
    assert [asked.stems for asked in models.asked] == [False, False, False, True]
    assert [placed.takes for placed in models.placed] == [4]
    assert take.selection is not None
    assert models.asked[-1].seed == take.selection.scores[take.selection.chosen].seed


def test_what_others_hold_in_memory_is_counted() -> None:
    service, models = flow()
    service = replace(service, memory=TakesMemory(takes_bytes(10, candidates=1, stems=False)))
    request = MusicRequest(prompt="a tune", duration_s=8, seed=1, bpm=120)

    async def scene() -> list[Any]:
        return await asyncio.gather(
            *(service.generate(request, Deadline.within(60)) for _ in range(3)), return_exceptions=True
        )

    answers = asyncio.run(scene())
    assert [isinstance(answer, Take) for answer in answers] == [True, False, False]
    assert all(isinstance(answer, Busy) for answer in answers[1:])
    assert asyncio.run(service.generate(request, Deadline.within(60))).seed == 1
    assert len(models.asked) == 2


def test_clips_that_could_not_be_listened_to_in_time_are_refused_at_once() -> None:
    """Ten seconds each, as the queue believes, and not one of those that are let in is late."""
    clock = iter([0.0, 10.0, *[10.0] * 10])
    service, models = flow()
    service = replace(service, listening=ListeningAdmission(lambda: next(clock)))
    asyncio.run(service.analyze(CLIP, Deadline.within(60)))

    async def scene() -> list[Any]:
        calls = [service.analyze(CLIP, Deadline.within(25)) for _ in range(3)]
        controls = Controls(duration_s=4, seed=9)
        return await asyncio.gather(
            *calls, service.compose(CLIP, controls, Deadline.within(15)), return_exceptions=True
        )

    answers = asyncio.run(scene())
    assert [isinstance(answer, CannotFinishInTime) for answer in answers] == [False, False, True, True]
    assert [round(answer.retry_after_s) for answer in answers[2:]] == [5, 15]
    assert not models.asked
