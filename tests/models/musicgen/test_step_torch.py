"""The torch step against audiocraft's own language model, and against itself in other company and other forms."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from bench.generate.peers import audiocraft_model
from bench.musicgen_shapes import random_text, random_weights
from models.musicgen.shape import PAD, Shape, Weights
from models.musicgen.step import OutOfCacheMemory
from models.musicgen.step_torch import TorchStep
from tests.slow.check_step_gpu import random_tokens, run_slot

CPU = torch.device("cpu")
MONO = Shape(layers=2, width=64, heads=4, feedforward=256, delays=(0, 1, 2, 3))
STEREO = replace(MONO, delays=(0, 0, 1, 1, 2, 2, 3, 3))
POSITIONS = 512


@pytest.fixture(scope="module")
def weights() -> Weights:
    return random_weights(MONO)


def a_step(weights: Weights, dtype: torch.dtype = torch.float32, slots: int = 8, **options: Any) -> TorchStep:
    return TorchStep(weights, CPU, dtype, slots=slots, positions=POSITIONS, **options)


def steps_of_one(step: TorchStep, tokens: np.ndarray[Any, np.dtype[np.int64]], start: int = 0) -> Tensor:
    """(count, 2, codebooks, CODEBOOK_SIZE): slot 0 alone, position after position."""
    positions = np.arange(start, start + len(tokens))
    pairs = zip(tokens[:, None], positions[:, None], strict=True)
    return torch.stack([step(*pair)[0].clone() for pair in pairs])


def audiocrafts_logits(weights: Weights, tokens: Tensor, text: Tensor) -> Tensor:
    """What audiocraft's LMModel with these weights says of tokens (count, codebooks), with the text and without."""
    model = audiocraft_model(weights)
    texts = torch.stack([text, torch.zeros_like(text)]), torch.tensor([[1], [0]]).expand(2, len(text))
    with torch.no_grad():
        logits = model(tokens.T.expand(2, -1, -1), [], {"description": texts})
    assert isinstance(logits, Tensor)
    return logits.permute(2, 0, 1, 3)


@pytest.mark.parametrize("shape", [MONO, STEREO], ids=["mono", "stereo"])
def test_logits_are_audiocrafts(shape: Shape) -> None:
    weights = random_weights(shape, seed=3)
    tokens = random_tokens(shape, 40, 1)
    tokens[:2, -1] = PAD
    text = random_text(shape, 7, 2)
    step = a_step(weights, slots=2)
    step.start_slot(0, text)
    given = steps_of_one(step, tokens)
    truth = audiocrafts_logits(weights, torch.from_numpy(tokens), text)
    assert truth.std() > 1
    assert not torch.allclose(truth[:, 0], truth[:, 1], atol=0.1), "the text must matter"
    torch.testing.assert_close(given, truth, atol=1e-4, rtol=0)


@pytest.mark.parametrize("parts", [(20,), (1, 12, 7)], ids=["at once", "in parts"])
def test_a_pass_over_known_tokens_is_as_good_as_steps(weights: Weights, parts: tuple[int, ...]) -> None:
    tokens = random_tokens(MONO, 25, 1)
    stepped, passed = a_step(weights), a_step(weights)
    for step in (stepped, passed):
        step.start_slot(0, random_text(MONO, 9, 4))
    steps_of_one(stepped, tokens[:20])
    start = 0
    for count in parts:
        passed.prefill(0, tokens[start : start + count], start)
        start += count
    expected, given = (steps_of_one(step, tokens[20:], 20) for step in (stepped, passed))
    torch.testing.assert_close(given, expected, atol=1e-5, rtol=0)


@pytest.mark.parametrize("threads", [1, 2])
def test_neighbours_change_no_bit(threads: int) -> None:
    """At a width where equal rows of one product were seen to differ by their place, on two threads."""
    wide = random_weights(Shape(layers=1, width=1024, heads=16, feedforward=2048, delays=(0, 1, 2, 3)))
    torch.set_num_threads(threads)
    step = a_step(wide, slots=6)
    alone = run_slot(step, 0, steps=2)
    for neighbours, slot in ((2, 0), (2, 2), (5, 0), (5, 5)):
        assert torch.equal(alone, run_slot(step, neighbours, slot, steps=2)), f"slot {slot} beside {neighbours}"


