"""The order of steps, with models that obey arithmetic and no other process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from aural.errors import AuralError, Busy, CannotFinishInTime, DeadlineExceeded, NotAudio, NothingToFollow
from aural.flow.admission import ListeningQueue, TakesMemory, takes_bytes
from aural.flow.ports import Capabilities, Deadline
from aural.flow.steps import Flow
from aural.listening.descriptors import DESCRIPTORS
from aural.types import (
    TAIL_S,
    TAKE_RATE_HZ,
    Affect,
    ClipFeatures,
    Controls,
    Floats,
    MusicRequest,
    PitchTrack,
    PlaceRequest,
    PostprocessOptions,
    Take,
)
from aural.workers.pool import WorkerDied
from tests.serving import band, wav_of

CLIP = wav_of(band(8, bpm=120))


class Here:
    """Workers that work at once; a function in `kills` takes its worker with it."""

    def __init__(self, kills: str = ""):
        self._kills = kills

    async def run(self, function: Callable[..., Any], *args: Any, timeout_s: float, memory_bytes: int = 0) -> Any:
        assert timeout_s > 0
        if function.__name__ == self._kills:
            raise WorkerDied("signal 11")
        return function(*args)


class Arithmetic:
    """Pitch counts zero crossings, the ear averages, the composer hums at 32 kHz and sets no tempo unless told."""

    def __init__(self) -> None:
        self.asked: list[MusicRequest] = []
        self.placed: list[PlaceRequest] = []
        self.refuses: AuralError | None = None
        self.places = 0
        self.exact = False

    async def track(self, samples: Floats, budget_s: float) -> PitchTrack:
        frames = len(samples) // 160
        crossings = np.abs(np.diff(np.sign(samples[: frames * 160]))).sum() / 4
        hz = np.full(frames, crossings / (frames / 100), np.float32)
        return PitchTrack(hz, np.ones(frames, np.float32), 0.01)

    async def embed(self, samples: Floats, budget_s: float) -> ClipFeatures:
        return ClipFeatures("tagger", np.array([samples.mean(), samples.std()], np.float32), np.zeros(100, np.float32))

    async def label(self, features: ClipFeatures, descriptors: Floats, budget_s: float) -> Affect:
        assert len(descriptors) == len(DESCRIPTORS)
        return Affect(0.8, 0.4, "joyful", 0.5, (("pop", 0.6), ("rock", 0.4)))

    async def compose(self, request: MusicRequest) -> Take:
        self.asked.append(request)
        music = band(request.duration_s + TAIL_S, bpm=request.bpm or 100, rate_hz=TAKE_RATE_HZ)
        loop_end = round(request.duration_s * TAKE_RATE_HZ)
        sides = np.stack([music, music]).astype(np.float32)
        return Take(sides, loop_end, request.seed, "humming", request.bpm, request.key)

    @asynccontextmanager
    async def place(self, request: PlaceRequest) -> AsyncGenerator[None, None]:
        self.placed.append(request)
        if self.refuses is not None:
            raise self.refuses
        self.places += 1
        try:
            yield
        finally:
            self.places -= 1

    async def stream(self, request: MusicRequest) -> AsyncGenerator[Floats, None]:
        for block in np.array_split((await self.compose(request)).samples, 5, axis=1):
            yield block

    async def capabilities(self, budget_s: float) -> Capabilities:
        return Capabilities("humming", "CC0-1.0", exact=self.exact, stems=self.exact)

    async def match(self, samples: Floats, prompt: str, budget_s: float) -> float | None:
        return None

    async def model_ids(self, budget_s: float) -> dict[str, str]:
        return {"composer": "humming"}


def flow(kills: str = "") -> tuple[Flow, Arithmetic]:
    models = Arithmetic()
    return Flow(Here(kills), models, embedder_rate_hz=16_000), models


def test_analyze_tells_what_was_heard() -> None:
    analysis = asyncio.run(flow()[0].analyze(CLIP, Deadline.within(60)))
    assert analysis.bpm == pytest.approx(120, rel=0.005)
    assert analysis.key == "C major"
    assert (analysis.emotion, analysis.style_id) == ("joyful", "pop")
    assert len(analysis.energy_curve) == 16
    assert analysis.details.models == {"composer": "humming"}
    assert "bpm: 120" in analysis.prompt


def test_compose_asks_for_what_was_heard_and_controls_win() -> None:
    service, models = flow()
    controls = Controls(duration_s=4, seed=9)
    asyncio.run(service.compose(CLIP, controls, Deadline.within(60)))
    asyncio.run(
        service.compose(
            CLIP,
            replace(controls, bpm=90.0, key="Eb minor", style_id="techno", emotion="dark", energy_curve=(0.1, 0.9)),
            Deadline.within(60),
        )
    )
    heard, steered = models.asked
    assert heard.bpm == pytest.approx(120, rel=0.005)
    assert (heard.key, heard.style_id, heard.seed) == ("C major", "pop", 9)
    assert heard.energy_curve is not None
    assert len(heard.energy_curve) == 16
    assert (steered.style_id, steered.energy_curve) == ("techno", (0.1, 0.9))
    assert (steered.bpm, steered.key, steered.emotion) == (90.0, "Eb minor", "dark")
    assert "genre: techno" in steered.prompt
    prompts = asyncio.run(service.analyze(CLIP, Deadline.within(60))).details.prompts
    assert heard.prompt == prompts[9 % len(prompts)]
    assert 0 < heard.budget_s <= 60


def test_a_take_of_unknown_tempo_is_heard_as_a_new_clip() -> None:
    take = asyncio.run(flow()[0].generate(MusicRequest(prompt="a tune", duration_s=8, seed=1), Deadline.within(60)))
    assert take.bpm == pytest.approx(100, rel=0.005)
    assert take.key == "C major"
    assert take.prompt == "a tune"


def test_a_stream_tells_beforehand_what_is_asked_and_how_long_it_will_be() -> None:
    service, models = flow()
    request = MusicRequest(prompt="a tune", duration_s=2, seed=4, bpm=90, style_id="techno")

    async def scene() -> None:
        stream = await service.stream(request, Deadline.within(60))
        assert not models.asked, "nothing is composed before a block is wanted"
        assert (stream.tags.seed, stream.tags.bpm, stream.tags.key) == (4, 90, None)
        assert (stream.tags.model, stream.tags.licence, stream.tags.loop_end) == ("humming", "CC0-1.0", 64_000)
        blocks = [block async for block in stream.blocks]
        assert sum(block.shape[1] for block in blocks) == stream.samples == round(2.3 * TAKE_RATE_HZ)
        assert models.asked[0].prompt == stream.tags.prompt
        assert "genre: techno" in stream.tags.prompt
        assert 0 < models.asked[0].budget_s <= 60

    asyncio.run(scene())


def test_silence_is_nothing_to_follow() -> None:
    controls = Controls(duration_s=4, seed=9)
    with pytest.raises(NothingToFollow):
        asyncio.run(flow()[0].compose(wav_of(np.zeros(32_000)), controls, Deadline.within(60)))


def test_a_file_that_kills_the_decoder_is_not_audio() -> None:
    with pytest.raises(NotAudio, match="damaged"):
        asyncio.run(flow(kills="decode_clip")[0].analyze(CLIP, Deadline.within(60)))


def test_no_time_left_is_said_before_any_work() -> None:
    service, models = flow()
    with pytest.raises(DeadlineExceeded):
        asyncio.run(service.generate(MusicRequest(prompt="x", duration_s=1, seed=0), Deadline.within(0)))
    assert not models.asked


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
    service = replace(service, listening=ListeningQueue(lambda: next(clock)))
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
