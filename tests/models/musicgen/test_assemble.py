"""What is put together from the operator's options and a checkpoint, over small random ones in the real layouts."""

from __future__ import annotations

import asyncio
import random
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from aural.errors import CannotFinishInTime, DeadlineExceeded, MissingWeights, NotReady
from aural.types import TAKE_RATE_HZ, MusicRequest, Take
from models.cards import MUSICGEN, Card
from models.devices import MissingDevice
from models.job_queue import JobQueue
from models.latency import ThroughputEstimator
from models.musicgen.assemble import AssembledComposer, EngineOptions, assemble
from models.musicgen.composer import TAIL
from models.musicgen.scheduler import StepStats
from models.musicgen.step import Ints
from tests.checkpoints import TUNED
from tests.humming import Counted

SMALL, STEREO = MUSICGEN["musicgen-small"], MUSICGEN["musicgen-stereo-small"]
REQUEST = MusicRequest(prompt="calm piano. bpm: 96. key: e minor", duration_s=0.5, seed=5)
CPU = EngineOptions(torch.device("cpu"), slots=3, threads=1)


@pytest.fixture(scope="module")
def folders(hub_cache: Path, no_record: Path) -> tuple[Path, Path]:
    return hub_cache, no_record


@pytest.fixture(scope="module")
def usual(folders: tuple[Path, Path]) -> Iterator[AssembledComposer]:
    yield (made := made_of(folders))
    made.composer.scheduler.close()


def made_of(folders: tuple[Path, Path], card: Card = SMALL, options: EngineOptions = CPU) -> AssembledComposer:
    return assemble(card, folders[0], options, record=folders[1])


def ignore(_progress: float) -> None:
    return None


def tokens_of(made: AssembledComposer, request: MusicRequest = REQUEST) -> Ints:
    """(codebooks, frames)"""
    generation = made.composer.to_generation(request, round(request.duration_s * TAKE_RATE_HZ) + TAIL)
    return np.concatenate(list(made.composer.scheduler.generate(generation, ignore)), axis=1)


def takes_alone_and_together(made: AssembledComposer) -> None:
    requests = [replace(REQUEST, seed=seed, duration_s=0.2 + 0.4 * seed) for seed in range(5)]
    alone = [made.composer.compose(request, ignore).samples for request in requests]
    with ThreadPoolExecutor(5) as threads:
        together = list(threads.map(lambda request: made.composer.compose(request, ignore).samples, requests))
    for one, other in zip(alone, together, strict=True):
        np.testing.assert_array_equal(one, other)
        assert np.isfinite(one).all()


@pytest.mark.parametrize(
    ("card", "precision", "window_frames"),
    [(SMALL, "int8", 1500), (STEREO, "int8", 1500), (SMALL, "fp32", 40), (SMALL, "int8", 40)],
)
def test_company_changes_nothing(folders: tuple[Path, Path], card: Card, precision: str, window_frames: int) -> None:
    made = made_of(folders, card, replace(CPU, precision=precision, window_frames=window_frames))
    takes_alone_and_together(made)
    made.composer.scheduler.close()


def test_a_fine_tune_in_transformers_layout_plays_as_the_same_weights_do_in_audiocrafts(
    folders: tuple[Path, Path], usual: AssembledComposer
) -> None:
    tuned = made_of(folders, TUNED)
    take, original = (made.composer.compose(REQUEST, ignore) for made in (tuned, usual))
    np.testing.assert_array_equal(take.samples, original.samples)
    assert (take.model, original.model) == ("someone/musicgen-tuned", "musicgen-small")
    assert tuned.composer.report()["model"] == "someone/musicgen-tuned"
    tuned.composer.scheduler.close()
    with pytest.raises(NotReady):  # so that /health says it
        tuned.composer.report()


def test_past_the_trained_length_music_goes_on_from_what_it_was(
    folders: tuple[Path, Path], usual: AssembledComposer
) -> None:
    """A window of 40 frames stands for that of 30 s."""
    request = replace(REQUEST, duration_s=2.0)
    sliding = made_of(folders, options=replace(CPU, window_frames=40))
    short, long = tokens_of(sliding, request), tokens_of(usual, request)
    take = sliding.composer.compose(request, ignore)
    sliding.composer.scheduler.close()
    assert short.shape == long.shape == (4, 115)
    whole = 40 - 3  # the last of a window are drawn without the tokens of the next frames
    np.testing.assert_array_equal(short[:, :whole], long[:, :whole])
    assert not np.array_equal(short[:, 40:], long[:, 40:])
    assert take.samples.shape == (2, 64_000 + TAIL)
    assert take.samples[:, -TAIL:].std() > 0.1 * take.samples.std()


