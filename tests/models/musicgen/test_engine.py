"""The engine: a request's tokens are its own, whoever else plays, and the delay pattern is audiocraft's."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
import torch
from torch import Tensor

from bench.musicgen_shapes import random_text
from models.musicgen.engine import DecodingSequence, Engine, GenerationRequest, NonFiniteLogits
from models.musicgen.sampling import SamplingParams, uniforms
from models.musicgen.shape import CODEBOOK_SIZE, PAD, Shape
from models.musicgen.step import Ints, OutOfCacheMemory
from tests.models.musicgen.weights import ALL, EXACT, MONO, STEREO, StepMaker, onnx_fp32, small_weights

SLOTS, WINDOW, STRIDE = 4, 30, 18
GREEDY = SamplingParams(temperature=0)
REQUESTS = [
    GenerationRequest(random_text(MONO, words, seed), frames, seed, params)
    for seed, (words, frames, params) in enumerate(
        [
            (5, 20, SamplingParams()),
            (12, 75, SamplingParams(top_p=0.9, guidance=5)),
            (80, 40, SamplingParams(temperature=0.7, top_k=0)),
            (1, 1, GREEDY),
            (9, 31, GREEDY),
            (30, 12, SamplingParams(top_k=1)),
            (64, 52, SamplingParams(temperature=1.8, guidance=0)),
            (7, 9, SamplingParams()),
            (7, 45, SamplingParams()),
        ]
    )
]
KNOWN = np.random.default_rng(7).integers(0, CODEBOOK_SIZE, (MONO.codebooks, 28))
REQUESTS[-2:] = [generation.with_opening(KNOWN) for generation in REQUESTS[-2:]]
REQUESTS[1::3] = [replace(one, negative=random_text(MONO, 70, 100 + one.seed)) for one in REQUESTS[1::3]]
"""Of one window and of up to four, with texts that others have no room for, negative ones too. Two have an opening."""


@cache
def an_engine(make: StepMaker) -> Engine:
    """Used by many tests, as in earnest: what was played before must not matter."""
    step = make(small_weights(), SLOTS, WINDOW + MONO.longest_delay)
    return Engine(step, MONO, window_frames=WINDOW, stride_frames=STRIDE)


def play(engine: Engine, generation: GenerationRequest) -> DecodingSequence:
    sequence = engine.add(generation)
    while sequence in engine.sequences:
        engine.advance()
    return sequence


@cache
def alone(make: StepMaker) -> list[Ints]:
    engine = an_engine(make)
    return [play(engine, generation).tokens for generation in REQUESTS]


def play_at_random(engine: Engine, source: np.random.Generator) -> list[tuple[int, DecodingSequence]]:
    """All REQUESTS once, and some more that are cancelled, entering whenever a slot is free and chance will have it."""
    waiting = [*source.permutation(len(REQUESTS)).tolist()]
    running: dict[int, DecodingSequence] = {}
    ended: list[tuple[int, DecodingSequence]] = []
    while waiting or running:
        while waiting and len(engine.sequences) < SLOTS and (not running or source.random() < 0.15):
            index = waiting.pop()
            running[index] = engine.add(REQUESTS[index])
        if source.random() < 0.03:
            index = int(source.choice(list(running)))
            engine.evict(running.pop(index))
            waiting.insert(0, index)
        if not engine.sequences:
            continue
        done = {index: one.done for index, one in running.items()}
        left = engine.advance()
        assert all(one.done >= done[index] for index, one in running.items())
        ended += [(index, one) for index, one in running.items() if one in left]
        running = {index: one for index, one in running.items() if one not in left}
    return ended


@pytest.mark.parametrize("make", ALL)
def test_a_request_is_the_same_alone_and_in_any_company(make: StepMaker) -> None:
    engine, expected = an_engine(make), alone(make)
    for seed in range(4):
        ended = play_at_random(engine, np.random.default_rng(seed))
        assert sorted(index for index, _ in ended) == list(range(len(REQUESTS)))
        for index, sequence in ended:
            assert sequence.error is None
            assert sequence.done == REQUESTS[index].frames
            assert np.array_equal(sequence.tokens, expected[index]), f"generation {index} in schedule {seed}"


def test_tokens_are_music_and_not_all_alike() -> None:
    assert all(((tokens >= 0) & (tokens < CODEBOOK_SIZE)).all() for tokens in alone(onnx_fp32))
    assert len(np.unique(alone(onnx_fp32)[1])) > 50


def test_the_seed_is_the_only_chance_there_is() -> None:
    engine, generation = an_engine(onnx_fp32), REQUESTS[0]
    again, other = (
        play(engine, replace(generation, seed=seed)).tokens for seed in (generation.seed, generation.seed + 1)
    )
    np.testing.assert_array_equal(again, alone(onnx_fp32)[0])
    assert (again != other).mean() > 0.5


@pytest.mark.parametrize("frames", [3, 19, 29])
def test_a_longer_one_begins_as_a_shorter_one_does(frames: int) -> None:
    """But for the few tokens of the shorter one's end that are drawn when its first codebooks are over already."""
    short = play(an_engine(onnx_fp32), replace(REQUESTS[1], frames=frames)).tokens
    for codebook, delay in enumerate(MONO.delays):
        same = frames + 1 - delay
        np.testing.assert_array_equal(short[codebook, :same], alone(onnx_fp32)[1][codebook, : min(same, frames)])


