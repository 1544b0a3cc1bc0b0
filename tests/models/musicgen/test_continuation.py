"""Music that goes on from a given sound: audiocraft's tokens, and a take that begins where that sound ends."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from aural.errors import DeadlineExceeded
from aural.types import TAKE_RATE_HZ, Floats, MusicRequest
from models.cards import MUSICGEN, Card
from models.musicgen.codec_encoder import Encoder
from models.musicgen.composer import TAIL, MusicGenComposer
from models.musicgen.engine import Engine, GenerationRequest
from models.musicgen.load import load_musicgen
from models.musicgen.sampling import SamplingParams
from models.musicgen.shape import FRAMES_PER_S
from models.musicgen.step import Ints
from tests.models.musicgen.small_composer import (
    HOP,
    OPTIONS,
    REQUEST,
    SMALL,
    STEREO,
    assert_polished,
    decoded,
    ignore,
    loaded,
)
from tests.models.musicgen.weights import EXACT, LIVELINESS, StepMaker, lively
from tests.serving import band

TEXT = "calm piano. bpm: 96"
OPENING = band(2.4, rate_hz=TAKE_RATE_HZ).astype(np.float32)
GOING_ON = replace(REQUEST, opening=OPENING)


def audiocrafts(card: Card, frames: int, window_frames: int, stride_frames: int) -> Ints:
    """(codebooks, frames), the opening's among them, by its own `generate_continuation`, greedily."""
    from audiocraft.models.musicgen import MusicGen

    model: Any = MusicGen.get_pretrained(card.repo, device="cpu")
    for embedding in model.lm.emb:
        embedding.weight.data *= LIVELINESS
    # Half a frame more: audiocraft rounds a product down.
    duration_s, model.max_duration, stride_s = (
        (count + 0.5) / FRAMES_PER_S for count in (frames, window_frames, stride_frames)
    )
    model.set_generation_params(use_sampling=False, duration=duration_s, extend_stride=stride_s)
    with torch.no_grad():
        _, tokens = model.generate_continuation(
            torch.tensor(OPENING)[None, None], TAKE_RATE_HZ, [TEXT], return_tokens=True
        )
    return np.asarray(tokens[0].numpy())


@pytest.mark.parametrize(("window_frames", "stride_frames"), [(300, 180), (150, 90)], ids=["one window", "three"])
@pytest.mark.parametrize("name", ["musicgen-small", "musicgen-stereo-small"])
def test_greedy_tokens_are_audiocrafts_continuation(
    hub_cache: Path, name: str, window_frames: int, stride_frames: int
) -> None:
    frames = 300
    expected = audiocrafts(MUSICGEN[name], frames, window_frames, stride_frames)
    for make in EXACT:
        tokens = continued(make, MUSICGEN[name], hub_cache, frames, window_frames, stride_frames)
        assert tokens.shape == expected.shape == (4 if name == "musicgen-small" else 8, frames)
        assert len(np.unique(tokens[:, 120:])) > 100, "a tune of a few tokens would prove little"
        np.testing.assert_array_equal(tokens, expected)


def continued(make: StepMaker, card: Card, folder: Path, frames: int, window_frames: int, stride_frames: int) -> Ints:
    parts = load_musicgen(card, folder)
    weights = lively(parts.weights)
    encoder = Encoder.load(parts.codec, device=torch.device("cpu"), channels=weights.shape.channels)
    opening = encoder.encode(OPENING)
    step = make(weights, 1, window_frames + weights.shape.longest_delay)
    engine = Engine(step, weights.shape, window_frames=window_frames, stride_frames=stride_frames)
    new = frames - opening.shape[1]
    generation = GenerationRequest(
        parts.text.encode(TEXT), new, seed=0, params=SamplingParams(guidance=3.0, temperature=0)
    )
    sequence = engine.add(generation.with_opening(opening))
    while engine.sequences:
        engine.advance()
    return sequence.tokens


@pytest.fixture(scope="module")
def composer(hub_cache: Path, no_record: Path) -> Iterator[MusicGenComposer]:
    with loaded(hub_cache, no_record) as composer:
        yield composer


def music(composer: MusicGenComposer, **changes: Any) -> Floats:
    return composer.compose(replace(GOING_ON, **changes), ignore).samples


def tokens_of(composer: MusicGenComposer, request: MusicRequest, opening: Floats) -> Ints:
    """What the engine plays behind an opening, and that, (codebooks, frames)."""
    generation = composer.to_generation(request, round(request.duration_s * TAKE_RATE_HZ) + TAIL)
    generation = generation.with_opening(composer.encoder.encode(opening))
    return np.concatenate(list(composer.scheduler.generate(generation, ignore)), axis=1)


