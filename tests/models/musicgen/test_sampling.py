"""Sampling: the exact distribution, audiocraft's own cut at top-k and top-p, and nothing of the rest of the batch.

A line or two over 250: one subject, and the toy step serves most of it.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from scipy.stats import chisquare
from torch import Tensor

from models.musicgen.engine import Engine, GenerationRequest
from models.musicgen.sampling import SamplingParams, pack_table, sample_on_device, sample_tokens, uniforms
from models.musicgen.shape import CODEBOOK_SIZE, Shape
from models.musicgen.step import Ints

Floats = NDArray[np.float64]
CODEBOOKS = 4
SHAPE = Shape(layers=1, width=8, heads=1, feedforward=8, delays=(0, 1, 2, 3))
P_BOUND = 1e-4
MIXED = [
    SamplingParams(),
    SamplingParams(temperature=0),
    SamplingParams(top_k=0, temperature=0.3),
    SamplingParams(top_k=0, top_p=0.5, guidance=0),
    SamplingParams(top_k=3, guidance=10),
    SamplingParams(top_p=0.95, temperature=2),
    SamplingParams(top_k=1),
    SamplingParams(top_k=CODEBOOK_SIZE, guidance=1),
]


def random_logits(count: int, seed: int, deviation: float = 1.6) -> Tensor:
    """As large as trained ones: (count, 2, CODEBOOKS, CODEBOOK_SIZE)."""
    shape = count, 2, CODEBOOKS, CODEBOOK_SIZE
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed)).mul_(deviation)


def few_likely(seed: int, likely: int = 12) -> Tensor:
    """All but so many tokens are out of reach: the same logits (1, 2, 1, CODEBOOK_SIZE) for whoever draws."""
    logits = torch.full((1, 2, 1, CODEBOOK_SIZE), -100.0)
    source = torch.Generator().manual_seed(seed)
    places = torch.randperm(CODEBOOK_SIZE, generator=source)[:likely]
    logits[..., places] = torch.randn(1, 2, 1, likely, generator=source)
    return logits


def draw(logits: Tensor, params: SamplingParams, numbers: Floats) -> NDArray[np.int64]:
    """One token for each of `numbers`, all from the same logits (1, 2, 1, CODEBOOK_SIZE)."""
    rows = numbers.reshape(-1, CODEBOOKS)
    tokens, finite = sample_tokens(logits.expand(len(rows), -1, CODEBOOKS, -1), [params] * len(rows), rows)
    assert finite.all()
    return tokens.numpy().reshape(-1)


def probabilities(logits: Tensor, params: SamplingParams) -> Floats:
    """Guidance, softmax, and audiocraft's cuts, in the order in which audiocraft has them, in double precision."""
    conditional, unconditional = logits[0, :, 0].double().numpy()
    mixed = (unconditional + params.guidance * (conditional - unconditional)) / params.temperature
    shares = np.exp(mixed - mixed.max())
    shares /= shares.sum()
    falling = np.argsort(-shares)
    if params.top_p > 0:
        before = np.cumsum(shares[falling]) - shares[falling]
        shares[falling[before > params.top_p]] = 0
    elif params.top_k > 0:
        shares[falling[params.top_k :]] = 0
    exact: Floats = shares / shares.sum()
    return exact


def p_value(drawn: Ints, exact: Floats) -> float:
    """Of Pearson's test, rare tokens taken together; 0 where something was drawn that cannot be."""
    seen, expected = np.bincount(drawn, minlength=CODEBOOK_SIZE), exact * len(drawn)
    often = int((expected >= 5).sum())
    assert often > 1, "a distribution of one token would prove nothing"
    alone, rest = np.split(np.argsort(-exact), [often - 1])
    result = chisquare([*seen[alone], seen[rest].sum()], [*expected[alone], expected[rest].sum()])
    return 0.0 if seen[exact == 0].any() else float(result.pvalue)


KINDS = [
    SamplingParams(top_k=0),
    SamplingParams(top_k=5),
    SamplingParams(top_k=0, guidance=0, temperature=2),
    SamplingParams(top_k=8, temperature=0.7),
    SamplingParams(top_p=0.8),
    SamplingParams(top_p=0.5, guidance=1.5, temperature=1.3),
]


@pytest.mark.parametrize("params", KINDS, ids=str)
def test_tokens_come_as_often_as_they_are_likely(params: SamplingParams) -> None:
    logits = few_likely(seed=5)
    drawn = draw(logits, params, uniforms(seed=7, frames=2500, codebooks=CODEBOOKS))
    assert p_value(drawn, probabilities(logits, params)) > P_BOUND