class Counting:
    """A step without a model: what it draws is a hash of codebook and position, and it keeps what it is given."""

    slots = 1
    positions = 64

    def __init__(self, shape: Shape, full_at: int | None = None):
        """`full_at`: the first step at that position behind known ones finds no memory."""
        self._codebooks = shape.codebooks
        self._full_at = full_at
        self.given: dict[int, list[int]] = {}
        self.passes: list[tuple[int, int]] = []

    def drawn(self, codebook: int, position: int) -> int:
        return (position * 131 + codebook * 977 + 7) % CODEBOOK_SIZE

    def start_slot(self, slot: int, text: Tensor, negative: Tensor | None = None) -> None:
        self.given = {}

    def __call__(self, tokens: Ints, positions: Ints) -> Tensor:
        position = int(positions[0])
        if position == self._full_at and self.passes:
            self._full_at = None
            raise OutOfCacheMemory("no memory")
        self._give(tokens, position)
        logits = torch.zeros(1, 2, self._codebooks, CODEBOOK_SIZE)
        for codebook in range(self._codebooks):
            logits[0, :, codebook, self.drawn(codebook, position)] = 1
        return logits

    def prefill(self, slot: int, tokens: Ints, start: int) -> None:
        self.passes.append((start, len(tokens)))
        self._give(tokens, start)

    def _give(self, tokens: Ints, start: int) -> None:
        assert start == 0 or start - 1 in self.given
        for position, heard in enumerate(tokens.tolist(), start):
            self.given[position] = heard

    def copy_slot(self, source: int, target: int, filled: int) -> None:
        raise AssertionError("there is one slot")

    def free(self, slot: int) -> None:
        """There is nothing to free."""


@pytest.mark.parametrize("shape", [MONO, STEREO], ids=["mono", "stereo"])
@pytest.mark.parametrize("frames", [1, 2, 3, 17])
def test_the_delay_pattern_is_audiocrafts(shape: Shape, frames: int) -> None:
    from audiocraft.modules.codebooks_patterns import DelayedPatternProvider

    step = Counting(shape)
    sequence = play(Engine(step, shape, window_frames=60), GenerationRequest(torch.zeros(1, 64), frames, 0, GREEDY))
    pattern = DelayedPatternProvider(shape.codebooks, list(shape.delays)).get_pattern(frames)
    interleaved, _, inside = pattern.build_pattern_sequence(torch.from_numpy(sequence.tokens)[None], PAD)
    heard = torch.tensor([step.given[position] for position in range(len(step.given))]).T
    assert torch.equal(heard, interleaved[0, :, :-1])
    positions = interleaved.shape[-1] - 1
    drawn = torch.tensor([[step.drawn(k, p) for p in range(positions)] for k in range(shape.codebooks)])
    assert torch.equal(drawn[inside[:, 1:]], interleaved[0, :, 1:][inside[:, 1:]])


