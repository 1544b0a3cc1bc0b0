"""The decode engine: slots and time. Requests join and leave between steps; what computes a step is not its business.

The delay pattern is arithmetic: at position p of a window, codebook k hears its frame p - 1 - delay[k] and draws its
frame p - delay[k]. So a frame is complete `longest_delay` positions after its first codebook, and a window of T frames
takes T + longest_delay positions.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from models.musicgen.sampling import SamplingParams, uniforms
from models.musicgen.sampling_graph import CudaGraphSampler
from models.musicgen.shape import FRAMES_PER_S, PAD, WINDOW_FRAMES, Shape
from models.musicgen.step import Ints, Step
from models.musicgen.windows import STRIDE_S, Window, windows_of

PREFILL = 24
"""Known positions that a slot takes in at once, between two steps of the others: they wait for it."""


class NonFiniteLogits(ArithmeticError):
    """A request's logits were not finite."""


@dataclass(frozen=True, eq=False)
class GenerationRequest:
    """What to generate. `text`: (tokens, width) float32, as the decoder hears it; `frames`: how many, one or more new.

    `opening`: tokens (codebooks, prompt_length) of the first ones, which the others go on from. None: all are new.
    `negative`: as `text`, what the unconditional half hears, from which guidance leads away. None: no text.
    """

    text: Tensor
    frames: int
    seed: int
    params: SamplingParams = field(default_factory=SamplingParams)
    opening: Ints | None = None
    negative: Tensor | None = None

    @property
    def prompt_length(self) -> int:
        return 0 if self.opening is None else self.opening.shape[1]

    def with_opening(self, opening: Ints) -> GenerationRequest:
        """As many new frames, behind an opening."""
        assert self.opening is None
        return replace(self, opening=opening, frames=self.frames + opening.shape[1])


class DecodingSequence:
    """A request in a slot. `tokens`: (codebooks, frames), of which `done` are complete; `position`: in its window."""

    def __init__(self, request: GenerationRequest, shape: Shape, windows: tuple[Window, ...]):
        self.request = request
        self.tokens: Ints = np.full((shape.codebooks, request.frames), PAD, np.int64)
        if request.opening is not None:
            self.tokens[:, : request.prompt_length] = request.opening
        self.done = request.prompt_length
        self.position = 0
        self.error: Exception | None = None
        self._delays = np.array(shape.delays)
        self._codebooks = np.arange(shape.codebooks)
        self._longest_delay = shape.longest_delay
        self._numbers = uniforms(request.seed, request.frames, shape.codebooks)
        self._windows = list(windows)

    @property
    def finished(self) -> bool:
        return not self._windows

    @property
    def fraction_done(self) -> float:
        """Of what is new."""
        return (self.done - self.request.prompt_length) / (self.request.frames - self.request.prompt_length)

    @property
    def prompt_ahead(self) -> int:
        """Positions from here on whose tokens are known."""
        return max(0, self._windows[0].prompt_length - self.position)

    def input_ids(self, positions: Ints) -> Ints:
        """Tokens (count, codebooks) that go in at these positions."""
        window = self._windows[0]
        frames = positions[:, None] - 1 - self._delays
        inside = (frames >= 0) & (frames < window.length)
        at = np.where(inside, window.origin + frames, 0)
        return np.where(inside, self.tokens[self._codebooks, at], PAD)

    def random_draws(self) -> NDArray[np.float64]:
        """(codebooks,) the numbers with which this position's tokens are drawn: each frame has its own."""
        frames = np.clip(self._windows[0].origin + self.position - self._delays, 0, len(self._numbers) - 1)
        numbers: NDArray[np.float64] = self._numbers[frames, self._codebooks]
        return numbers

    def store_tokens(self, drawn: Ints) -> None:
        """Keep what was drawn (codebooks,) at this position, where it is new, and go on to the next."""
        window = self._windows[0]
        frames = self.position - self._delays
        new = (frames >= window.prompt_length) & (frames < window.length)
        self.tokens[self._codebooks[new], window.origin + frames[new]] = drawn[new]
        complete = min(self.position - self._longest_delay + 1, window.length)
        self.done = max(self.done, window.origin + complete)
        self.position += 1
        if complete == window.length:
            self._windows.pop(0)
            self.position = 0

    def skip(self, positions: int) -> None:
        self.position += positions


