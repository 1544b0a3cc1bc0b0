"""EnCodec in chunks against transformers' and audiocraft's whole decode, over a small random codec."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from bench.codec import random_encodec
from models.cards import ENCODEC_32KHZ
from models.musicgen.codec import ChunkSizes, Codec
from models.musicgen.codec_torch import TorchNetwork
from models.musicgen.codec_weights import CodecWeights
from models.weights import snapshot

CPU = torch.device("cpu")
HOP = 640
Ints = NDArray[np.int64]
Floats = NDArray[np.float32]


@pytest.fixture(scope="module", params=["reflect", "constant"])
def model(request: pytest.FixtureRequest, hub_cache: Path) -> Any:
    """The test checkpoint's codec, with an LSTM that matters and remembers long: half is left after 100 frames."""
    from transformers import EncodecModel

    model: Any = EncodecModel.from_pretrained(snapshot(ENCODEC_32KHZ, hub_cache), pad_mode=request.param)
    lstm = model.decoder.layers[1].lstm
    with torch.no_grad():
        for layer in range(lstm.num_layers):
            getattr(lstm, f"weight_ih_l{layer}").mul_(4)
            getattr(lstm, f"bias_ih_l{layer}")[lstm.hidden_size : 2 * lstm.hidden_size] = 5
    return model


@pytest.fixture(scope="module", params=["onnxruntime", "torch"])
def codec(request: pytest.FixtureRequest, model: Any) -> Codec:
    return loaded(model, request.param, channels=1)


def loaded(model: Any, back_end: str, channels: int) -> Codec:
    if back_end == "onnxruntime":
        return Codec.load(model, device=CPU, channels=channels, threads=1)
    weights = CodecWeights.from_model(model)  # what a GPU runs, here on the CPU
    return Codec.from_network(TorchNetwork(weights, device=CPU), weights, channels, ChunkSizes(10, 50))


def tokens_of(frames: int, codebooks: int = 4, seed: int = 0) -> Ints:
    return np.random.default_rng(seed).integers(0, 2048, (codebooks, frames))


def whole(model: Any, tokens: Ints) -> Floats:
    """transformers' decode of (4, frames) -> (1, time)."""
    with torch.inference_mode():
        audio = model.decode(torch.from_numpy(tokens)[None, None], [None])[0]
    return np.asarray(audio[0].numpy())


def streamed(codec: Codec, tokens: Ints, portion: int) -> Floats:
    stream = codec.start(tokens.shape[1])
    portions = [tokens[:, start : start + portion] for start in range(0, tokens.shape[1], portion)]
    return np.concatenate([stream.push(one) for one in portions], axis=1)


def error_db(heard: Floats, expected: Floats) -> float:
    """The greatest difference, against the greatest sample."""
    assert heard.shape == expected.shape
    return float(20 * np.log10(max(np.abs(heard - expected).max(), 1e-12) / np.abs(expected).max()))


@pytest.mark.parametrize("frames", [1, 2, 3, 4, 5, 9, 10, 11, 14, 36, 61, 200])
def test_a_decode_is_transformers_decode(codec: Codec, model: Any, frames: int) -> None:
    tokens = tokens_of(frames)
    assert error_db(codec.decode(tokens), whole(model, tokens)) < -110


@pytest.mark.parametrize("frames", [1, 3, 4, 5, 23, 90])
@pytest.mark.parametrize("chunk", [1, 2, 3, 7, 32])
def test_chunks_of_any_size_join_to_the_whole(codec: Codec, model: Any, frames: int, chunk: int) -> None:
    tokens = tokens_of(frames)
    cut = replace(codec, chunks=ChunkSizes(chunk, chunk))
    assert error_db(streamed(cut, tokens, portion=5), whole(model, tokens)) < -110


def test_it_is_also_audiocrafts_decode(hub_cache: Path, model: Any) -> None:
    from audiocraft.models.encodec import HFEncodecCompressionModel, InterleaveStereoCompressionModel

    tokens = tokens_of(60, codebooks=8)
    stereo = InterleaveStereoCompressionModel(HFEncodecCompressionModel(model))
    with torch.inference_mode():
        expected = np.asarray(stereo.decode(torch.from_numpy(tokens)[None])[0].numpy())
    for back_end in ("onnxruntime", "torch"):
        heard = streamed(loaded(model, back_end, channels=2), tokens, portion=4)
        assert heard.shape == (2, 60 * HOP)
        assert error_db(heard, expected) < -110
        assert error_db(heard[::-1], expected) > -20, "the two sides differ"


