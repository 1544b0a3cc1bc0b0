"""Negative prompts: the unconditional half hears them, as audiocraft's model does, and nobody else notices."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from aural.errors import BadField
from bench.generate.peers import audiocraft_model
from bench.musicgen_shapes import random_text
from models.musicgen.composer import MusicGenComposer
from models.musicgen.engine import Engine, GenerationRequest
from models.musicgen.sampling import SamplingParams
from models.musicgen.shape import PAD, Shape
from models.musicgen.step import Ints, Step
from tests.models.musicgen.small_composer import REQUEST, ignore, loaded
from tests.models.musicgen.weights import EXACT, MONO, STEREO, StepMaker, small_weights
from tests.slow.check_step_gpu import random_tokens

SLOTS, POSITIONS = 4, 64
TEXT, NEGATIVE = random_text(MONO, 7, 1), random_text(MONO, 7, 2)  # of one length: audiocraft does not mask padding
NEGATIVES = ("drums", "", "loud distorted guitars and a shouting crowd")


def a_step(make: StepMaker, shape: Shape = MONO) -> Step:
    return make(small_weights(shape), SLOTS, POSITIONS)


def steps_of_one(step: Step, tokens: Ints, start: int = 0, slot: int = 0) -> Tensor:
    """(count, 2, codebooks, CODEBOOK_SIZE) of a slot, those below it doing the same."""
    seen = []
    for position, given in enumerate(tokens, start):
        logits = step(np.stack([given] * (slot + 1)), np.full(slot + 1, position))
        seen.append(logits[slot].clone())
    return torch.stack(seen)


def audiocrafts_logits(heard: Tensor, shape: Shape = MONO) -> Tensor:
    """(count, 2, codebooks, CODEBOOK_SIZE) of tokens (count, codebooks), with the text and with the negative one."""
    texts = torch.stack([TEXT, NEGATIVE]), torch.ones(2, len(TEXT), dtype=torch.int64)
    with torch.no_grad():
        logits: Tensor = audiocraft_model(small_weights(shape))(heard.T.expand(2, -1, -1), [], {"description": texts})
    return logits.permute(2, 0, 1, 3)


@pytest.mark.parametrize("shape", [MONO, STEREO], ids=["mono", "stereo"])
@pytest.mark.parametrize("make", EXACT)
def test_the_unconditional_half_is_audiocrafts_beside_the_negative_text(make: StepMaker, shape: Shape) -> None:
    tokens = random_tokens(shape, 24, 1)
    step, plain = a_step(make, shape), a_step(make, shape)
    step.start_slot(0, TEXT, NEGATIVE)
    plain.start_slot(0, TEXT)
    step.prefill(0, tokens[:12], 0)
    given, truth = steps_of_one(step, tokens[12:], 12), audiocrafts_logits(torch.from_numpy(tokens), shape)[12:]
    torch.testing.assert_close(given, truth, atol=1e-4, rtol=0)
    plain.prefill(0, tokens[:12], 0)
    without = steps_of_one(plain, tokens[12:], 12)
    assert torch.equal(without[:, 0], given[:, 0]), "the conditional half hears the text alone"
    assert not torch.allclose(without[:, 1], given[:, 1], atol=0.1), "the negative text must matter"


@pytest.mark.parametrize("make", EXACT)
def test_a_negative_text_goes_with_its_slot_and_not_beyond_its_end(make: StepMaker) -> None:
    tokens = random_tokens(MONO, 12, 1)
    stayed, moved, fresh = (a_step(make) for _ in range(3))
    stayed.start_slot(0, TEXT, NEGATIVE)
    fresh.start_slot(0, TEXT)
    for slot, negative in ((0, random_text(MONO, 80, 3)), (1, None), (2, NEGATIVE)):
        moved.start_slot(slot, TEXT, negative)
        moved.prefill(slot, tokens[:6], 0)
    stayed.prefill(0, tokens[:6], 0)
    moved.copy_slot(2, 0, 6)
    moved.free(2)
    assert torch.equal(steps_of_one(stayed, tokens[6:], 6), steps_of_one(moved, tokens[6:], 6))
    moved.start_slot(0, TEXT)
    assert torch.equal(steps_of_one(fresh, tokens), steps_of_one(moved, tokens))
    moved.copy_slot(1, 0, 6)
    fresh.prefill(0, tokens[:6], 0)
    assert torch.equal(steps_of_one(fresh, tokens[6:], 6), steps_of_one(moved, tokens[6:], 6))


@pytest.mark.parametrize("make", EXACT)
def test_neighbours_with_negative_texts_change_no_bit(make: StepMaker) -> None:
    tokens = random_tokens(MONO, 12, 1)
    alone, among = a_step(make), a_step(make)
    alone.start_slot(0, TEXT)
    for slot in range(SLOTS - 1):
        among.start_slot(slot, random_text(MONO, 5 + slot, slot), random_text(MONO, 60 + 5 * slot, 10 + slot))
    among.start_slot(SLOTS - 1, TEXT)
    assert torch.equal(steps_of_one(alone, tokens), steps_of_one(among, tokens, slot=SLOTS - 1))


def played(make: StepMaker, text: Tensor, negative: Tensor | None, guidance: float) -> Ints:
    """Greedy tokens (codebooks, frames)."""
    engine = Engine(a_step(make), MONO, window_frames=POSITIONS - MONO.longest_delay)
    params = SamplingParams(guidance=guidance, temperature=0)
    sequence = engine.add(GenerationRequest(text, 40, seed=0, params=params, negative=negative))
    while engine.sequences:
        engine.advance()
    return sequence.tokens


@pytest.mark.parametrize("make", EXACT)
def test_greedy_tokens_are_the_likeliest_of_audiocrafts_logits_led_away_from_the_negative_text(make: StepMaker) -> None:
    from audiocraft.modules.codebooks_patterns import DelayedPatternProvider

    tokens = played(make, TEXT, NEGATIVE, guidance=3.0)
    pattern = DelayedPatternProvider(MONO.codebooks, list(MONO.delays)).get_pattern(tokens.shape[1])
    interleaved, _, inside = pattern.build_pattern_sequence(torch.from_numpy(tokens)[None], PAD)
    conditional, negative = audiocrafts_logits(interleaved[0, :, :-1].T).unbind(1)
    likeliest = (negative + 3 * (conditional - negative)).argmax(dim=-1).T
    assert torch.equal(likeliest[inside[:, 1:]], interleaved[0, :, 1:][inside[:, 1:]])
    assert (tokens != played(make, TEXT, None, guidance=3.0)).mean() > 0.5


def test_without_guidance_it_has_no_say_and_at_nought_it_is_all_that_is_heard() -> None:
    make = EXACT[0]
    np.testing.assert_array_equal(played(make, TEXT, NEGATIVE, 1.0), played(make, TEXT, None, 1.0))
    np.testing.assert_array_equal(played(make, TEXT, NEGATIVE, 0.0), played(make, NEGATIVE, None, 1.0))


@pytest.fixture(scope="module")
def composer(hub_cache: Path, no_record: Path) -> Iterator[MusicGenComposer]:
    with loaded(hub_cache, no_record) as composer:
        yield composer


def music(composer: MusicGenComposer, **changes: Any) -> np.ndarray:
    return composer.compose(replace(REQUEST, **changes), ignore).samples


def test_requests_with_other_negative_prompts_at_once_get_what_each_gets_alone(composer: MusicGenComposer) -> None:
    asked = [{"negative_prompt": text or None, "seed": seed} for seed in (1, 2) for text in NEGATIVES]
    alone = [music(composer, **one) for one in asked]
    with ThreadPoolExecutor(len(asked)) as threads:
        together = list(threads.map(lambda one: music(composer, **one), asked))
    for one, other in zip(alone, together, strict=True):
        np.testing.assert_array_equal(one, other)
    for first in range(len(NEGATIVES)):
        assert not np.array_equal(alone[first], alone[(first + 1) % len(NEGATIVES)])


def test_a_negative_prompt_may_be_as_long_as_a_prompt(composer: MusicGenComposer) -> None:
    with pytest.raises(BadField, match=r"negative_prompt: is \d+ tokens long as .* at most 512"):
        composer.compose(replace(REQUEST, negative_prompt="x" * 600), ignore)
