"""EnCodec's encoder, a second of sound at a time, against transformers' and audiocraft's of the whole."""

from __future__ import annotations

import gc
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from aural.types import Floats
from bench.codec import random_encodec
from models.cards import ENCODEC_32KHZ
from models.musicgen.codec_encoder import PORTION, Encoder
from models.musicgen.step import Ints
from models.weights import snapshot
from tests.serving import band

CPU = torch.device("cpu")
HOP = 640


@pytest.fixture
def model(hub_cache: Path) -> Any:
    """With an LSTM that matters: four times its inputs."""
    from transformers import EncodecModel

    model: Any = EncodecModel.from_pretrained(snapshot(ENCODEC_32KHZ, hub_cache))
    lstm = model.encoder.layers[-3].lstm
    with torch.no_grad():
        for layer in range(lstm.num_layers):
            getattr(lstm, f"weight_ih_l{layer}").mul_(4)
    return model


def music(frames: int) -> Floats:
    return band(frames * HOP / 32_000, rate_hz=32_000)[: frames * HOP].astype(np.float32)


def transformers_(model: Any, samples: Floats) -> Ints:
    """(codebooks, frames)"""
    with torch.inference_mode():
        tokens: Ints = model.encode(torch.tensor(samples)[None, None]).audio_codes[0, 0].numpy()
    return tokens


@pytest.mark.parametrize("frames", [1, 2, 3, 4, 10, PORTION - 1, PORTION, PORTION + 1, 2 * PORTION + 3, 300])
def test_tokens_are_transformers(model: Any, frames: int) -> None:
    samples = music(frames)
    expected = transformers_(model, samples)
    tokens = Encoder.load(model, device=CPU, channels=1).encode(samples)
    assert tokens.shape == (4, frames)
    assert frames < 100 or len(np.unique(tokens)) > 100, "the same few tokens would prove little"
    np.testing.assert_array_equal(tokens, expected)


def test_they_are_audiocrafts_in_stereo(model: Any) -> None:
    """Mono sound on both sides, whose codebooks alternate."""
    from audiocraft.models.encodec import HFEncodecCompressionModel, InterleaveStereoCompressionModel

    samples = music(120)
    stereo = InterleaveStereoCompressionModel(HFEncodecCompressionModel(model))
    with torch.inference_mode():
        expected = stereo.encode(torch.tensor(samples).expand(1, 2, -1))[0][0].numpy()
    tokens = Encoder.load(model, device=CPU, channels=2).encode(samples)
    assert tokens.shape == (8, 120)
    np.testing.assert_array_equal(tokens, expected)


@pytest.mark.parametrize("shortcut", [True, False])
def test_both_kinds_of_residual_block(shortcut: bool) -> None:
    model = random_encodec(hidden_size=16, num_filters=4, use_conv_shortcut=shortcut)
    samples = music(130)
    expected = transformers_(model, samples)
    np.testing.assert_array_equal(Encoder.load(model, device=CPU, channels=1).encode(samples), expected)


def test_silence_has_tokens_too(model: Any) -> None:
    tokens = Encoder.load(model, device=CPU, channels=1).encode(np.zeros(60 * HOP, np.float32))
    assert ((tokens >= 0) & (tokens < 2048)).all()


def test_a_turn_is_taken_for_each_second_and_what_it_raises_ends_the_work(model: Any) -> None:
    encoder = Encoder.load(model, device=CPU, channels=1)
    begun, ended = list[int](), list[int]()

    @contextmanager
    def turn() -> Iterator[None]:
        if len(begun) == 8:
            raise InterruptedError
        begun.append(len(begun))
        yield
        ended.append(len(begun))

    encoder.encode(music(3 * PORTION), turn)
    assert (len(begun), len(ended)) == (4, 4), "three seconds, and what all of them come to"
    with pytest.raises(InterruptedError):
        encoder.encode(music(9 * PORTION), turn)


def test_of_the_model_its_decoder_is_let_go() -> None:
    model = random_encodec(hidden_size=16, num_filters=4)
    decoder = weakref.ref(model.decoder)
    encoder = Encoder.load(model, device=CPU, channels=1)
    del model
    gc.collect()
    assert decoder() is None
    assert encoder.encode(music(3)).shape == (4, 3)


def test_its_speed_can_be_asked(model: Any) -> None:
    encoder = Encoder.load(model, device=CPU, channels=1)
    began_s = time.monotonic()
    assert 0 < encoder.measure_encoding_s() <= time.monotonic() - began_s
