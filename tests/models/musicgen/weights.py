"""Decoders small enough for the default tests, with random weights, and the steps that are to agree over them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import torch

from bench.musicgen_shapes import random_text, random_weights
from models.musicgen.family import MONO_DELAYS, STEREO_DELAYS
from models.musicgen.precision import calibrate_cache_scales
from models.musicgen.shape import Shape, Weights
from models.musicgen.step import Step
from models.musicgen.step_onnx import OnnxStep
from models.musicgen.step_torch import TorchStep

MONO = Shape(layers=2, width=64, heads=4, feedforward=256, delays=MONO_DELAYS)
STEREO = replace(MONO, delays=STEREO_DELAYS)
LIVELINESS = 8


@cache
def small_weights(shape: Shape = MONO) -> Weights:
    return lively(random_weights(shape))


def lively(weights: Weights) -> Weights:
    """What was played weighs more than where in time it stands: a small model repeats one token otherwise."""
    return replace(weights, embeddings=weights.embeddings.float() * LIVELINESS)


def onnx_fp32(weights: Weights, slots: int, positions: int) -> Step:
    return OnnxStep(weights, slots=slots, positions=positions, threads=1)


def onnx_int8(weights: Weights, slots: int, positions: int) -> Step:
    """Weights and cache."""
    scales = calibrate_cache_scales(weights, [random_text(weights.shape, 7, 1)], threads=1)
    return OnnxStep(weights, slots=slots, positions=positions, threads=1, precision="int8", scales=scales)


def torch_fp32(weights: Weights, slots: int, positions: int) -> Step:
    return TorchStep(weights, torch.device("cpu"), torch.float32, slots=slots, positions=positions)


StepMaker = Callable[[Weights, int, int], Step]
"""Of weights, slots and positions."""
EXACT: tuple[StepMaker, ...] = (onnx_fp32, torch_fp32)
ALL: tuple[StepMaker, ...] = (*EXACT, onnx_int8)
