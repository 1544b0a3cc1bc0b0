"""Greedy tokens of the engine on MusicGen small's full shape: audiocraft's and transformers', one by one.

`make test-slow`: some twenty minutes and 8 GB on two cores. The default tests do the same on a small shape.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache

import pytest
import torch
from torch import Tensor

from bench.generate.peers import Texts, audiocraft_model, audiocraft_tokens, transformers_model, transformers_tokens
from bench.musicgen_shapes import SMALL, random_text, random_weights
from models.musicgen.engine import Engine, GenerationRequest
from models.musicgen.sampling import SamplingParams
from models.musicgen.shape import WINDOW_FRAMES, Weights
from models.musicgen.step import Step
from models.musicgen.step_onnx import OnnxStep
from models.musicgen.step_torch import TorchStep

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(3600),
    pytest.mark.skipif(os.environ.get("AURAL_SLOW") != "1", reason="twenty minutes and 8 GB: run `make test-slow`"),
]

FRAMES = 500
TEXT_TOKENS = 12
GREEDY = SamplingParams(guidance=3.0, temperature=0.0)
POSITIONS = WINDOW_FRAMES + SMALL.longest_delay


def onnx_step(weights: Weights, requests: int) -> Step:
    return OnnxStep(weights, slots=requests, positions=POSITIONS, threads=torch.get_num_threads())


def torch_step(weights: Weights, requests: int) -> Step:
    return TorchStep(weights, torch.device("cpu"), torch.float32, slots=requests, positions=POSITIONS)


@cache
def weights() -> Weights:
    return random_weights(SMALL)


def texts_of(requests: int) -> Texts:
    return [random_text(SMALL, TEXT_TOKENS, seed) for seed in range(requests)]


@cache
def peers(requests: int) -> dict[str, Tensor]:
    """What each peer's own `generate` plays, (requests, codebooks, FRAMES)."""
    audiocraft = audiocraft_tokens(audiocraft_model(weights()), texts_of(requests), FRAMES)
    transformers = transformers_tokens(transformers_model(weights()), texts_of(requests), FRAMES)
    return {"audiocraft": audiocraft, "transformers": transformers}


@cache
def played(make: Callable[[Weights, int], Step], requests: int) -> Tensor:
    """What the engine plays of the same texts at once."""
    engine = Engine(make(weights(), requests), SMALL)
    sequences = [engine.add(GenerationRequest(text, FRAMES, seed=0, params=GREEDY)) for text in texts_of(requests)]
    while engine.sequences:
        engine.advance()
    return torch.stack([torch.from_numpy(one.tokens) for one in sequences])


@pytest.mark.parametrize("requests", [1, 3])
@pytest.mark.parametrize("make", [onnx_step, torch_step])
@pytest.mark.parametrize("peer", ["audiocraft", "transformers"])
def test_greedy_tokens_are_the_peers(peer: str, make: Callable[[Weights, int], Step], requests: int) -> None:
    expected, given = peers(requests)[peer], played(make, requests)
    assert given.shape == (requests, SMALL.codebooks, FRAMES)
    assert len(set(given.flatten().tolist())) > 50, "a tune of a few tokens would prove little"
    differing = (given != expected).nonzero()
    assert not len(differing), f"{len(differing)} tokens differ, the first at {differing[0].tolist()}"
