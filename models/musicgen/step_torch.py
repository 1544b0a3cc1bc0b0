"""A decoding step in torch: CUDA graphs over Triton attention on an NVIDIA GPU, the same step run eagerly elsewhere.

Every step is computed for a fixed number of slots, occupied or not (`sizes`). A matrix product's kernel is chosen by
its shape, so with one size all steps run the same kernels, and each row of a product is summed alike. With several
sizes a lone request is cheaper, and its last bits may depend on how many others there are.

On a CPU fixed shapes are not enough: equal rows of one fp32 product differed by their place in it (seen with 5, 6, 7, 9
to 11 rows, on two threads). There each slot is its own product, with its own GELU, and reads the weights anew: the
CPU's fast step is step_onnx.

What a GPU alone can show (graphs, their memory, the bits of cuBLAS) tests/slow/check_step_gpu.py checks there.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from typing import Literal

import numpy as np
import torch
from torch import Tensor

from models.memory import is_out_of_memory
from models.musicgen import attention_torch
from models.musicgen.attention_torch import Cache, EagerDecodeAttention, PrefillAttention, TextCache
from models.musicgen.decoder_torch import Attention, Decoder, Limit, clamp_fp16, clamped_elsewhere
from models.musicgen.shape import CODEBOOK_SIZE, Weights
from models.musicgen.step import Ints, OutOfCacheMemory

Form = Literal["graphs", "triton", "eager"]
"""graphs: Triton kernels in CUDA graphs. triton: the same kernels, launched one by one. eager: torch alone."""

TEXT_ROOM = 64
"""Tokens of text that a slot has room for at first, and the unit by which that grows. Most prompts are shorter."""
PADDING = -1
"""The position of a slot that a step leaves alone."""


class TorchStep:
    """A `Step` (see step.py) with weights and cache in `dtype`; sums over layers, norms and softmaxes are float32.

    `sizes`: numbers of slots that a step is computed for, each taking the smallest that holds it. None given: `slots`
    alone, so that no slot's result depends on how many there are; the eager form on a CPU computes just those there
    are. `form`: none given: graphs on CUDA, else eager.
    Raises OutOfCacheMemory.
    """

    def __init__(
        self,
        weights: Weights,
        device: torch.device,
        dtype: torch.dtype,
        *,
        slots: int,
        positions: int,
        sizes: Sequence[int] = (),
        form: Form | None = None,
    ):
        self.slots, self.positions, self.shape = slots, positions, weights.shape
        self._device, self._dtype = device, dtype
        self._form = form or ("graphs" if device.type == "cuda" else "eager")
        self._by_slot = device.type == "cpu" and self._form == "eager"
        self._sizes = sorted({*sizes, slots})
        assert 0 < self._sizes[0] <= self._sizes[-1] == slots, "sizes are numbers of slots"
        self._text_lengths = ([0] * slots, [0] * slots)  # of texts and of negative texts
        self._graphs: dict[tuple[int, int], torch.cuda.CUDAGraph] = {}  # by size and how many halves hear texts
        shape = self.shape
        with self._out_of_memory_guard(
            f"{shape.layers} layers of width {shape.width} and {slots} slots of {positions} positions"
        ):
            self._cache = Cache.empty(shape, device, dtype, slots=slots, positions=positions, text=TEXT_ROOM)
            self._decoder = Decoder.from_weights(weights, device, dtype, positions=positions)
            # What graphs read and write stays at one address: tokens and position of each slot, lengths, logits.
            self._given = torch.zeros(slots, shape.codebooks + 1, dtype=torch.int64, device=device)
            self._lengths = torch.zeros(slots, dtype=torch.int32, device=device)
            self._logits = torch.zeros(slots, 2, shape.codebooks, CODEBOOK_SIZE, device=device)

    @torch.no_grad()
    def start_slot(self, slot: int, text: Tensor, negative: Tensor | None = None) -> None:
        """See Step. A text longer than any before, or the first negative one, gets all slots new room, and drops the
        graphs, which hold the old room's address: each is captured again when it is next needed."""
        given = (text, text[:0] if negative is None else negative)
        with self._out_of_memory_guard(f"a text of {max(map(len, given))} tokens"):
            if any(len(one) > texts.capacity for one, texts in zip(given, self._cache.texts, strict=True)):
                self._cache = self._cache.with_text_capacities([-(-len(one) // TEXT_ROOM) * TEXT_ROOM for one in given])
                self._graphs.clear()
            for one, texts in zip(given, self._cache.texts, strict=True):
                self._write_text(texts, slot, one.to(self._device))
        for lengths, one in zip(self._text_lengths, given, strict=True):
            lengths[slot] = len(one)

    def _write_text(self, texts: TextCache, slot: int, text: Tensor) -> None:
        tokens = len(text)
        for layer in range(self.shape.layers if tokens else 0):
            keys, values = self._decoder.text_keys_values(layer, text)
            texts.keys[layer, slot, :, :tokens] = keys
            texts.values[layer, slot, :, :tokens] = values
        texts.lengths[slot] = tokens

    @torch.no_grad()
    def __call__(self, tokens: Ints, positions: Ints) -> Tensor:
        """See Step. Slots beyond the n given are computed where the size asks for it, and left as they are."""
        count = len(tokens)
        hearing = 2 if any(self._text_lengths[1][:count]) else 1
        size = count if self._by_slot else next(size for size in self._sizes if size >= count)
        with self._out_of_memory_guard(f"a step of {size} slots"):
            if self._form == "graphs":
                self._capture(size, hearing)
            self._upload_inputs(tokens, positions)
            if self._form == "graphs":
                self._graphs[size, hearing].replay()
            else:
                self._step(size, hearing, tuple(positions.tolist()))
        return self._logits[:count]

    @torch.no_grad()
    def prefill(self, slot: int, tokens: Ints, start: int) -> None:
        """See Step. Never in a graph: its length is seldom the same twice."""
        with self._out_of_memory_guard(f"a pass over {len(tokens)} positions"):
            given = torch.from_numpy(tokens).to(self._device)
            rows = self._decoder.embed_tokens(given, torch.arange(start, start + len(tokens), device=self._device))
            text, negative = (lengths[slot] for lengths in self._text_lengths)
            attention = PrefillAttention(self._cache, slot, start, (text, negative) if negative else (text,))
            self._decoder.through_layers(rows, attention, attention_torch.add_norm)

    @torch.no_grad()
    def copy_slot(self, source: int, target: int, filled: int) -> None:
        """See Step."""
        with self._out_of_memory_guard("a slot's copy"):
            self._cache.copy_slot(source, target, filled)
        for lengths in self._text_lengths:
            lengths[target] = lengths[source]

    def free(self, slot: int) -> None:
        """Nothing to give back: the cache is one block, and this part of it waits for the next request."""

    @torch.no_grad()
    def warm_up(self) -> None:
        """Capture the graphs of all sizes now, the largest first: they share its memory. Raises OutOfCacheMemory."""
        if self._form == "graphs":
            for size in reversed(self._sizes):
                with self._out_of_memory_guard(f"a step of {size} slots"):
                    self._capture(size, hearing=1)

    def _upload_inputs(self, tokens: Ints, positions: Ints) -> None:
        """One copy to the device for both, complete before this returns: the caller may change its arrays."""
        given = np.full(tuple(self._given.shape), PADDING, np.int64)
        given[: len(tokens)] = np.concatenate([tokens, positions[:, None]], axis=1)
        self._given.copy_(torch.from_numpy(given))

    def _capture(self, size: int, hearing: int) -> None:
        """Unless it is there: run once outside a graph, where kernels are compiled and chosen, then once into one.

        No slot is touched: all are padding meanwhile.
        """
        if (size, hearing) in self._graphs:
            return
        self._given.fill_(PADDING)
        beside, here = torch.cuda.Stream(self._device), torch.cuda.current_stream(self._device)  # type: ignore[no-untyped-call]
        beside.wait_stream(here)
        with torch.cuda.stream(beside):
            self._step(size, hearing, ())
        here.wait_stream(beside)
        graph = torch.cuda.CUDAGraph()
        pool = next((other.pool() for other in self._graphs.values()), None)
        # thread_local: what other threads do on the GPU meanwhile (a codec, say) is no part of it.
        with torch.cuda.graph(graph, pool=pool, capture_error_mode="thread_local"):
            self._step(size, hearing, ())
        self._graphs[size, hearing] = graph

    def _step(self, size: int, hearing: int, positions: tuple[int, ...]) -> None:
        """From `_given` to `_logits` for `size` slots; `hearing`: see Attention. `positions`, of those that are no
        padding, are for the eager form alone: a graph reads all from the device."""
        given = self._given[:size].clamp(min=0)
        rows = self._decoder.embed_tokens(given[:, :-1], given[:, -1])
        limit: Limit = clamp_fp16
        if self._form == "eager":
            add_norm = attention_torch.add_norm
            attention: Attention = EagerDecodeAttention(self._cache, positions, self._text_lengths[:hearing])
        else:
            from models.musicgen import attention_triton  # Triton comes with torch's CUDA builds for Linux alone

            torch.add(self._given[:, -1], 1, out=self._lengths)
            add_norm, limit = attention_triton.add_norm, clamped_elsewhere  # its kernels hold to it as they read
            attention = attention_triton.TritonDecodeAttention(self._cache, self._lengths, hearing)
        parts = size if self._by_slot else 1
        normed = self._decoder.through_layers(rows, attention, add_norm, parts, limit)
        self._logits[:size] = self._decoder.logits(normed, parts)

    @contextlib.contextmanager
    def _out_of_memory_guard(self, what: str) -> Iterator[None]:
        """On this step's GPU, and with OutOfCacheMemory for every way in which torch says that memory is short."""
        gpu = torch.cuda.device(self._device) if self._device.type == "cuda" else contextlib.nullcontext()
        try:
            with gpu:
                yield
        except (torch.OutOfMemoryError, RuntimeError) as error:
            if not is_out_of_memory(error):
                raise
            raise OutOfCacheMemory(
                f"{self._device} has no memory left for {what}. Use fewer slots or shorter ones."
            ) from error


def set_full_precision_sums(in_full: bool = True) -> None:
    """Whether sums of half-precision products are half precise themselves on a GPU, as torch has it unless told.

    They lose what softmax and norms then have to do without. The whole process sums so from here on.
    """
    torch.backends.cuda.matmul.allow_fp16_reduced_precision_reduction = not in_full
    torch.backends.cuda.matmul.allow_bf16_reduced_precision_reduction = not in_full
