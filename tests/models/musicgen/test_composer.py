"""MusicGen as a composer, over small random checkpoints in the real layouts."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from aural.errors import BadField, DeadlineExceeded
from aural.types import TAKE_RATE_HZ, TRAINED, Floats, MusicRequest
from models.cards import Card
from models.musicgen.composer import TAIL, MusicGenComposer
from models.musicgen.step import Ints
from tests.models.musicgen.small_composer import HOP, REQUEST, SMALL, STEREO, assert_polished, decoded, ignore, loaded


@pytest.fixture(scope="module")
def composer(hub_cache: Path, no_record: Path) -> Iterator[MusicGenComposer]:
    with loaded(hub_cache, no_record) as composer:
        yield composer


def music(composer: MusicGenComposer, **changes: Any) -> Floats:
    return composer.compose(replace(REQUEST, **changes), ignore).samples


def tokens_of(composer: MusicGenComposer, request: MusicRequest = REQUEST) -> Ints:
    """What the engine plays for a request, (codebooks, frames)."""
    generation = composer.to_generation(request, round(request.duration_s * TAKE_RATE_HZ) + TAIL)
    return np.concatenate(list(composer.scheduler.generate(generation, ignore)), axis=1)


@pytest.mark.parametrize("duration_s", [1.0, 1.2345, 10 / 3, 29.7, 30.0, 119.99])
def test_frames_cover_body_and_tail_and_no_more(composer: MusicGenComposer, duration_s: float) -> None:
    samples = round(duration_s * TAKE_RATE_HZ) + TAIL
    frames = composer.to_generation(REQUEST, samples).frames
    assert 0 <= frames * HOP - samples < HOP
    assert composer.step_count(replace(REQUEST, duration_s=duration_s)) == frames


@pytest.mark.parametrize("duration_s", [0.5, 0.61234, 1.0])
def test_a_take_is_exact_to_the_sample_and_its_tail_goes_on(composer: MusicGenComposer, duration_s: float) -> None:
    request = replace(REQUEST, duration_s=duration_s, bpm=96.0, key="E minor")
    take = composer.compose(request, ignore)
    assert take.loop_end == round(duration_s * TAKE_RATE_HZ)
    assert take.samples.shape == (2, take.loop_end + TAIL)
    assert take.samples.dtype == np.float32
    assert np.isfinite(take.samples).all()
    assert take.samples[:, take.loop_end :].std() > 0.1 * take.samples.std()
    assert (take.seed, take.model, take.bpm, take.key) == (5, "musicgen-small", 96.0, "E minor")
    assert take.licence == "CC-BY-NC-4.0"


def test_the_tail_is_how_longer_music_goes_on(composer: MusicGenComposer) -> None:
    short, long = music(composer), music(composer, duration_s=1.0)
    # The last tokens are drawn without those of the next frames, and the codec hears nothing behind them.
    sure = short.shape[1] - (3 + 4) * HOP
    assert sure > round(0.5 * TAKE_RATE_HZ)
    assert np.abs(short[:, :sure] - long[:, :sure]).max() < 1e-6


@pytest.mark.parametrize("card", [SMALL, STEREO], ids=["mono", "stereo"])
def test_a_take_is_transformers_decode_of_the_engines_tokens_polished(
    hub_cache: Path, no_record: Path, card: Card
) -> None:
    with loaded(hub_cache, no_record, card) as composer:
        samples, tokens = music(composer), tokens_of(composer)
    assert_polished(samples, decoded(hub_cache, tokens))
    assert np.corrcoef(samples[0], samples[1])[0, 1] < 0.95, "the sides differ"


def test_mono_music_folds_down_to_itself(hub_cache: Path, composer: MusicGenComposer) -> None:
    """What the codec gave, but for DC and the ends."""
    heard = decoded(hub_cache, tokens_of(composer))[0]
    middle = music(composer).mean(axis=0)[1000:-1000]
    assert np.corrcoef(middle, heard[1000 : 1000 + len(middle)])[0, 1] > 0.99


def test_what_it_says_of_itself(composer: MusicGenComposer) -> None:
    said, take = composer.report(), composer.compose(REQUEST, ignore)
    assert (said["exact"], said["origin"], said["stems"], said["continues"]) == (False, TRAINED, False, True)
    assert (take.exact, take.origin, take.stems, take.midi, take.bars) == (False, TRAINED, {}, b"", 0)


def test_the_same_seed_gives_the_same_samples_and_another_other_ones(composer: MusicGenComposer) -> None:
    once, again, other = (music(composer, seed=seed) for seed in (5, 5, 6))
    np.testing.assert_array_equal(once, again)
    assert abs(np.corrcoef(once[0], other[0])[0, 1]) < 0.9


@pytest.mark.parametrize(
    "change",
    [{"prompt": "jazz guitar"}, {"guidance": 1.0}, {"temperature": 0.3}, {"top_k": 3}, {"top_p": 0.5}],
    ids=lambda change: next(iter(change)),
)
def test_the_text_and_every_control_steer(composer: MusicGenComposer, change: dict[str, Any]) -> None:
    assert not np.array_equal(music(composer), music(composer, **change))


def test_requests_at_once_get_what_each_gets_alone(composer: MusicGenComposer) -> None:
    requests = [
        replace(REQUEST, seed=seed, duration_s=0.1 * (1 + 5 * seed % 9), prompt="calm piano " * (1 + 9 * (seed % 3)))
        for seed in range(10)
    ]
    alone = [composer.compose(request, ignore).samples for request in requests]
    with ThreadPoolExecutor(10) as threads:
        together = list(threads.map(lambda request: composer.compose(request, ignore).samples, requests))
    for one, other in zip(alone, together, strict=True):
        np.testing.assert_array_equal(one, other)
    assert composer.scheduler.request_count == 0


def test_blocks_come_early_and_are_the_take(composer: MusicGenComposer) -> None:
    blocks, arrived, fractions = list[Floats](), list[float](), list[float]()

    def emit(block: Floats) -> None:
        blocks.append(block.copy())
        arrived.append(fractions[-1])

    take = composer.compose(replace(REQUEST, duration_s=6), fractions.append, emit)
    np.testing.assert_array_equal(np.concatenate(blocks, axis=1), take.samples)
    assert len(blocks) >= 6
    assert arrived[0] < 0.5


def test_progress_rises_to_one_a_step_at_a_time(composer: MusicGenComposer) -> None:
    fractions: list[float] = []
    composer.compose(REQUEST, fractions.append)
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0
    assert len(fractions) >= 0.8 * 50


def after_calls(count: int) -> tuple[list[float], Callable[[float], None]]:
    calls: list[float] = []

    def progress(fraction: float) -> None:
        calls.append(fraction)
        if len(calls) == count:
            raise DeadlineExceeded("Time is up.")

    return calls, progress


def test_what_progress_raises_stops_the_work_at_that_step_and_harms_nothing(composer: MusicGenComposer) -> None:
    before = music(composer)
    calls, progress = after_calls(10)
    with pytest.raises(DeadlineExceeded):
        composer.compose(replace(REQUEST, duration_s=60), progress)
    assert len(calls) == 10
    assert composer.scheduler.request_count == 0
    np.testing.assert_array_equal(before, music(composer))


@pytest.mark.parametrize("duration_s", [0.1, 60])
def test_who_waits_for_the_codec_may_leave_during_and_after_the_last_step(
    composer: MusicGenComposer, duration_s: float
) -> None:
    late = threading.Event()

    def progress(_fraction: float) -> None:
        if late.is_set():
            raise DeadlineExceeded("Time is up.")

    with ThreadPoolExecutor(1) as threads:
        with composer.decoding:
            answer = threads.submit(composer.compose, replace(REQUEST, duration_s=duration_s), progress)
            time.sleep(0.3)
            assert not answer.done()
            late.set()
            assert isinstance(answer.exception(timeout=5), DeadlineExceeded)
        deadline = time.monotonic() + 5
        while composer.scheduler.request_count and time.monotonic() < deadline:
            time.sleep(0.001)
    assert composer.scheduler.request_count == 0


def test_what_emit_raises_frees_the_slot(composer: MusicGenComposer) -> None:
    def full(_block: Floats) -> None:
        raise BrokenPipeError

    with pytest.raises(BrokenPipeError):
        composer.compose(replace(REQUEST, duration_s=100), ignore, full)
    deadline = time.monotonic() + 5
    while composer.scheduler.request_count and time.monotonic() < deadline:
        time.sleep(0.001)
    assert composer.scheduler.request_count == 0


def test_a_text_may_have_512_tokens_and_no_more(composer: MusicGenComposer) -> None:
    fits = "x" * (512 - (len(composer.text.encode("x" * 100)) - 100))
    assert len(composer.to_generation(replace(REQUEST, prompt=fits), 1).text) == 512
    with pytest.raises(BadField, match=r"prompt: is 513 tokens long as .* at most 512"):
        composer.compose(replace(REQUEST, prompt=fits + "x"), ignore)


def test_torchs_own_generator_is_left_as_it_was(composer: MusicGenComposer) -> None:
    before = torch.get_rng_state()
    music(composer)
    assert torch.equal(before, torch.get_rng_state())
