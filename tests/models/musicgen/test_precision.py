"""Which numbers the decoder computes in, and how far an int8 cache reaches."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor

from bench.musicgen_shapes import random_text, random_weights
from models.devices import MissingDevice
from models.musicgen.engine import Engine, GenerationRequest
from models.musicgen.graph import INT8_RANGE
from models.musicgen.precision import CALIBRATION_FRAMES, HEADROOM, ON, calibrate_cache_scales, choose_precision
from models.musicgen.shape import Shape, Weights
from models.musicgen.step_onnx import OnnxStep
from tests.slow.check_step_gpu import random_tokens

SHAPE = Shape(layers=2, width=128, heads=4, feedforward=512, delays=(0, 1, 2, 3))
TEXTS = [random_text(SHAPE, 20, 1), random_text(SHAPE, 70, 2)]
Scales = NDArray[np.float32]


@pytest.fixture(scope="module")
def weights() -> Weights:
    return random_weights(SHAPE)


@pytest.fixture(scope="module")
def scales(weights: Weights) -> Scales:
    return calibrate_cache_scales(weights, TEXTS, threads=1)


def a_step(weights: Weights, scales: NDArray[Any] | None = None) -> OnnxStep:
    """int8 weights; the cache in int8 where it has scales."""
    return OnnxStep(weights, slots=1, positions=256, threads=1, precision="int8", scales=scales)


def told(step: OnnxStep, frames: int = 200) -> Tensor:
    """Logits (frames, 2, codebooks, size) of known tokens and a text that no calibration has heard."""
    tokens = random_tokens(SHAPE, frames, 5)
    step.start_slot(0, random_text(SHAPE, 30, 7))
    return torch.stack([step(tokens[[at]], np.array([at]))[0].clone() for at in range(frames)])


@pytest.mark.parametrize(
    ("setting", "device", "precision"),
    [
        ("auto", "cpu", "fp32"),
        ("auto", "cuda", "fp16"),
        ("auto", "cuda:1", "fp16"),
        ("fp32", "cpu", "fp32"),
        ("int8", "cpu", "int8"),
        ("fp32", "cuda", "fp32"),
        ("bf16", "cuda:1", "bf16"),
        ("fp16", "cuda", "fp16"),
        ("auto", "mps", "fp32"),
        ("fp16", "mps", "fp16"),
    ],
)
def test_the_operator_decides_and_else_the_kind_of_device(setting: str, device: str, precision: str) -> None:
    assert choose_precision(setting, torch.device(device)) == precision


@pytest.mark.parametrize(
    ("setting", "device", "sentence"),
    [
        ("bf16", "cpu", "AURAL_PRECISION is 'bf16'; on cpu it must be auto or fp32, int8."),
        ("int8", "cuda:0", "AURAL_PRECISION is 'int8'; on cuda it must be auto or fp16, bf16, fp32."),
        ("bf16", "mps", "AURAL_PRECISION is 'bf16'; on mps it must be auto or fp32, fp16."),
        ("", "cpu", "AURAL_PRECISION is ''; on cpu it must be auto or fp32, int8."),
    ],
)
def test_what_a_device_does_not_compute_is_refused(setting: str, device: str, sentence: str) -> None:
    with pytest.raises(MissingDevice) as raised:
        choose_precision(setting, torch.device(device))
    assert str(raised.value) == sentence


def test_every_kind_of_device_has_a_choice() -> None:
    assert {"cpu", "cuda", "mps"} == set(ON)


def test_calibration_gives_the_same_scales_again(weights: Weights, scales: Scales) -> None:
    assert scales.shape == (2, SHAPE.layers, SHAPE.width)
    assert scales.dtype == np.float32
    np.testing.assert_array_equal(scales, calibrate_cache_scales(weights, TEXTS, threads=1))


def test_scales_hold_what_was_seen_and_half_as_much_again(weights: Weights, scales: Scales) -> None:
    step = OnnxStep(weights, slots=len(TEXTS), positions=CALIBRATION_FRAMES + 8, threads=1, precision="int8")
    engine = Engine(step, SHAPE, window_frames=CALIBRATION_FRAMES)
    seen = np.zeros_like(scales)
    for seed, text in enumerate(TEXTS):
        engine.add(GenerationRequest(text, CALIBRATION_FRAMES, seed))
    while not engine.advance():
        seen = np.maximum(seen, step.cache_abs_max())
    assert (scales * INT8_RANGE >= 0.999 * HEADROOM * seen).all()
    assert (scales * INT8_RANGE <= 1.2 * HEADROOM * seen).all(), "and waste no levels"


def test_other_music_fits_into_them(weights: Weights, scales: Scales) -> None:
    step = a_step(weights)
    told(step)
    reached = step.cache_abs_max() / (scales * INT8_RANGE)
    assert (reached <= 1).mean() > 0.9
    assert reached.max() < 1.6


def test_a_channel_that_is_silent_has_a_scale_all_the_same(weights: Weights) -> None:
    first, *others = weights.layers
    mute = first.qkv.clone()
    mute[2 * SHAPE.width + 3] = 0  # the fourth channel of the values
    silenced = replace(weights, layers=(replace(first, qkv=mute), *others))
    scales = calibrate_cache_scales(silenced, TEXTS, threads=1)
    assert 0 < scales[1, 0, 3] <= 1e-6
    assert told(a_step(silenced, scales), 20).isfinite().all()


def test_an_int8_cache_is_near_the_fp32_cache(weights: Weights, scales: Scales) -> None:
    full, small = told(a_step(weights)), told(a_step(weights, scales))
    assert not torch.equal(full, small)
    assert (full - small).std() < 0.02 * full.std()
    assert (full - small).abs().max() < 0.3


def test_what_is_beyond_the_scales_is_cut_off_and_does_not_wrap_around(weights: Weights, scales: Scales) -> None:
    full, narrow = a_step(weights), a_step(weights, scales / 4)
    for step in (full, narrow):
        told(step, 64)
    kept, cut = (step._cache[0].array[:2, :, :64] for step in (full, narrow))
    levels = kept / (scales[0, 0] / 4).reshape(1, SHAPE.heads, 1, SHAPE.head_width)
    assert (np.abs(levels) > 128.5).mean() > 0.01, "there is something to cut off"
    np.testing.assert_allclose(cut, np.clip(levels, -128, INT8_RANGE), atol=0.51)