class Engine:
    """Slots 0 .. n-1 hold the sequences that are decoded, in any order. Not thread-safe: one thread adds, advances and
    evicts."""

    def __init__(
        self,
        step: Step,
        shape: Shape,
        *,
        window_frames: int = WINDOW_FRAMES,
        stride_frames: int = STRIDE_S * FRAMES_PER_S,
    ):
        assert step.positions >= window_frames + shape.longest_delay, "a window must fit into a slot"
        self.shape = shape
        self.slots = step.slots
        self.sequences: list[DecodingSequence] = []
        self._step = step
        self._pick = CudaGraphSampler(step.slots, shape.codebooks)
        self.window_frames, self._stride_frames = window_frames, stride_frames

    def add(self, request: GenerationRequest) -> DecodingSequence:
        """Into a free slot, from the next step on. Raises OutOfCacheMemory."""
        assert len(self.sequences) < self.slots, "no slot is free"
        assert request.prompt_length < min(request.frames, self.window_frames), "a window must make something new"
        windows = windows_of(request.frames, self.window_frames, self._stride_frames, request.prompt_length)
        sequence = DecodingSequence(request, self.shape, windows)
        self._step.start_slot(len(self.sequences), request.text, request.negative)
        self.sequences.append(sequence)
        return sequence

    def advance(self) -> list[DecodingSequence]:
        """One step of all that play. Returns those that have left: finished, or failed with their `error`.

        Raises OutOfCacheMemory; then nothing has changed, but for known positions that may be prefilled already.
        """
        self.prefill_waiting()
        sequences = self.sequences
        positions = np.array([one.position for one in sequences])
        input_ids = np.concatenate([one.input_ids(positions[i : i + 1]) for i, one in enumerate(sequences)])
        logits = self._step(input_ids, positions)
        numbers = np.stack([one.random_draws() for one in sequences])
        tokens, finite = self._pick(logits, [one.request.params for one in sequences], numbers)
        for one, drawn, sound in zip(sequences, tokens, finite, strict=True):
            one.store_tokens(drawn)
            if not sound:
                one.error = NonFiniteLogits(f"The model's numbers overflowed at frame {one.done}.")
        left = [one for one in sequences if one.finished or one.error]
        for one in left:
            self.evict(one)
        return left

    def prefill_waiting(self, pause: Callable[[], bool] = lambda: False) -> bool:
        """A window after the first, or behind an opening, begins with known frames: many positions in one pass.

        How many positions a slot takes in depends on that slot alone, and not on its neighbours; when a step is tried
        again there is nothing left to take in. So the same request computes the same numbers beside any others. `pause`
        is asked between two slots; returns whether every slot was served.
        """
        began = False
        for slot, one in enumerate(self.sequences):
            count = min(PREFILL - one.position % (PREFILL + 1), one.prompt_ahead)
            if not count:
                continue
            if began and pause():
                return False
            began = True
            positions = np.arange(one.position, one.position + count)
            self._step.prefill(slot, one.input_ids(positions), one.position)
            one.skip(count)
        return True

    def evict(self, sequence: DecodingSequence) -> None:
        """Free its slot; the last one moves into it."""
        slot, last = self.sequences.index(sequence), len(self.sequences) - 1
        if slot != last:
            self._step.copy_slot(last, slot, self.sequences[last].position)
            self.sequences[slot] = self.sequences[last]
        self.sequences.pop()
        self._step.free(last)

    def probe(self) -> None:
        """One step of a request that nobody asked for, while nobody plays. Raises what the step raises."""
        one = self.add(GenerationRequest(torch.zeros(1, self.shape.width), frames=1, seed=0))
        try:
            self.advance()
        finally:
            if one in self.sequences:
                self.evict(one)