class Unmoved:
    """A step that says the same whatever it hears, to each codebook something of its own."""

    slots, positions = 2 * len(KINDS), 120
    logits = torch.cat([few_likely(seed=20 + codebook) / 2 for codebook in range(CODEBOOKS)], dim=2)

    def __call__(self, tokens: Ints, positions: Ints) -> Tensor:
        return self.logits.expand(len(tokens), -1, -1, -1)

    def start_slot(self, slot: int, text: Tensor, negative: Tensor | None = None) -> None: ...
    def prefill(self, slot: int, tokens: Ints, start: int) -> None: ...
    def copy_slot(self, source: int, target: int, filled: int) -> None: ...
    def free(self, slot: int) -> None: ...


@cache
def played_together() -> list[Ints]:
    """(CODEBOOKS, frames) of two requests for each of KINDS, in company of all the others, over many windows."""
    engine = Engine(Unmoved(), SHAPE, window_frames=100, stride_frames=60)
    generations = [
        GenerationRequest(torch.zeros(1, 8), 900 + 50 * seed, seed, params) for seed, params in enumerate(KINDS * 2)
    ]
    sequences = [engine.add(generation) for generation in generations]
    while engine.sequences:
        engine.advance()
    return [np.concatenate([one.tokens for one in sequences[kind :: len(KINDS)]], axis=1) for kind in range(len(KINDS))]


def p_values(played: Ints, params: SamplingParams) -> list[float]:
    """Of each codebook."""
    return [p_value(row, probabilities(Unmoved.logits[:, :, [k]], params)) for k, row in enumerate(played)]


@pytest.mark.parametrize("kind", range(len(KINDS)))
def test_what_the_engine_plays_comes_as_often_as_it_is_likely(kind: int) -> None:
    assert min(p_values(played_together()[kind], KINDS[kind])) > P_BOUND


@pytest.mark.parametrize("wrong", [{"temperature": 1.15}, {"temperature": 0.87}, {"guidance": 2.6}, {"top_k": 9}])
def test_the_test_would_notice_other_controls(wrong: dict[str, Any]) -> None:
    assert min(p_values(played_together()[0], replace(KINDS[0], **wrong))) < P_BOUND


def drawable(logits: Tensor, params: SamplingParams) -> set[int]:
    """All tokens that a fine grid of numbers reaches."""
    return set(draw(logits, params, np.arange(4000) / 4000).tolist())


def audiocrafts(logits: Tensor, params: SamplingParams) -> set[int]:
    """All tokens that audiocraft's own sampling reaches in two thousand draws."""
    from audiocraft.utils.utils import sample_top_k, sample_top_p

    conditional, unconditional = logits[0, :, 0]
    shares = torch.softmax(unconditional + (conditional - unconditional) * params.guidance, dim=-1)
    many = shares.expand(1, 2000, -1).clone()
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(1)
        drawn = sample_top_p(many, params.top_p) if params.top_p > 0 else sample_top_k(many, params.top_k)
    return set(drawn.flatten().tolist())


@pytest.mark.parametrize(
    "params", [SamplingParams(top_k=1), SamplingParams(top_k=4), SamplingParams(top_p=0.6), SamplingParams(top_p=0.9)]
)
def test_what_may_be_drawn_is_what_audiocraft_may_draw(params: SamplingParams) -> None:
    params = replace(params, guidance=1.5)
    for seed in range(3):
        logits = few_likely(seed) * 0.7
        assert drawable(logits, params) == audiocrafts(logits, params)


def test_equal_ones_at_the_border_are_in_together() -> None:
    """As audiocraft's top-k has it. Its top-p lets the order of a sort choose among them."""
    logits = torch.full((1, 2, 1, CODEBOOK_SIZE), -100.0)
    logits[..., :6] = torch.tensor([2.0, 1.0, 1.0, 1.0, 0.0, 0.0])
    top_k, top_p = SamplingParams(top_k=2), SamplingParams(top_p=0.55)
    assert drawable(logits, top_k) == audiocrafts(logits, top_k) == {0, 1, 2, 3}
    assert audiocrafts(logits, top_p) < drawable(logits, top_p) == {0, 1, 2, 3}


def test_controls_and_neighbours_are_a_slots_own() -> None:
    logits, numbers = random_logits(len(MIXED), 1), uniforms(3, len(MIXED), CODEBOOKS)
    together, _ = sample_tokens(logits, MIXED, numbers)
    for slot, params in enumerate(MIXED):
        alone, _ = sample_tokens(logits[slot : slot + 1], [params], numbers[slot : slot + 1])
        assert torch.equal(alone[0], together[slot]), params
    order = np.random.default_rng(1).permutation(len(MIXED))
    permuted, _ = sample_tokens(logits[order], [MIXED[slot] for slot in order], numbers[order])
    assert torch.equal(permuted, together[order])