def test_a_slot_that_was_moved_goes_on_as_if_it_had_not_been(weights: Weights) -> None:
    tokens, text = random_tokens(MONO, 12, 1), random_text(MONO, 80, 4)
    stayed, moved = a_step(weights), a_step(weights)
    stayed.start_slot(0, text)
    stayed.prefill(0, tokens[:8], 0)
    for slot, words in ((0, random_text(MONO, 5, 6)), (3, text)):
        moved.start_slot(slot, words)
    moved.prefill(0, random_tokens(MONO, 30, 9), 0)
    moved.prefill(3, tokens[:8], 0)
    moved.copy_slot(3, 0, 8)
    moved.free(3)
    assert torch.equal(steps_of_one(stayed, tokens[8:], 8), steps_of_one(moved, tokens[8:], 8))


def test_a_slot_started_anew_knows_nothing_of_before(weights: Weights) -> None:
    tokens, text = random_tokens(MONO, 6, 1), random_text(MONO, 5, 4)
    fresh, used = a_step(weights), a_step(weights)
    used.start_slot(0, random_text(MONO, 30, 8))
    used.prefill(0, random_tokens(MONO, 50, 9), 0)
    for step in (fresh, used):
        step.start_slot(0, text)
    assert torch.equal(steps_of_one(fresh, tokens), steps_of_one(used, tokens))


def test_a_longer_text_makes_room_and_leaves_the_others_as_they_are(weights: Weights) -> None:
    tokens, text = random_tokens(MONO, 10, 1), random_text(MONO, 5, 4)
    undisturbed, disturbed = a_step(weights), a_step(weights)
    for step in (undisturbed, disturbed):
        step.start_slot(0, text)
        step.prefill(0, tokens[:4], 0)
    disturbed.start_slot(1, random_text(MONO, 700, 5))
    assert torch.equal(steps_of_one(undisturbed, tokens[4:], 4), steps_of_one(disturbed, tokens[4:], 4))


def test_a_step_leaves_slots_alone_that_it_was_not_asked_for(weights: Weights) -> None:
    tokens = random_tokens(MONO, 12, 1)
    step, calm = a_step(weights), a_step(weights)
    for each in (step, calm):
        each.start_slot(0, random_text(MONO, 5, 4))
        each.start_slot(1, random_text(MONO, 6, 5))
        each.prefill(1, tokens, 0)
    steps_of_one(step, tokens)
    pair, positions = tokens[[0, 1]], np.array([0, 12])
    assert torch.equal(step(pair, positions)[1], calm(pair, positions)[1])


def test_an_empty_text_is_as_none_at_all(weights: Weights) -> None:
    step = a_step(weights)
    step.start_slot(0, random_text(MONO, 0, 0))
    conditional, unconditional = steps_of_one(step, random_tokens(MONO, 3, 1)).unbind(1)
    torch.testing.assert_close(conditional, unconditional, atol=1e-5, rtol=0)


@pytest.mark.parametrize(("dtype", "limit"), [(torch.bfloat16, 0.15), (torch.float16, 0.02)], ids=["bf16", "fp16"])
def test_half_precision_is_near_and_stays_finite(weights: Weights, dtype: torch.dtype, limit: float) -> None:
    full, half = a_step(weights), a_step(weights, dtype)
    assert (run_slot(full, 1) - run_slot(half, 1)).abs().max() < limit
    first, *others = weights.layers
    loud = replace(first, qkv=first.qkv * 1e4, up=first.up * 1e4, down=first.down * 1e2)
    extreme = a_step(replace(weights, layers=(loud, *others)), dtype)
    extreme.start_slot(0, random_text(MONO, 9, 1) * 1e6)
    tokens = random_tokens(MONO, 20, 1)
    extreme.prefill(0, tokens[:10], 0)
    assert steps_of_one(extreme, tokens[10:], 10).isfinite().all()


def test_out_of_memory_is_said_and_smaller_ones_still_work(weights: Weights) -> None:
    with pytest.raises(OutOfCacheMemory, match="2 layers of width 64 and 2 slots of 1000000000000 positions"):
        TorchStep(weights, CPU, torch.float32, slots=2, positions=10**12)
    step = a_step(weights, slots=2)
    with pytest.raises(OutOfCacheMemory, match="cpu has no memory left for a text of 100000000000 tokens"):
        step.start_slot(0, torch.zeros(1, MONO.width).expand(10**11, MONO.width))
    assert torch.equal(run_slot(step, 1), run_slot(a_step(weights, slots=2), 1))