def test_int8_is_had_on_request_and_seen(folders: tuple[Path, Path], usual: AssembledComposer) -> None:
    small = made_of(folders, options=replace(CPU, precision="int8"))
    again = made_of(folders, options=replace(CPU, precision="int8"))
    assert small.composer.report()["precision"] == "int8"
    assert usual.composer.report()["precision"] == "fp32"
    np.testing.assert_array_equal(tokens_of(small), tokens_of(again), "after a restart, too")
    assert not np.array_equal(tokens_of(small), tokens_of(usual))
    for made in (small, again):
        made.composer.scheduler.close()


def test_slots_are_as_many_as_were_wished_and_steps_are_heard_of(folders: tuple[Path, Path]) -> None:
    heard = list[StepStats]()
    made = assemble(SMALL, folders[0], replace(CPU, slots=2), record=folders[1], stepped=heard.append)
    assert made.slots == 2
    before_s = made.estimator.eta_s(30, [])
    assert before_s is not None
    assert 0 < before_s < 600
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda seed: tokens_of(made, replace(REQUEST, seed=seed)), range(4)))
    made.composer.scheduler.close()
    assert max(step.slots for step in heard) == 2
    assert sum(step.frames for step in heard) == 4 * 40


def test_the_cache_stays_within_what_was_allowed(folders: tuple[Path, Path]) -> None:
    """1 MB is 512 frames of 2 layers, width 64, in fp32: of two takes of 300, one must wait."""
    heard = list[StepStats]()
    made = assemble(SMALL, folders[0], replace(CPU, cache_mb=1), record=folders[1], stepped=heard.append)
    long = replace(REQUEST, duration_s=5.7)
    with ThreadPoolExecutor(2) as threads:
        both = list(threads.map(lambda seed: tokens_of(made, replace(long, seed=seed)), range(2)))
    made.composer.scheduler.close()
    assert [tokens.shape for tokens in both] == [(4, 300)] * 2
    assert {step.slots for step in heard} == {1}


def test_missing_weights_are_named(tmp_path: Path) -> None:
    with pytest.raises(MissingWeights, match=r"facebook/musicgen-large, t5-base"):
        assemble(MUSICGEN["musicgen-large"], tmp_path, CPU)


def test_what_the_device_does_not_compute_is_refused(folders: tuple[Path, Path]) -> None:
    with pytest.raises(MissingDevice, match="AURAL_PRECISION is 'bf16'; on cpu"):
        made_of(folders, options=replace(CPU, precision="bf16"))


def test_callers_who_leave_at_any_time_leave_nothing_behind(usual: AssembledComposer) -> None:
    """Through the runner's queue, as they come over HTTP: some stay, some leave, some run out of time."""
    draw, metrics, threads_before = random.Random(0), Counted(), threading.active_count()
    requests = [replace(REQUEST, seed=seed, duration_s=draw.uniform(0.2, 3)) for seed in range(20)]
    alone = [usual.composer.compose(request, ignore).samples for request in requests]

    async def scene() -> list[Take | BaseException]:
        queue = JobQueue(usual.composer, slots=usual.slots, estimator=ThroughputEstimator(usual.slots), metrics=metrics)
        asked = []
        for request in requests:
            kind = request.seed % 3
            late = replace(request, budget_s=0.01) if kind == 2 else request
            asked.append(asyncio.create_task(queue.compose(late)))
            await asyncio.sleep(draw.random() * 0.05)
            if kind == 1:
                asked[-1].cancel()
        answers = await asyncio.gather(*asked, return_exceptions=True)
        while queue.pending:
            await asyncio.sleep(0.001)
        queue.close()
        return answers

    answers = asyncio.run(scene())
    for samples, answer in zip(alone, answers, strict=True):
        if isinstance(answer, Take):
            np.testing.assert_array_equal(samples, answer.samples)
        else:
            assert isinstance(answer, asyncio.CancelledError | DeadlineExceeded | CannotFinishInTime)
    assert sum(isinstance(answer, Take) for answer in answers) >= 7
    assert {"done", "cancelled"} <= set(metrics.outcomes)
    assert sum(metrics.outcomes.values()) == len(requests)
    assert (usual.composer.scheduler.request_count, metrics.occupied[-1]) == (0, 0)
    deadline = time.monotonic() + 5
    while threading.active_count() > threads_before and time.monotonic() < deadline:
        time.sleep(0.01)
    assert threading.active_count() <= threads_before, "no thread stays"
