"""Greedy tokens are audiocraft's and transformers', one by one, from the text on. (tests/slow: the same in full size.)

Batches are of texts of one length: audiocraft does not mask padding.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from models.cards import MUSICGEN, T5_BASE
from models.musicgen.engine import Engine, GenerationRequest
from models.musicgen.load import load_musicgen
from models.musicgen.sampling import SamplingParams
from models.musicgen.shape import PAD
from models.weights import snapshot
from tests.converted import write_musicgen_transformers
from tests.models.musicgen.weights import EXACT, LIVELINESS, StepMaker, lively

FRAMES = 500
TEXTS = {1: ("calm piano. bpm: 96",), 3: ("calm piano", "rock drums", "jazz synth")}
MONO, STEREO = "musicgen-small", "musicgen-stereo-small"
CASES = [(MONO, 1), (MONO, 3), (STEREO, 3)]


@cache
@torch.no_grad()
def audiocrafts(name: str, requests: int) -> Tensor:
    """(requests, codebooks, FRAMES) by its language model's own `generate`."""
    from audiocraft.models.loaders import load_lm_model
    from audiocraft.modules.conditioners import ConditioningAttributes

    model: Any = load_lm_model(MUSICGEN[name].repo, device="cpu")
    for embedding in model.emb:
        embedding.weight *= LIVELINESS
    conditions = [ConditioningAttributes(text={"description": text}) for text in TEXTS[requests]]
    tokens: Tensor = model.generate(conditions=conditions, max_gen_len=FRAMES, use_sampling=False, cfg_coef=3.0)
    return tokens


class Listening(torch.nn.Module):
    """Stands where the codec is in transformers' model, which returns sound alone: keeps the tokens it is to decode."""

    def __init__(self, codec: Any):
        super().__init__()
        self.config = codec.config
        self.heard: list[Tensor] = []

    def decode(self, audio_codes: Tensor, audio_scales: Any, **_: Any) -> Any:
        """`audio_codes`: (1, requests, codebooks, frames)."""
        from transformers.models.encodec.modeling_encodec import EncodecDecoderOutput

        self.heard.append(audio_codes[0])
        return EncodecDecoderOutput(audio_values=torch.zeros(audio_codes.shape[1], 1, audio_codes.shape[3]))


@cache
@torch.no_grad()
def transformers_(name: str, requests: int, folder: Path, scratch: Path) -> Tensor:
    """(requests, codebooks, FRAMES) by its whole model's own `generate`, from the converted checkpoint."""
    from transformers import MusicgenForConditionalGeneration, T5Tokenizer

    converted = scratch / name
    if not converted.exists():
        write_musicgen_transformers(converted, folder, stereo=name == STEREO)
    model: Any = MusicgenForConditionalGeneration.from_pretrained(converted, local_files_only=True)
    for embedding in model.decoder.model.decoder.embed_tokens:
        embedding.weight *= LIVELINESS
    model.audio_encoder = listening = Listening(model.audio_encoder)
    tokenizer = T5Tokenizer.from_pretrained(snapshot(T5_BASE, folder), local_files_only=True)
    inputs = tokenizer(list(TEXTS[requests]), return_tensors="pt")
    longest = FRAMES + 4  # the pattern's delay, and no more than that
    model.generate(**inputs, do_sample=False, guidance_scale=3.0, max_length=longest, pad_token_id=PAD)
    if name == MONO:
        return listening.heard[0]
    return torch.stack(listening.heard, dim=2).flatten(1, 2)  # left and right in turn, as the decoder has them


@cache
def played(make: StepMaker, name: str, requests: int, folder: Path) -> Tensor:
    """(requests, codebooks, FRAMES) by the engine, all joined at once."""
    parts = load_musicgen(MUSICGEN[name], folder)
    weights = lively(parts.weights)
    texts = [parts.text.encode(text) for text in TEXTS[requests]]
    assert len({len(text) for text in texts}) == 1
    engine = Engine(make(weights, requests, FRAMES + 4), weights.shape, window_frames=FRAMES)
    generations = [
        GenerationRequest(text, FRAMES, seed=0, params=SamplingParams(guidance=3.0, temperature=0)) for text in texts
    ]
    sequences = [engine.add(generation) for generation in generations]
    while engine.sequences:
        engine.advance()
    return torch.stack([torch.from_numpy(one.tokens) for one in sequences])


def assert_same(given: Tensor, expected: Tensor) -> None:
    assert given.shape == expected.shape
    assert given.shape[-1] == FRAMES
    assert len(np.unique(given)) > 100, "a tune of a few tokens would prove little"
    differing = (given != expected).nonzero()
    assert not len(differing), f"{len(differing)} tokens differ, the first at {differing[0].tolist()}"


@pytest.mark.parametrize(("name", "requests"), CASES)
@pytest.mark.parametrize("make", EXACT)
def test_greedy_tokens_are_audiocrafts(hub_cache: Path, make: StepMaker, name: str, requests: int) -> None:
    assert_same(played(make, name, requests, hub_cache), audiocrafts(name, requests))


@pytest.mark.parametrize(("name", "requests"), CASES)
@pytest.mark.parametrize("make", EXACT)
def test_greedy_tokens_are_transformers(
    hub_cache: Path, tmp_path_factory: pytest.TempPathFactory, make: StepMaker, name: str, requests: int
) -> None:
    scratch = tmp_path_factory.getbasetemp()
    assert_same(played(make, name, requests, hub_cache), transformers_(name, requests, hub_cache, scratch))
