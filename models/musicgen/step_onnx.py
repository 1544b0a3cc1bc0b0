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

    Texts and negative texts lie in the same arrays: those of slots 0, 1, ... from the middle up, the negative ones from
    there down. So the texts of the first slots are one piece, alone or with the negative ones.
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
        self._text_mask = np.zeros((2 * slots, 0), np.int32)
        self._has_negative = np.zeros(slots, bool)
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
        text_mask = np.zeros((2 * self.slots, room), np.int32)
        text_mask[:, :kept] = self._text_mask[:, :kept]
        text = [
            np.zeros((2 * self.slots, shape.heads, room, shape.head_width), np.float32) for _ in range(2 * shape.layers)
        ]
        rows = np.flatnonzero(text_mask.any(axis=1))  # what nobody has written to stays no memory
        for new, old in zip(text, self._text, strict=False):  # there is none at first
            new[rows, :, :kept] = old[rows, :, :kept]
        self._text_mask, self._text = text_mask, text
        self._calls: dict[tuple[int, bool], _BoundBuffers] = {}

    def start_slot(self, slot: int, text: Tensor, negative: Tensor | None = None) -> None:
        texts = {self.slots + slot: text} | ({} if negative is None else {self.slots - 1 - slot: negative})
        self._clear_texts(slot)
        self._has_negative[slot] = negative is not None
        longest = max(*map(len, texts.values()), int(self._text_mask.sum(axis=1).max()))
        if not longest <= self._text_mask.shape[1] < longest + TEXT_TOKENS:
            self._allocate_text_cache(longest)
        for row, given in texts.items():
            self._write_text(row, given)

    def _clear_texts(self, slot: int) -> None:
        self._text_mask[[self.slots + slot, self.slots - 1 - slot]] = 0

    def _write_text(self, row: int, text: Tensor) -> None:
        tokens = len(text)
        self._text_mask[row, :tokens] = 1
        row_shape = self.shape.heads, self.shape.head_width
        for layer, projections in enumerate(self._text_projections):
            for side, matrix in enumerate(projections):
                projected = (text @ matrix.float().T).reshape(tokens, *row_shape).transpose(0, 1)
                written = self._text[2 * layer + side][row]
                written[:, :tokens] = projected.numpy()
                written[:, tokens:] = 0

    def __call__(self, tokens: Ints, positions: Ints) -> Tensor:
        slots = len(tokens)
        negative = bool(self._has_negative[:slots].any())
        rows, texts = slice(0, 2 * slots), slice(self.slots - slots * negative, self.slots + slots)
        call = self._calls.get((slots, negative))
        if call is None:
            call = self._calls[slots, negative] = self._bind_buffers(rows, texts)
        call.of_text[:] = self._texts_of(rows, texts)
        self._run(call, np.repeat(tokens, 2, axis=0)[:, None], np.repeat(positions, 2)[:, None])
        return torch.from_numpy(call.logits).view(slots, 2, self.shape.codebooks, CODEBOOK_SIZE)

    def prefill(self, slot: int, tokens: Ints, start: int) -> None:
        """One half after the other: GroupQueryAttention takes several positions of one row only."""
        positions = np.arange(start, start + len(tokens))
        for row, text in ((2 * slot, self.slots + slot), (2 * slot + 1, self.slots - 1 - slot)):
            call = self._bind_buffers(slice(row, row + 1), slice(text, text + 1), len(tokens))
            self._run(call, tokens[None], positions[None])

    def _texts_of(self, rows: slice, texts: slice) -> Ints:
        """(rows,) which of these texts each row hears; one more than the last where it hears none."""
        slots, negative = np.divmod(np.arange(rows.start, rows.stop), 2)
        text = np.where(negative, self.slots - 1 - slots, self.slots + slots)
        hears = (negative == 0) | self._has_negative[slots]
        heard: Ints = np.where(hears, text - texts.start, texts.stop - texts.start)
        return heard

    def _rows_of(self, texts: slice) -> Ints:
        """(texts,) the row that each is for, whether it hears it or not: a text that nobody hears is computed too."""
        text = np.arange(texts.start, texts.stop)
        rows: Ints = np.where(text < self.slots, 2 * (self.slots - 1 - text) + 1, 2 * (text - self.slots))
        return rows

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

    def _bind_buffers(self, rows: slice, texts: slice, steps: int = 1) -> _BoundBuffers:
        """Those rows' buffers, and those texts, bound to the graph's inputs and outputs."""
        hearing, of_text = self._rows_of(texts) - rows.start, self._texts_of(rows, texts)
        call = _BoundBuffers.allocate(self._session.io_binding(), self.shape, hearing, of_text, steps)
        for name in ("x", "filled", "longest", "hearing", "of_text"):
            call.bind_input(name, getattr(call, name))
        call.bind_input("text_mask", self._text_mask[texts])
        call.bind_output("logits", call.logits)
        for layer, (index, side) in itertools.product(range(self.shape.layers), enumerate(("keys", "values"))):
            cache = self._cache[2 * layer + index].array[rows]
            call.bind_input(f"{side}.{layer}", cache)
            call.bind_output(f"{side}_out.{layer}", cache)
            call.bind_input(f"text_{side}.{layer}", self._text[2 * layer + index][texts])
        return call

    def copy_slot(self, source: int, target: int, filled: int) -> None:
        for cache in self._cache:
            pairs = cache.array.reshape(self.slots, 2, *cache.array.shape[1:])
            pairs[target, :, :, :filled] = pairs[source, :, :, :filled]
        negative = bool(self._has_negative[source])
        self._clear_texts(target)
        self._has_negative[target] = negative
        for row, to in ((self.slots + source, self.slots + target), (self.slots - 1 - source, self.slots - 1 - target)):
            if row >= self.slots or negative:
                self._text_mask[to] = self._text_mask[row]
                for text in self._text:
                    text[to] = text[row]

    def free(self, slot: int) -> None:
        for cache in self._cache:
            cache.release_rows(2 * slot, 2)
        self._clear_texts(slot)
        self._has_negative[slot] = False

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
    def allocate(cls, binding: Any, shape: Shape, hearing: Ints, of_text: Ints, steps: int) -> _BoundBuffers:
        """`hearing`, `of_text`: as the graph wants them."""
        rows = len(of_text)
        return cls(
            binding,
            x=np.zeros((rows, steps, shape.width), np.float32),
            filled=np.zeros(rows, np.int32),
            longest=np.zeros((), np.int32),
            hearing=hearing,
            of_text=of_text,
            logits=np.zeros((rows, steps, shape.codebooks * CODEBOOK_SIZE), np.float32),
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