def test_a_window_after_the_first_hears_what_it_keeps_and_draws_the_rest() -> None:
    step = Counting(MONO)
    engine = Engine(step, MONO, window_frames=WINDOW, stride_frames=STRIDE)
    sequence = engine.add(GenerationRequest(torch.zeros(1, 64), WINDOW + 6, 0, GREEDY))
    while sequence.done < WINDOW:
        engine.advance()
    kept = sequence.tokens.copy()
    step.given.clear()
    fresh = uniforms(0, WINDOW + 6, MONO.codebooks)
    while engine.sequences:
        first = STRIDE + sequence.position  # of the second window: its first codebook's frame
        assert not WINDOW <= first < WINDOW + 6 or sequence.random_draws()[0] == fresh[first, 0]
        engine.advance()
    np.testing.assert_array_equal(sequence.tokens[:, :WINDOW], kept[:, :WINDOW])
    for position, heard in step.given.items():
        for codebook, delay in enumerate(MONO.delays):
            frame = STRIDE + position - 1 - delay
            inside = STRIDE <= frame < WINDOW + 6
            assert heard[codebook] == (sequence.tokens[codebook, frame] if inside else PAD)


def test_a_step_that_is_tried_again_takes_in_what_is_known_as_before() -> None:
    """Other passes would round otherwise: a request's tokens would depend on its neighbours' memory."""

    def passes(full_at: int | None) -> list[tuple[int, int]]:
        step = Counting(MONO, full_at)
        engine = Engine(step, MONO, window_frames=60, stride_frames=5)
        engine.add(GenerationRequest(torch.zeros(1, 64), 70, 0, GREEDY))
        while engine.sequences:
            try:
                engine.advance()
            except OutOfCacheMemory:
                continue
        return step.passes

    undisturbed = passes(None)
    assert undisturbed[:3] == [(0, 24), (25, 24), (50, 5)]
    assert passes(24) == passes(49) == undisturbed


def test_done_counts_frames_that_are_complete() -> None:
    engine = an_engine(onnx_fp32)
    sequence = engine.add(REQUESTS[1])
    for steps in range(1, 80):
        engine.advance()
        assert sequence.done >= min(max(0, steps - MONO.longest_delay), WINDOW)
        assert (sequence.tokens[:, : sequence.done] != PAD).all()
        if sequence.done < REQUESTS[1].frames:
            assert sequence.tokens[-1, sequence.done] == PAD, "what is complete is said to be"
    engine.evict(sequence)
    assert not engine.sequences


@pytest.mark.parametrize("make", EXACT)
def test_numbers_that_are_none_fail_their_request_alone(make: StepMaker) -> None:
    engine, expected = an_engine(make), alone(make)
    broken = replace(REQUESTS[0], text=torch.full((5, MONO.width), torch.inf))
    neighbour, failing, other = (engine.add(generation) for generation in (REQUESTS[2], broken, REQUESTS[4]))
    assert engine.advance() == [failing]
    assert isinstance(failing.error, NonFiniteLogits)
    assert str(failing.error) == "The model's numbers overflowed at frame 0."
    again = engine.add(REQUESTS[0])
    while engine.sequences:
        engine.advance()
    for index, sequence in ((2, neighbour), (4, other), (0, again)):
        assert sequence.error is None
        np.testing.assert_array_equal(sequence.tokens, expected[index])
