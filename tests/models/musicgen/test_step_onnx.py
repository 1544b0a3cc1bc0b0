"""The ONNX step: the torch step's logits, and the same bits in any company, at any place, on any number of threads."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor

from bench.musicgen_shapes import random_text, random_weights
from models.musicgen.graph import Precision
from models.musicgen.precision import calibrate_cache_scales
from models.musicgen.shape import CODEBOOK_SIZE, Shape
from models.musicgen.step import Step
from models.musicgen.step_onnx import TEXT_TOKENS, OnnxStep
from tests.models.musicgen.weights import MONO, STEREO, small_weights, torch_fp32

POSITIONS = 128
Ints = NDArray[np.int64]
WIDE = Shape(layers=1, width=256, heads=4, feedforward=1024, delays=(0, 1, 2, 3))
"""Where kernels for few rows differ from those for many."""


def a_step(shape: Shape = MONO, slots: int = 6, threads: int = 1, **options: Any) -> OnnxStep:
    return OnnxStep(small_weights(shape), slots=slots, positions=POSITIONS, threads=threads, **options)


def int8_cache(shape: Shape = MONO) -> NDArray[np.float32]:
    return calibrate_cache_scales(small_weights(shape), [random_text(shape, 7, 1)], threads=1)


def tokens_of(count: int, seed: int = 1, shape: Shape = MONO) -> Ints:
    return np.random.default_rng(seed).integers(0, CODEBOOK_SIZE, (count, shape.codebooks))


def steps_of_one(step: Step, tokens: Ints, start: int = 0) -> Tensor:
    """(count, 2, codebooks, CODEBOOK_SIZE): slot 0 alone, position after position."""
    positions = np.arange(start, start + len(tokens))
    pairs = zip(tokens[:, None], positions[:, None], strict=True)
    return torch.stack([step(*pair)[0].clone() for pair in pairs])


@pytest.mark.parametrize("shape", [MONO, STEREO], ids=["mono", "stereo"])
def test_logits_are_the_torch_steps(shape: Shape) -> None:
    steps: list[Step] = [a_step(shape), torch_fp32(small_weights(shape), 6, POSITIONS)]
    starts = np.array([0, 17, 40])
    for step in steps:
        for slot, words in enumerate((3, 30, TEXT_TOKENS + 20)):
            step.start_slot(slot, random_text(shape, words, slot))
            if starts[slot]:
                step.prefill(slot, tokens_of(starts[slot], slot, shape), 0)
    for position in range(12):
        tokens = tokens_of(3, 100 + position, shape)
        ours, truth = (step(tokens, starts + position) for step in steps)
        assert truth.std() > 1
        torch.testing.assert_close(ours, truth, atol=1e-4, rtol=0)


@pytest.mark.parametrize("precision", ["fp32", "int8"])
@pytest.mark.parametrize("parts", [(20,), (1, 12, 7)], ids=["at once", "in pieces"])
def test_a_pass_over_known_tokens_is_as_good_as_steps(precision: Precision, parts: tuple[int, ...]) -> None:
    tokens = tokens_of(25)
    stepped, passed = a_step(precision=precision), a_step(precision=precision)
    for step in (stepped, passed):
        step.start_slot(0, random_text(MONO, 9, 4))
    steps_of_one(stepped, tokens[:20])
    start = 0
    for count in parts:
        passed.prefill(0, tokens[start : start + count], start)
        start += count
    expected, given = (steps_of_one(step, tokens[20:], 20) for step in (stepped, passed))
    # int8: what enters a product is rounded to 8 bits, so a last bit before it may become a 127th after it.
    torch.testing.assert_close(given, expected, atol=1e-4 if precision == "fp32" else 0.05, rtol=0)


def run_wide(step: OnnxStep, count: int, slot: int) -> Tensor:
    """Always the same request in one of `count` slots; its neighbours are elsewhere, in texts of their own."""
    filled = 5 * np.arange(count)
    for other in range(count):
        step.start_slot(other, random_text(WIDE, 5 + 30 * other % 80, 50 + other))
        if filled[other]:
            step.prefill(other, tokens_of(filled[other], 50 + other), 0)
    tokens = tokens_of(33)
    step.start_slot(slot, random_text(WIDE, 9, 1))
    step.prefill(slot, tokens[:31], 0)
    filled[slot] = 31
    seen = []
    for position in range(2):
        given = tokens_of(count, 1000 + position)
        given[slot] = tokens[31 + position]
        seen.append(step(given, filled + position)[slot].clone())
    return torch.stack(seen)


@pytest.mark.parametrize("cache", ["cache fp32", "cache int8"])
@pytest.mark.parametrize("precision", ["fp32", "int8"])
def test_neither_neighbours_nor_threads_change_a_bit(precision: Precision, cache: str) -> None:
    weights = random_weights(WIDE)
    scales = np.full((2, WIDE.layers, WIDE.width), 0.03, np.float32) if cache == "cache int8" else None
    alone: Tensor | None = None
    for threads in (1, 2):
        options: dict[str, Any] = {"threads": threads, "precision": precision, "scales": scales}
        step = OnnxStep(weights, slots=8, positions=POSITIONS, **options)
        alone = run_wide(step, 1, 0) if alone is None else alone
        for count in (1, 2, 3, 6, 8):
            for slot in {0, count - 1}:
                assert torch.equal(alone, run_wide(step, count, slot)), f"slot {slot} of {count}, {threads} threads"


@pytest.mark.parametrize("cache", ["cache fp32", "cache int8"])
def test_a_slot_that_was_moved_goes_on_as_if_it_had_not_been(cache: str) -> None:
    tokens, text = tokens_of(12), random_text(MONO, 80, 4)
    scales = int8_cache() if cache == "cache int8" else None
    stayed, moved = a_step(scales=scales), a_step(scales=scales)
    stayed.start_slot(0, text)
    stayed.prefill(0, tokens[:8], 0)
    for slot, words in ((0, random_text(MONO, 5, 6)), (3, text)):
        moved.start_slot(slot, words)
    moved.prefill(0, tokens_of(30, 9), 0)
    moved.prefill(3, tokens[:8], 0)
    moved.copy_slot(3, 0, 8)
    moved.free(3)
    assert torch.equal(steps_of_one(stayed, tokens[8:], 8), steps_of_one(moved, tokens[8:], 8))


@pytest.mark.parametrize("freed", [False, True])
def test_a_slot_started_anew_knows_nothing_of_before(freed: bool) -> None:
    tokens, text = tokens_of(6), random_text(MONO, 5, 4)
    fresh, used = a_step(), a_step()
    used.start_slot(0, random_text(MONO, 30, 8) * torch.inf)
    used.prefill(0, tokens_of(50, 9), 0)
    if freed:
        used.free(0)
    for step in (fresh, used):
        step.start_slot(0, text)
    assert torch.equal(steps_of_one(fresh, tokens), steps_of_one(used, tokens))


def test_freeing_a_slot_leaves_its_neighbours_as_they_are() -> None:
    tokens = tokens_of(9)
    freed, calm = a_step(), a_step()
    for step in (freed, calm):
        for slot in (0, 1, 2):
            step.start_slot(slot, random_text(MONO, 5, slot))
            step.prefill(slot, tokens[:8], 0)
    freed.free(2)
    pair, positions = tokens[[8, 8]], np.array([8, 8])
    assert torch.equal(freed(pair, positions), calm(pair, positions))


def test_a_long_text_makes_room_and_gives_it_back_and_the_others_do_not_notice() -> None:
    tokens, text = tokens_of(12), random_text(MONO, 5, 4)
    undisturbed, disturbed = a_step(), a_step()
    for step in (undisturbed, disturbed):
        step.start_slot(0, text)
    seen = [steps_of_one(disturbed, tokens[:4])]
    disturbed.start_slot(1, random_text(MONO, 3 * TEXT_TOKENS + 1, 5))
    seen.append(steps_of_one(disturbed, tokens[4:8], 4))
    disturbed.free(1)
    disturbed.start_slot(1, random_text(MONO, TEXT_TOKENS, 5))
    seen.append(steps_of_one(disturbed, tokens[8:], 8))
    assert torch.equal(steps_of_one(undisturbed, tokens), torch.cat(seen))


def test_a_long_text_is_heard_to_its_end() -> None:
    text = random_text(MONO, 2 * TEXT_TOKENS + 3, 4)
    other = text.clone()
    other[-1] += 1
    seen = []
    for heard in (text, other):
        step = a_step()
        step.start_slot(0, heard)
        seen.append(steps_of_one(step, tokens_of(2)))
    difference = (seen[0] - seen[1]).abs()
    assert difference[:, 0].max() > 1e-3
    assert not difference[:, 1].any(), "the unconditional half hears no text"


def test_an_empty_text_is_as_none_at_all() -> None:
    step = a_step()
    step.start_slot(0, random_text(MONO, 0, 0))
    conditional, unconditional = steps_of_one(step, tokens_of(3)).unbind(1)
    torch.testing.assert_close(conditional, unconditional, atol=1e-5, rtol=0)


@pytest.mark.parametrize(
    ("precision", "cache", "limit"), [("int8", False, 0.3), ("fp32", True, 0.15), ("int8", True, 0.3)]
)
def test_eight_bits_are_near(precision: Precision, cache: bool, limit: float) -> None:
    """`limit`: of the greatest difference among 160 000 logits of deviation 1.6."""
    tokens, text = tokens_of(20), random_text(MONO, 9, 4)
    full, rounded = a_step(), a_step(precision=precision, scales=int8_cache() if cache else None)
    for step in (full, rounded):
        step.start_slot(0, text)
    truth, given = steps_of_one(full, tokens), steps_of_one(rounded, tokens)
    assert 0 < (given - truth).abs().max() < limit
    assert (given - truth).std() < 0.03 * truth.std()


@pytest.mark.parametrize(("precision", "suffix"), [("fp32", ".w"), ("int8", ".q")])
def test_weights_that_were_packed_are_there_once(precision: Precision, suffix: str) -> None:
    """And nothing reads what was let go: memory that is used again meanwhile changes no logit."""
    step = a_step(precision=precision)
    assert not [name for name in step._weights if name.endswith(suffix)]
    tokens = tokens_of(8)
    step.start_slot(0, random_text(MONO, 9, 4))
    before = steps_of_one(step, tokens)
    rubbish = [np.full(size, 1e30, np.float32) for size in (64 * 64, 3 * 64 * 64, 64 * 256, 64 * 8192) for _ in "12345"]
    assert torch.equal(before, steps_of_one(step, tokens))
    assert len(rubbish) == 20