@pytest.mark.parametrize("card", [SMALL, STEREO], ids=["mono", "stereo"])
def test_a_take_goes_on_where_its_opening_ends(hub_cache: Path, no_record: Path, card: Card) -> None:
    """It is the whole decode, of the opening and what follows, from the opening's last sample on."""
    with loaded(hub_cache, no_record, card) as composer:
        take, tokens = composer.compose(GOING_ON, ignore), tokens_of(composer, REQUEST, OPENING)
    known = len(OPENING) // HOP
    assert tokens.shape[1] == known + 40
    assert take.loop_end == round(0.5 * TAKE_RATE_HZ)
    assert take.samples.shape == (2, take.loop_end + TAIL)
    assert_polished(take.samples, decoded(hub_cache, tokens)[:, known * HOP :], fade_in=False)


def test_past_the_window_too(hub_cache: Path, no_record: Path) -> None:
    """A window of 60 frames stands for that of 30 s: a third of it is heard of the opening."""
    with loaded(hub_cache, no_record, options=replace(OPTIONS, window_frames=60)) as composer:
        samples = composer.compose(replace(GOING_ON, duration_s=2.0), ignore).samples
        tokens = tokens_of(composer, replace(REQUEST, duration_s=2.0), OPENING[-20 * HOP :])
    assert tokens.shape[1] == 20 + 115
    assert_polished(samples, decoded(hub_cache, tokens)[:, 20 * HOP :], fade_in=False)


def test_of_a_long_opening_the_last_ten_seconds_in_whole_frames_are_heard(composer: MusicGenComposer) -> None:
    long = band(12.3, seed=1, rate_hz=TAKE_RATE_HZ).astype(np.float32)
    heard = music(composer, opening=long)
    np.testing.assert_array_equal(heard, music(composer, opening=long[-10 * TAKE_RATE_HZ :]))
    assert not np.array_equal(heard, music(composer, opening=long[-9 * TAKE_RATE_HZ :]))
    np.testing.assert_array_equal(music(composer), music(composer, opening=np.append(np.float32(0.5), OPENING)))


def test_less_than_a_frame_is_no_opening(composer: MusicGenComposer) -> None:
    np.testing.assert_array_equal(music(composer, opening=OPENING[: HOP - 1]), music(composer, opening=None))


def test_the_opening_the_seed_and_the_text_steer(composer: MusicGenComposer) -> None:
    once = music(composer)
    np.testing.assert_array_equal(once, music(composer))
    silence = music(composer, opening=np.zeros_like(OPENING))
    assert np.isfinite(silence).all()
    for other in (
        silence,
        music(composer, seed=6),
        music(composer, prompt="jazz guitar"),
        music(composer, opening=None),
    ):
        assert not np.array_equal(once, other)


def test_in_company_it_is_what_it_is_alone(composer: MusicGenComposer) -> None:
    requests = [
        replace(GOING_ON, seed=seed, duration_s=0.2 + 0.3 * seed, opening=OPENING if seed % 2 else None)
        for seed in range(8)
    ]
    alone = [composer.compose(request, ignore).samples for request in requests]
    with ThreadPoolExecutor(8) as threads:
        together = list(threads.map(lambda request: composer.compose(request, ignore).samples, requests))
    for one, other in zip(alone, together, strict=True):
        np.testing.assert_array_equal(one, other)


def test_blocks_and_progress_are_of_what_is_new(composer: MusicGenComposer) -> None:
    blocks, fractions = list[Floats](), list[float]()
    take = composer.compose(
        replace(GOING_ON, duration_s=3.0), fractions.append, lambda block: blocks.append(block.copy())
    )
    np.testing.assert_array_equal(np.concatenate(blocks, axis=1), take.samples)
    assert blocks[0].shape[1] == composer.codec.chunks.first * HOP
    assert fractions == sorted(fractions)
    assert (fractions[0], fractions[-1]) == (0.0, 1.0)
    assert len(fractions) > 165


def test_who_waits_to_be_encoded_may_leave(composer: MusicGenComposer) -> None:
    late = threading.Event()

    def progress(_fraction: float) -> None:
        if late.is_set():
            raise DeadlineExceeded("Time is up.")

    with ThreadPoolExecutor(1) as threads, composer.decoding:
        answer = threads.submit(composer.compose, GOING_ON, progress)
        time.sleep(0.2)
        assert not answer.done()
        late.set()
        assert isinstance(answer.exception(timeout=5), DeadlineExceeded)
    assert composer.scheduler.request_count == 0
