"""EnCodec's decoder in torch, for GPUs: the same look-ups and products as codec_graph's."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from models.musicgen.codec_span import Rows, SpanIndices
from models.musicgen.codec_weights import CodecWeights, Floats, Ints, LinearWeights, LstmWeights, Stage, State

Linear = tuple[Tensor, Tensor]
"""Matrix (outputs, inputs) and bias, as torch's linear layers take them."""


class TorchNetwork:
    """Both halves of the decoder, before and after the LSTM's output. See codec.Network."""

    def __init__(self, weights: CodecWeights, *, device: torch.device):
        self._device = device
        self._codebooks = self._to_device(weights.codebooks)
        self._first = self._to_linear(weights.first)
        self._lstm = _lstm(weights.memory).to(device).eval()
        self._stages = [self._stage(stage) for stage in weights.stages]
        self._last = self._to_device(weights.last.matrix.reshape(7, -1)), self._to_device(weights.last.bias)
        self._zeros = 1 if weights.pad_mode == "constant" else 0  # rows of zeros after the last
        self._rows = functools.lru_cache(maxsize=16)(self._upload_rows)  # most chunks look the same rows up
        self._stream = _own_stream(device)

    def run_lstm(self, tokens: Ints, rows: Rows, memory: State) -> tuple[Floats, State]:
        with torch.inference_mode(), torch.cuda.stream(self._stream):
            return self._lstm_forward(tokens, rows, memory)

    def run_decoder(self, lstm_out: Floats, span: SpanIndices) -> Floats:
        with torch.inference_mode(), torch.cuda.stream(self._stream):
            return self._render(lstm_out, span)

    def _lstm_forward(self, tokens: Ints, rows: Rows, memory: State) -> tuple[Floats, State]:
        placed = self._to_device(tokens)
        summed = sum(F.embedding(one, table) for one, table in zip(placed, self._codebooks, strict=True))
        assert isinstance(summed, Tensor)
        taps = F.pad(summed, (0, 0, 0, 0, 0, 1))[self._to_device(rows)]  # (wanted, 7, sides, width)
        entering = F.linear(taps.transpose(1, 2).flatten(2), *self._first)
        state = (self._to_device(memory[0]), self._to_device(memory[1]))
        # cuDNN would round an LSTM's inputs to 10 bits otherwise.
        with torch.backends.cudnn.flags(enabled=True, allow_tf32=False):
            lstm_out, (hidden, cell) = self._lstm(entering, state)
        return (lstm_out + entering).cpu().numpy(), (hidden.cpu().numpy(), cell.cpu().numpy())

    def _render(self, lstm_out: Floats, span: SpanIndices) -> Floats:
        rows = self._to_device(lstm_out)
        stages, last = self._rows(span)
        for parts, numbers in zip(self._stages, stages, strict=True):
            rows = parts(rows, *numbers, self._zeros)
        matrix, bias = self._last
        products = F.pad(F.linear(F.elu(rows), matrix).flatten(), (0, self._zeros))
        samples: Floats = (products[last].sum(1) + bias).cpu().numpy()
        return samples

    def _upload_rows(self, span: SpanIndices) -> tuple[list[tuple[Tensor, Tensor, int]], Tensor]:
        stages = [(self._to_device(stage.up), self._to_device(stage.taps), stage.start) for stage in span.stages]
        return stages, self._to_device(span.last)

    def _to_device(self, array: Floats | Ints) -> Tensor:
        return torch.from_numpy(array).to(self._device)

    def _to_linear(self, product: LinearWeights) -> Linear:
        return self._to_device(product.matrix).T.contiguous(), self._to_device(product.bias)

    def _stage(self, stage: Stage) -> _TorchStage:
        up, taps, point = (self._to_linear(product) for product in (stage.up, stage.taps, stage.point))
        return _TorchStage(up, taps, point, None if stage.shortcut is None else self._to_linear(stage.shortcut))


@dataclass(frozen=True, eq=False)
class _TorchStage:
    up: Linear
    taps: Linear
    point: Linear
    shortcut: Linear | None

    def __call__(self, rows: Tensor, up: Tensor, taps: Tensor, start: int, zeros: int) -> Tensor:
        """(inputs, channels) -> (outputs, narrower channels)."""
        blocks = F.linear(F.pad(F.elu(rows), (0, 0, 0, 1))[up].flatten(1), *self.up)
        upsampled = blocks.reshape(-1, len(self.point[1]))
        tapped = F.pad(F.elu(upsampled), (0, 0, 0, zeros))
        narrow = F.linear(tapped[taps].flatten(1), *self.taps)
        kept = upsampled[start : start + len(taps)]
        return F.linear(F.elu(narrow), *self.point) + (F.linear(kept, *self.shortcut) if self.shortcut else kept)


def _own_stream(device: torch.device) -> torch.cuda.Stream | None:
    """On an NVIDIA GPU sound is made beside the decoder's steps, and not between them; None elsewhere."""
    if device.type != "cuda":
        return None
    stream = torch.cuda.Stream(device)  # type: ignore[no-untyped-call]
    stream.wait_stream(torch.cuda.current_stream(device))  # the weights are on their way
    return stream


def _lstm(layers: Sequence[LstmWeights]) -> nn.LSTM:
    width = layers[0].past.shape[1]
    lstm = nn.LSTM(width, width, len(layers))
    with torch.no_grad():
        for number, memory in enumerate(layers):
            parts = (memory.inputs, memory.past, memory.input_bias, memory.past_bias)
            for parameter, values in zip(lstm.all_weights[number], parts, strict=True):
                parameter.copy_(torch.from_numpy(values))
    return lstm.requires_grad_(False)
