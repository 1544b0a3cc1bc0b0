"""Windows that slide on: audiocraft's own bookkeeping, and the tokens that it generates past the trained length."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from models.cards import MUSICGEN
from models.musicgen.engine import Engine, GenerationRequest
from models.musicgen.load import load_musicgen
from models.musicgen.sampling import SamplingParams
from models.musicgen.shape import FRAMES_PER_S
from models.musicgen.windows import Window, windows_of
from tests.models.musicgen.weights import EXACT, LIVELINESS, StepMaker, lively

CARD = MUSICGEN["musicgen-small"]
TEXT = "calm piano"
LONGEST, STRIDE, FRAMES = 25, 15, 62
"""1500, 900 and up to 6000 in earnest: the same arithmetic."""


@pytest.fixture(scope="module")
def audiocrafts(hub_cache: Path) -> Any:
    from audiocraft.models.musicgen import MusicGen

    model = MusicGen.get_pretrained(CARD.repo, device="cpu")
    for embedding in model.lm.emb:
        embedding.weight.data *= LIVELINESS
    return model


def seconds(frames: int) -> float:
    """Half a frame more: audiocraft rounds a product down."""
    return (frames + 0.5) / FRAMES_PER_S


def audiocraft_generates(model: Any, frames: int, longest: int, stride: int, opening: Tensor | None = None) -> Tensor:
    """(codebooks, frames), greedily, in windows; `opening`: (codebooks, known), what the first of them are."""
    model.max_duration = seconds(longest)
    model.set_generation_params(use_sampling=False, duration=seconds(frames), extend_stride=seconds(stride))
    attributes, _ = model._prepare_tokens_and_attributes([TEXT], None)
    with torch.no_grad():
        tokens: Tensor = model._generate_tokens(attributes, None if opening is None else opening[None])
    return tokens[0]


def test_windows_are_audiocrafts(audiocrafts: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Window] = []

    def count_on(prompt: Tensor | None, _attributes: object, *, max_gen_len: int, **_: object) -> Tensor:
        """A language model that writes on each frame its number, going on from the prompt."""
        known = 0 if prompt is None else prompt.shape[-1]
        origin = made[-1].origin + made[-1].length - known if made else 0
        assert prompt is None or prompt[0, 0].tolist() == list(range(origin, origin + known))
        made.append(Window(origin, known, max_gen_len))
        return torch.arange(origin, origin + max_gen_len).expand(1, 4, -1)

    monkeypatch.setattr(audiocrafts.lm, "generate", count_on)
    source = np.random.default_rng(1)
    for _ in range(200):
        longest = int(source.integers(2, 60))
        stride, frames = int(source.integers(1, longest)), int(source.integers(1, 300))
        known = int(source.integers(0, min(frames, longest)))
        made.clear()
        opening = torch.arange(known).expand(4, -1) if known else None
        tokens = audiocraft_generates(audiocrafts, frames, longest, stride, opening)
        assert tokens[0].tolist() == list(range(frames))
        assert windows_of(frames, longest, stride, known) == tuple(made), (frames, longest, stride, known)


@pytest.mark.parametrize("known", [0, 8])
@pytest.mark.parametrize("make", EXACT)
def test_past_the_trained_length_tokens_are_audiocrafts(
    audiocrafts: Any, hub_cache: Path, make: StepMaker, known: int
) -> None:
    parts = load_musicgen(CARD, hub_cache)
    weights = lively(parts.weights)
    step = make(weights, 2, LONGEST + weights.shape.longest_delay)
    engine = Engine(step, weights.shape, window_frames=LONGEST, stride_frames=STRIDE)
    opening = np.random.default_rng(3).integers(0, 2048, (4, known)) if known else None
    generation = GenerationRequest(
        parts.text.encode(TEXT), FRAMES, seed=1, params=SamplingParams(temperature=0), opening=opening
    )
    sequence = engine.add(generation)
    engine.add(GenerationRequest(parts.text.encode("rock drums"), FRAMES - 20, seed=2))
    while engine.sequences:
        engine.advance()
    prompt = None if opening is None else torch.from_numpy(opening)
    expected = audiocraft_generates(audiocrafts, FRAMES, LONGEST, STRIDE, prompt)
    assert len(np.unique(expected)) > 20, "a tune of a few tokens would prove little"
    np.testing.assert_array_equal(sequence.tokens, expected.numpy())
