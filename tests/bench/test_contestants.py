"""Contestants stand where they are said to: what is timed at frame 1450 has 1450 positions behind it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from bench.generate.contestants import Audiocraft, Ours, Transformers
from bench.generate.peers import audiocraft_model, transformers_model
from bench.generate.timing import PLACES
from bench.musicgen_shapes import random_text, random_weights
from models.musicgen.embedding import sinusoids
from models.musicgen.engine import PREFILL
from models.musicgen.shape import Shape
from models.musicgen.step import Ints
from models.musicgen.step_onnx import OnnxStep

TINY = Shape(layers=2, width=64, heads=4, feedforward=256, delays=(0, 1, 2, 3))
POSITIONS = 1503
BATCH = 2
TEXT_TOKENS = 9
WEIGHTS, TEXT = random_weights(TINY), random_text(TINY, TEXT_TOKENS, 0)


def transformers_with(*, static: bool) -> tuple[Transformers, Any]:
    model = transformers_model(WEIGHTS)
    return Transformers("transformers", model, TEXT, static=static, threads=1), model.model.decoder.layers[0]


def audiocraft() -> tuple[Audiocraft, Any]:
    model = audiocraft_model(WEIGHTS)
    return Audiocraft("audiocraft", model, TEXT, threads=1), model.transformer.layers[0]


def attention_heard(monkeypatch: pytest.MonkeyPatch) -> list[Tensor]:
    """The keys (rows, heads, keys, width) that each attention from now on may look at, mask applied."""
    heard: list[Tensor] = []
    real = torch.nn.functional.scaled_dot_product_attention

    def listening(query: Tensor, key: Tensor, value: Tensor, attn_mask: Tensor | None = None, **rest: Any) -> Tensor:
        heard.append(key if attn_mask is None else key[:, :, attn_mask[0, 0, 0]])
        return real(query, key, value, attn_mask=attn_mask, **rest)

    monkeypatch.setattr(torch.nn.functional, "scaled_dot_product_attention", listening)
    return heard


@pytest.mark.parametrize(
    "made",
    [lambda: transformers_with(static=False), lambda: transformers_with(static=True), audiocraft],
    ids=["transformers, growing", "transformers, static", "audiocraft"],
)
def test_peers_stand_at_the_place(
    made: Callable[[], tuple[Transformers | Audiocraft, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What enters the first layer is the tokens' embeddings and that position's sinusoid; as many keys are looked at as
    there are positions, with its own, and every one of them was filled."""
    peer, first_layer = made()
    entered: list[Tensor] = []
    first_layer.register_forward_pre_hook(lambda _, given: entered.append(given[0]))
    keys = attention_heard(monkeypatch)
    for place in PLACES:
        peer.enter(BATCH, place)
        for position in (place, place + 1):
            tokens = peer._tokens.reshape(BATCH, TINY.codebooks).tile(2, 1)
            keys.clear()
            peer.step()
            tables = zip(WEIGHTS.embeddings, tokens.T, strict=True)
            place_in_time = entered.pop()[:, 0] - torch.stack([table[of] for table, of in tables]).sum(dim=0)
            expected = sinusoids(POSITIONS, TINY.width)[position].expand(2 * BATCH, -1)
            torch.testing.assert_close(place_in_time, expected, atol=1e-4, rtol=0)
            assert [one.shape[2] for one in keys] == [position + 1, TEXT_TOKENS] * TINY.layers
            assert all(bool(one.any(dim=-1).all()) for one in keys[::2])
        peer.leave()


class Overheard(OnnxStep):
    """Keeps what its slot 0 was filled with, and what it was asked last and said."""

    def __init__(self) -> None:
        super().__init__(WEIGHTS, slots=BATCH, positions=POSITIONS, threads=1)
        self.filled = np.zeros((0, TINY.codebooks), np.int64)

    def prefill(self, slot: int, tokens: Ints, start: int) -> None:
        assert (slot, start) == (0, len(self.filled))
        self.filled = np.concatenate([self.filled, tokens])
        super().prefill(slot, tokens, start)

    def __call__(self, tokens: Ints, positions: Ints) -> Tensor:
        self.asked, self.said = tokens, super().__call__(tokens, positions).clone()
        return self.said


def test_ours_stands_at_the_place() -> None:
    """In every slot it says what a step says that was given just that many of the same tokens."""
    overheard, alone = Overheard(), OnnxStep(WEIGHTS, slots=1, positions=POSITIONS, threads=1)
    ours = Ours("ours", overheard, TINY, TEXT)
    for place in reversed(PLACES):  # from the end, since a step writes over what was filled
        ours.enter(BATCH, place)
        ours.step()
        alone.start(0, TEXT)
        for start in range(0, place, PREFILL):
            alone.prefill(0, overheard.filled[start : min(place, start + PREFILL)], start)
        for asked, said in zip(overheard.asked, overheard.said, strict=True):
            torch.testing.assert_close(said, alone(asked[None], np.array([place]))[0], atol=1e-4, rtol=0)
