"""What EnCodec's decoder is made of, as matrices over (time, channels): every convolution is one product of rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from models.musicgen.codec_span import PadMode

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
State = tuple[Floats, Floats]
"""What the LSTM remembers: hidden and cell, (layers, sides, width) each."""


@dataclass(frozen=True, eq=False)
class LinearWeights:
    """rows (n, inputs) @ `matrix` (inputs, outputs) + `bias` (outputs,)."""

    matrix: Floats
    bias: Floats


@dataclass(frozen=True, eq=False)
class LstmWeights:
    """One LSTM layer in torch's layout, gates i f g o. `inputs`, `past`: (4 * width, width); biases: (4 * width,)."""

    inputs: Floats
    past: Floats
    input_bias: Floats
    past_bias: Floats


@dataclass(frozen=True, eq=False)
class Stage:
    """Upsampling by `ratio`, then a residual block of three taps and one.

    `up`: rows (x[t], x[t - 1]) side by side -> `ratio` outputs side by side. `shortcut`: None where it is the identity.
    """

    ratio: int
    up: LinearWeights
    taps: LinearWeights
    point: LinearWeights
    shortcut: LinearWeights | None


@dataclass(frozen=True, eq=False)
class CodecWeights:
    """`codebooks`: (codebooks, size, width). `first`: seven taps of summed codebook entries. `last`: seven taps.

    `pad_mode`: what its convolutions read outside the clip.
    """

    codebooks: Floats
    first: LinearWeights
    memory: tuple[LstmWeights, ...]
    stages: tuple[Stage, ...]
    last: LinearWeights
    pad_mode: PadMode

    @property
    def hidden(self) -> int:
        """Width of the LSTM."""
        return len(self.first.bias)

    @property
    def ratios(self) -> tuple[int, ...]:
        return tuple(stage.ratio for stage in self.stages)

    @classmethod
    def from_model(cls, model: Any) -> CodecWeights:
        """From a transformers EncodecModel, weight norm folded in.

        Raises ValueError for a model that is not laid out as MusicGen's 32 kHz codec is.
        """
        _check(model.config)
        first, lstm, *rest, last = model.decoder.layers
        width = 3  # ELU, upsampling, residual block; before the last convolution stands one more ELU
        return cls(
            codebooks=np.stack([_floats(layer.codebook.embed) for layer in model.quantizer.layers]),
            first=_convolution(first),
            memory=tuple(_lstm_weights(lstm.lstm, layer) for layer in range(lstm.lstm.num_layers)),
            stages=tuple(_stage(up, block) for up, block in zip(rest[1:-1:width], rest[2:-1:width], strict=True)),
            last=_convolution(last),
            pad_mode=model.config.pad_mode,
        )


def _check(config: Any) -> None:
    expected = {
        "use_causal_conv": False,
        "norm_type": "weight_norm",
        "num_residual_layers": 1,
        "audio_channels": 1,
        "normalize": False,
        "kernel_size": 7,
        "last_kernel_size": 7,
        "residual_kernel_size": 3,
    }
    other = {name: getattr(config, name) for name, value in expected.items() if getattr(config, name) != value}
    if config.pad_mode not in get_args(PadMode):
        other["pad_mode"] = config.pad_mode
    if other:
        raise ValueError(
            f"This codec has {other}; only MusicGen's 32 kHz layout is decoded. Use facebook/encodec_32khz."
        )


def _stage(up: Any, block: Any) -> Stage:
    _, taps, _, point = block.block
    kernel = _floats(up.conv.weight)  # (inputs, outputs, 2 * ratio): the first half falls on x[t], the second on x[t-1]
    ratio = up.conv.stride[0]
    halves = [half.transpose(0, 2, 1).reshape(len(kernel), -1) for half in np.split(kernel, [ratio], axis=2)]
    return Stage(
        ratio=ratio,
        up=LinearWeights(np.concatenate(halves), np.tile(_floats(up.conv.bias), ratio)),
        taps=_convolution(taps),
        point=_convolution(point),
        shortcut=_convolution(block.shortcut) if hasattr(block.shortcut, "conv") else None,
    )


def _convolution(layer: Any) -> LinearWeights:
    """(outputs, inputs, taps) -> rows of taps side by side, tap by tap."""
    kernel = _floats(layer.conv.weight)
    return LinearWeights(
        np.ascontiguousarray(kernel.transpose(2, 1, 0).reshape(-1, len(kernel))), _floats(layer.conv.bias)
    )


def _lstm_weights(lstm: Any, layer: int) -> LstmWeights:
    names = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
    return LstmWeights(*(_floats(getattr(lstm, f"{name}_l{layer}")) for name in names))


def _floats(tensor: Tensor) -> Floats:
    return np.ascontiguousarray(tensor.detach().float().cpu().numpy())
