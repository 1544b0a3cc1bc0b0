"""The step on a CPU: one ONNX Runtime graph over caches that it writes in place."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from models.musicgen.embedding import embedding_rows, sinusoids
from models.musicgen.graph import Precision, StepGraph, step_graph
from models.musicgen.memory import ReleasableArray, trim_malloc
from models.musicgen.shape import CODEBOOK_SIZE, Shape, Weights
from models.musicgen.step import Ints, OutOfCacheMemory

TEXT_TOKENS = 64
"""Text is padded to a multiple of this. Summing 64 terms or 128 whose second half is zero gives the same bits."""


class OnnxStep:
    """Implements `Step`. `threads`: those that compute; `scales` (2, layers, width): an int8 cache with these scales.

    Memory that no slot has filled is not there yet, and what a slot filled goes back when it is freed.
    """

    def __init__(
        self,
        weights: Weights,
        *,
        slots: int,
        positions: int,
        threads: int,
        precision: Precision = "fp32",
        scales: NDArray[np.float32] | None = None,
    ):
        shape = weights.shape
        self.slots, self.positions, self.shape = slots, positions, shape
        self._rows, self._offsets = (tensor.numpy() for tensor in embedding_rows(weights))
        self._sinusoids = sinusoids(positions, shape.width).numpy()
        self._text_projections = [(layer.cross_k, layer.cross_v) for layer in weights.layers]
        graph = step_graph(weights, precision, scales)
        self._session = open_session(graph, threads)
        row = (shape.heads, positions, shape.head_width)
        cache_type = np.float32 if scales is None else np.int8
        self._cache = [ReleasableArray.zeros((2 * slots, *row), cache_type) for _ in range(2 * shape.layers)]
        self._text_mask = np.zeros((slots, 0), np.int32)
        self._text: list[NDArray[np.float32]] = []
        self._allocate_text_cache(tokens=1)
        self._weights = graph.weights
        del graph  # or it would hold what is dropped here
        self._drop_packed_weights()

    def _allocate_text_cache(self, tokens: int) -> None:
        """Room for texts of so many tokens; those that are there stay."""
        shape = self.shape
        room = -(-max(tokens, 1) // TEXT_TOKENS) * TEXT_TOKENS
        kept = min(room, self._text_mask.shape[1])
        text_mask = np.zeros((self.slots, room), np.int32)
        text_mask[:, :kept] = self._text_mask[:, :kept]
        text = [
            np.zeros((self.slots, shape.heads, room, shape.head_width), np.float32) for _ in range(2 * shape.layers)
        ]
        for new, old in zip(text, self._text, strict=False):  # there is none at first
            new[:, :, :kept] = old[:, :, :kept]
        self._text_mask, self._text = text_mask, text
        self._calls: dict[int, _BoundBuffers] = {}

    def start_slot(self, slot: int, text: Tensor) -> None:
        tokens = text.shape[0]
        self._text_mask[slot] = 0
        longest = max(tokens, int(self._text_mask.sum(axis=1).max()))
        if not longest <= self._text_mask.shape[1] < longest + TEXT_TOKENS:
            self._allocate_text_cache(longest)
        self._text_mask[slot, :tokens] = 1
        row_shape = self.shape.heads, self.shape.head_width
        for layer, projections in enumerate(self._text_projections):
            for side, matrix in enumerate(projections):
                projected = (text @ matrix.float().T).reshape(tokens, *row_shape).transpose(0, 1)
                row = self._text[2 * layer + side][slot]
                row[:, :tokens] = projected.numpy()
                row[:, tokens:] = 0

    def __call__(self, tokens: Ints, positions: Ints) -> Tensor:
        slots = len(tokens)
        call = self._calls.get(slots)
        if call is None:
            call = self._calls[slots] = self._bind_buffers(slice(0, 2 * slots))
        self._run(call, np.repeat(tokens, 2, axis=0)[:, None], np.repeat(positions, 2)[:, None])
        return torch.from_numpy(call.logits).view(slots, 2, self.shape.codebooks, CODEBOOK_SIZE)

    def prefill(self, slot: int, tokens: Ints, start: int) -> None:
        """One half after the other: GroupQueryAttention takes several positions of one row only."""
        positions = np.arange(start, start + len(tokens))
        for row in (2 * slot, 2 * slot + 1):
            self._run(self._bind_buffers(slice(row, row + 1), len(tokens)), tokens[None], positions[None])

    def _run(self, call: _BoundBuffers, tokens: Ints, positions: Ints) -> None:
        """`tokens`: (rows, steps, codebooks), `positions`: (rows, steps)."""
        call.x[:] = self._rows[tokens + self._offsets].sum(axis=2) + self._sinusoids[positions]
        call.filled[:] = positions[:, -1]
        call.longest[...] = positions.max() + 1
        try:
            self._session.run_with_iobinding(call.binding)
        except Exception as error:
            if "alloc" in str(error).lower():
                raise OutOfCacheMemory(str(error)) from error
            raise

    def _bind_buffers(self, rows: slice, steps: int = 1) -> _BoundBuffers:
        """Those rows' buffers, bound to the graph's inputs and outputs."""
        call = _BoundBuffers.allocate(self._session.io_binding(), self.shape, rows, steps)
        for name in ("x", "filled", "longest", "hearing", "of_text"):
            call.bind_input(name, getattr(call, name))
        slots = slice(rows.start // 2, -(-rows.stop // 2))
        call.bind_input("text_mask", self._text_mask[slots])
        call.bind_output("logits", call.logits)
        for layer, (index, side) in itertools.product(range(self.shape.layers), enumerate(("keys", "values"))):
            cache = self._cache[2 * layer + index].array[rows]
            call.bind_input(f"{side}.{layer}", cache)
            call.bind_output(f"{side}_out.{layer}", cache)
            call.bind_input(f"text_{side}.{layer}", self._text[2 * layer + index][slots])
        return call

    def copy_slot(self, source: int, target: int, filled: int) -> None:
        for cache in self._cache:
            pairs = cache.array.reshape(self.slots, 2, *cache.array.shape[1:])
            pairs[target, :, :, :filled] = pairs[source, :, :, :filled]
        for text in self._text:
            text[target] = text[source]
        self._text_mask[target] = self._text_mask[source]

    def free(self, slot: int) -> None:
        for cache in self._cache:
            cache.release_rows(2 * slot, 2)
        self._text_mask[slot] = 0

    def cache_abs_max(self) -> NDArray[np.float32]:
        """The greatest absolute key and value of each channel that the cache holds, (2, layers, width)."""
        sides = [np.abs(cache.array).max(axis=(0, 2)).reshape(-1) for cache in self._cache]
        return np.stack([np.stack(sides[side::2]) for side in (0, 1)])

    def _drop_packed_weights(self) -> None:
        """Let go of the weights that ONNX Runtime has packed into an order of its own: they would be there twice.

        It does not say which it still reads, so one layer's are spoiled for one step: what nobody misses is not read,
        and all layers are alike.
        """
        for suffix in (".w", ".q"):
            spoiled = {n: a for n, a in self._weights.items() if n.startswith("layer0.") and n.endswith(suffix)}
            saved = {name: array.copy() for name, array in spoiled.items()}
            before = self._first_logits()
            for array in spoiled.values():
                array.fill(77)
            packed = torch.equal(before, self._first_logits())
            for name, array in spoiled.items():
                array[:] = saved[name]
            if packed:
                self._weights = {n: a for n, a in self._weights.items() if not n.endswith(suffix)}
        trim_malloc()

    def _first_logits(self) -> Tensor:
        self.start_slot(0, torch.ones(1, self.shape.width))
        return self(np.full((1, self.shape.codebooks), CODEBOOK_SIZE), np.zeros(1, np.int64)).clone()


@dataclass(eq=False)
class _BoundBuffers:
    """Buffers of one call's size and their binding."""

    binding: Any
    x: NDArray[np.float32]
    filled: NDArray[np.int32]
    longest: NDArray[np.int32]
    hearing: NDArray[np.int64]
    of_text: NDArray[np.int64]
    logits: NDArray[np.float32]

    @classmethod
    def allocate(cls, binding: Any, shape: Shape, rows: slice, steps: int) -> _BoundBuffers:
        """Even rows hear their slot's text; an odd one alone lets its slot's text be computed and ignores it."""
        numbers = np.arange(rows.start, rows.stop)
        hears = numbers % 2 == 0
        slots = -(-rows.stop // 2) - rows.start // 2
        return cls(
            binding,
            x=np.zeros((len(numbers), steps, shape.width), np.float32),
            filled=np.zeros(len(numbers), np.int32),
            longest=np.zeros((), np.int32),
            hearing=np.flatnonzero(hears) if hears.any() else np.zeros(1, np.int64),
            of_text=np.where(hears, (numbers - rows.start) // 2, slots),
            logits=np.zeros((len(numbers), steps, shape.codebooks * CODEBOOK_SIZE), np.float32),
        )

    def bind_input(self, name: str, array: NDArray[Any]) -> None:
        self.binding.bind_input(name, "cpu", 0, array.dtype.type, array.shape, array.ctypes.data)

    def bind_output(self, name: str, array: NDArray[Any]) -> None:
        self.binding.bind_output(name, "cpu", 0, array.dtype.type, array.shape, array.ctypes.data)


def open_session(graph: StepGraph, threads: int) -> Any:
    """An ONNX Runtime session over a graph built in memory; its weights must outlive it."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    values = [onnxruntime.OrtValue.ortvalue_from_numpy(array) for array in graph.weights.values()]
    options.add_external_initializers(list(graph.weights), values)
    return onnxruntime.InferenceSession(graph.model, options, providers=["CPUExecutionProvider"])