@pytest.mark.parametrize("skipped", [1, 2, 3, 25, 26, 60, 89])
def test_what_is_unheard_is_remembered_and_not_given(codec: Codec, model: Any, skipped: int) -> None:
    tokens = tokens_of(90)
    heard = whole(model, tokens)[:, skipped * HOP :]
    outcomes = []
    for portion in (1, 7, 90):
        stream = codec.start(90, skipped)
        outcomes.append(np.concatenate([stream.push(tokens[:, at : at + portion]) for at in range(0, 90, portion)], 1))
    assert error_db(outcomes[0], heard) < -110
    np.testing.assert_array_equal(outcomes[0], outcomes[1])
    np.testing.assert_array_equal(outcomes[0], outcomes[2])


def test_sound_behind_what_is_unheard_comes_as_soon_as_at_a_start(codec: Codec) -> None:
    tokens, first = tokens_of(100), codec.chunks.first
    stream = codec.start(100, skipped=50)
    assert stream.push(tokens[:, : 50 + first + 3]).shape == (1, 0)
    assert stream.push(tokens[:, 50 + first + 3 : 50 + first + 4]).shape == (1, first * HOP)


def test_this_lstm_remembers_further_than_any_overlap(model: Any) -> None:
    """Without its state a chunk sounds different: what the other tests measure is there to be measured."""
    tokens = tokens_of(120)
    tail = whole(model, tokens[:, 60:])[:, 30 * HOP :]
    assert error_db(tail, whole(model, tokens)[:, 90 * HOP :]) > -60


def test_bytes_do_not_depend_on_when_tokens_came(codec: Codec) -> None:
    tokens = tokens_of(75)
    expected = codec.decode(tokens)
    for portion in (1, 2, 13, 74, 75):
        np.testing.assert_array_equal(streamed(codec, tokens, portion), expected)


def test_streams_side_by_side_do_not_hear_each_other(codec: Codec) -> None:
    clips = [tokens_of(60, seed=seed) for seed in range(3)]
    streams = [codec.start(60) for _ in clips]
    heard: list[list[Floats]] = [[] for _ in clips]
    for start in range(0, 60, 6):
        for stream, parts, clip in zip(streams, heard, clips, strict=True):
            parts.append(stream.push(clip[:, start : start + 6]))
    for parts, clip in zip(heard, clips, strict=True):
        np.testing.assert_array_equal(np.concatenate(parts, axis=1), codec.decode(clip))


def test_sound_comes_as_soon_as_four_frames_more_are_known(codec: Codec) -> None:
    first = codec.chunks.first
    tokens = tokens_of(100)
    stream = codec.start(100)
    assert stream.push(tokens[:, : first + 3]).shape == (1, 0)
    assert stream.push(tokens[:, first + 3 : first + 4]).shape == (1, first * HOP)
    assert stream.push(tokens[:, :0]).shape == (1, 0)
    rest = stream.push(tokens[:, first + 4 :])
    assert rest.shape == (1, (100 - first) * HOP)


def test_sound_that_is_out_does_not_depend_on_later_tokens(codec: Codec) -> None:
    ready = codec.chunks.first + 4
    one, other = tokens_of(40), tokens_of(40, seed=1)
    other[:, :ready] = one[:, :ready]
    heard = codec.start(40).push(one[:, :ready])
    assert heard.shape == (1, codec.chunks.first * HOP)
    np.testing.assert_array_equal(heard, codec.decode(one)[:, : heard.shape[1]])
    np.testing.assert_array_equal(heard, codec.decode(other)[:, : heard.shape[1]])


@pytest.mark.parametrize("shortcut", [True, False])
def test_both_kinds_of_residual_block(shortcut: bool) -> None:
    """facebook/encodec_32khz adds the block's own input; transformers' default is a convolution of it."""
    model = random_encodec(hidden_size=16, num_filters=4, use_conv_shortcut=shortcut)
    tokens = tokens_of(45)
    for back_end in ("onnxruntime", "torch"):
        assert error_db(loaded(model, back_end, channels=1).decode(tokens), whole(model, tokens)) < -110


def test_another_layout_is_refused() -> None:
    from transformers import EncodecConfig, EncodecModel

    causal: Any = EncodecModel(EncodecConfig(num_filters=4, hidden_size=16, codebook_size=64))
    with pytest.raises(ValueError, match=r"use_causal_conv.*facebook/encodec_32khz"):
        Codec.load(causal, device=CPU, channels=1, threads=1)
