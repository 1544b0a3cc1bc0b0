"""Runners that lack memory or are out of their minds, and clocks that jump: the contract's errors, and then music."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from aural.errors import AuralError, Internal, NotReady
from aural.flow.ports import Deadline
from aural.types import ClipFeatures, Floats, MusicRequest, Take
from models.composer import Emit, Progress
from runners.affect import AffectRunner
from runners.batching import Batcher
from runners.composer_client import ComposerClient
from runners.pitch import PitchRunner
from runners.ports import RunnerPorts
from tests.humming import Humming, ask
from tests.runners.over_sockets import runner, talk
from tests.serving import band

CLIP = band(2).astype(np.float32)


class Torch:
    class OutOfMemoryError(RuntimeError):
        """As torch names it."""


SHORTAGES = [
    MemoryError(),
    Torch.OutOfMemoryError("CUDA out of memory"),
    RuntimeError("[enforce fail at alloc_cpu.cpp] DefaultCPUAllocator: can't allocate memory"),
]


def fail_once(model: Any, method: str, failure: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    """The model's method raises the first time it is asked."""
    real = getattr(type(model), method)
    met: list[Exception] = []

    def broken(*args: Any, **more: Any) -> Any:
        if not met:
            met.append(failure)
            raise failure
        return real(*args, **more)

    monkeypatch.setattr(type(model), method, broken)


@pytest.fixture(autouse=True)
def builtin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AURAL_MODELS", "builtin")
    monkeypatch.setenv("AURAL_DEVICE", "cpu")


def twice(ports_of: Any, call: Any) -> tuple[AuralError, Any]:
    """The error that the first call meets, and what the second one gets."""

    async def scene() -> tuple[AuralError, Any]:
        takes = ComposerClient("http://127.0.0.1:1")
        ports = ports_of(takes)
        try:
            with pytest.raises(AuralError) as met:
                await call(ports)
            return met.value, await call(ports)
        finally:
            await takes.close()

    return asyncio.run(scene())


@pytest.mark.parametrize("failure", SHORTAGES)
def test_pitch_without_memory_is_not_ready_and_then_serves(failure: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    pitch: Any = PitchRunner.inner()  # type: ignore[attr-defined]
    fail_once(pitch._crepe, "track_many", failure, monkeypatch)
    pitch._track._run = pitch._crepe.track_many
    met, track = twice(lambda takes: RunnerPorts(pitch, None, None, takes), lambda ports: ports.track_pitch(CLIP, 60))
    assert isinstance(met, NotReady)
    assert "lacks memory" in met.sentence
    np.testing.assert_array_equal(track.hz, pitch._crepe.track(CLIP).hz)


def test_the_ear_without_memory_is_not_ready_and_then_serves(monkeypatch: pytest.MonkeyPatch) -> None:
    feeling: Any = AffectRunner.inner()  # type: ignore[attr-defined]
    fail_once(feeling._model, "embed_many", MemoryError(), monkeypatch)
    feeling._embed._run = feeling._model.embed_many
    met, heard = twice(lambda takes: RunnerPorts(None, feeling, None, takes), lambda ports: ports.embed(CLIP, 60))
    assert isinstance(met, NotReady)
    assert isinstance(heard, ClipFeatures)


def test_the_adapter_without_memory_is_not_ready_and_then_serves(monkeypatch: pytest.MonkeyPatch) -> None:
    from aural.audio.clip import Clip
    from aural.workers.jobs import hear_clip

    feeling: Any = AffectRunner.inner()  # type: ignore[attr-defined]
    _, descriptors = hear_clip(Clip(CLIP, 16_000, 16_000, 1, "pcm"))
    fail_once(feeling._model, "label", MemoryError(), monkeypatch)

    async def call(ports: RunnerPorts) -> Any:
        return await ports.label(await ports.embed(CLIP, 60), descriptors, 60)

    met, affect = twice(lambda takes: RunnerPorts(None, feeling, None, takes), call)
    assert isinstance(met, NotReady)
    assert -1 <= affect.valence <= 1


class Short(Humming):
    """Has no memory for its first take."""

    def compose(self, request: MusicRequest, progress: Progress, emit: Emit | None = None) -> Take:
        if not self.served:
            self.served.append(0)
            raise MemoryError
        return super().compose(request, progress, emit)


def test_a_composer_without_memory_is_not_ready_and_then_composes(tmp_path: Path) -> None:
    url = f"file://{tmp_path / 'composer.sock'}"

    async def scene(client: ComposerClient) -> Take:
        with pytest.raises(NotReady, match="lacks memory"):
            await client.compose(ask(1))
        return await client.compose(ask(2))

    with runner(Short(), url):
        assert talk(url, scene).seed == 2


GARBAGE: list[Any] = [
    None,
    "ok",
    [],
    {},
    {"ok": None},
    {"ok": {}},
    {"ok": {"hz": "a", "confidence": 1, "unknown": 2}},
    {"error": {}},
    {"error": {"code": "no such code", "sentence": "x", "retry_after_s": None, "extra": {}}},
]


class Mad:
    """A runner whose every method answers the same."""

    def __init__(self, answer: Any):
        self._answer = answer

    async def _say(self, asked: Any) -> Any:
        return self._answer

    track = embed = label = match = _say


@pytest.mark.parametrize("answer", GARBAGE, ids=repr)
def test_what_a_runner_says_out_of_its_mind_is_no_answer(answer: Any) -> None:
    async def scene() -> None:
        takes = ComposerClient("http://127.0.0.1:1")
        ports = RunnerPorts(Mad(answer), Mad(answer), None, takes)
        try:
            for call in (ports.track_pitch(CLIP, 5), ports.embed(CLIP, 5), ports.prompt_similarity(CLIP, "x", 5)):
                with pytest.raises(Internal, match="cannot be understood"):
                    await call
        finally:
            await takes.close()

    asyncio.run(scene())


@pytest.mark.parametrize("jump_s", [-86_400.0, 86_400.0])
def test_a_clock_that_jumps_ends_no_request_and_lengthens_none(
    jump_s: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By a day, as a machine does that had no time when it started."""
    url, real = f"file://{tmp_path / 'composer.sock'}", time.time
    humming = Humming(work_s_per_s=0.2)

    def run(items: list[Floats]) -> list[Floats]:
        monkeypatch.setattr(time, "time", lambda: real() + jump_s)
        return items

    async def scene(client: ComposerClient) -> float:
        deadline = Deadline.within(30.0)
        batched = await Batcher("clock", run, max_batch=2)(CLIP, deadline.left_or_raise_s)
        np.testing.assert_array_equal(batched, CLIP)
        assert (await client.compose(ask(1, budget_s=deadline.left_or_raise_s))).seed == 1
        return deadline.left_s

    with runner(humming, url):
        assert 0 < talk(url, scene) < 30.0