def test_a_likelihood_depends_on_no_order_of_summation() -> None:
    """Numbers on the very border between two tokens fall on the same side whatever else is in the batch."""
    logits = random_logits(1, 2)
    exact = probabilities(logits[:, :, :1], SamplingParams(top_k=0))
    borders = np.cumsum(exact)[CODEBOOK_SIZE // 4 :: CODEBOOK_SIZE // 4][:CODEBOOKS].repeat(CODEBOOKS)[:CODEBOOKS]
    params = SamplingParams(top_k=0)
    alone, _ = sample_tokens(logits, [params], borders[None])
    for count in (2, 7, 64):
        crowd = torch.cat([random_logits(count - 1, count), logits])
        numbers = np.concatenate([uniforms(1, count - 1, CODEBOOKS), borders[None]])
        assert torch.equal(sample_tokens(crowd, [params] * count, numbers)[0][-1], alone[0])


def test_no_warmth_is_the_likeliest_whatever_the_number() -> None:
    logits, numbers = random_logits(6, 4), uniforms(5, 6, CODEBOOKS)
    mixed = logits[:, 1] + 3 * (logits[:, 0] - logits[:, 1])
    greedy = [SamplingParams(temperature=0)] * 6
    assert torch.equal(sample_tokens(logits, greedy, numbers)[0], mixed.argmax(dim=-1))
    assert torch.equal(sample_tokens(logits, [*greedy[:3], *MIXED[2:5]], numbers)[0][:3], mixed[:3].argmax(dim=-1))


@pytest.mark.parametrize("number", [0.0, 2.0**-60, np.nextafter(1.0, 0.0)])
@pytest.mark.parametrize("params", MIXED, ids=str)
def test_the_least_and_the_greatest_number_draw_what_is_likely_at_all(params: SamplingParams, number: float) -> None:
    logits = few_likely(seed=9)
    exact = probabilities(logits, replace(params, temperature=params.temperature or 1.0))
    assert (exact[draw(logits, params, np.full(CODEBOOKS, number))] > 0).all()


def test_extreme_logits_are_drawn_from_or_said_to_be_none() -> None:
    logits = random_logits(6, 6)
    logits[0] *= 1e4
    logits[1, :, :, 100] = 1e4
    logits[2, :, :, 100:] = -1e4
    logits[3, 0, 2, 5] = -torch.inf
    logits[4, 1, 0, 0] = torch.inf
    logits[5, 0, 0, 0] = torch.nan
    for params in MIXED:
        tokens, finite = sample_tokens(logits, [params] * 6, uniforms(1, 6, CODEBOOKS))
        assert finite.tolist() == [True, True, True, False, False, False]
        assert ((tokens[:3] >= 0) & (tokens[:3] < CODEBOOK_SIZE)).all()
        assert (tokens[1] == 100).all() or params.guidance != 1
        assert (tokens[2] < 100).all()


def test_numbers_that_are_none_in_one_slot_change_no_other() -> None:
    logits, numbers = random_logits(len(MIXED), 1), uniforms(3, len(MIXED), CODEBOOKS)
    expected, _ = sample_tokens(logits, MIXED, numbers)
    logits[2] = torch.nan
    logits[5] = torch.inf
    tokens, finite = sample_tokens(logits, MIXED, numbers)
    sound = torch.tensor([slot not in (2, 5) for slot in range(len(MIXED))])
    assert torch.equal(finite, sound)
    assert torch.equal(tokens[sound], expected[sound])


def test_what_is_spared_changes_no_token() -> None:
    logits, numbers = random_logits(len(MIXED), 4), uniforms(5, len(MIXED), CODEBOOKS)
    for params in ([one] * len(MIXED) for one in MIXED):
        tokens, _ = sample_on_device(logits, torch.from_numpy(pack_table(params, numbers)))
        assert torch.equal(tokens, sample_tokens(logits, params, numbers)[0])


def test_a_request_has_numbers_of_its_own_however_long_it_is() -> None:
    short, long, other = uniforms(5, 20, CODEBOOKS), uniforms(5, 50, CODEBOOKS), uniforms(6, 20, CODEBOOKS)
    np.testing.assert_array_equal(short, long[:20])
    assert not np.isin(short, other).any()
    assert ((long >= 0) & (long < 1)).all()
    assert uniforms(2**64 - 1, 1, CODEBOOKS).shape == (1, CODEBOOKS)
