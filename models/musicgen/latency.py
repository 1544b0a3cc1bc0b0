"""How long a request will take in continuous batching, from what a step costs on this machine."""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from aural.types import TAIL_S
from models.latency import Pending
from models.musicgen.engine import PREFILL
from models.musicgen.sampling import SamplingParams
from models.musicgen.sampling_graph import CudaGraphSampler
from models.musicgen.scheduler import StepStats
from models.musicgen.shape import FRAMES_PER_S, PAD, WINDOW_FRAMES, Shape
from models.musicgen.step import Step
from models.musicgen.windows import OPENING_S, STRIDE_S

KEPT = 0.98
"""What is believed of the machine's speed after one more step: a second or two of steps change it."""
MOST_AT_ONCE = 4.0
"""A step that took longer than so many times what was expected (kernels built, a machine asleep) says no more."""
KEPT_REST = 0.7
STRIDE = STRIDE_S * FRAMES_PER_S
OVERLAP = WINDOW_FRAMES - STRIDE
"""Frames that every window after the first takes in: they were made before."""
REPEATS = 5
FAR = 400
"""Position at which the cost of cached positions is measured: far enough to tell, near enough to start soon."""


@dataclass(frozen=True)
class StepCost:
    """Seconds of a step: fixed (every weight is read once), per slot, per cached position; `prefill`: per position
    of a window's known beginning."""

    fixed_s: float
    per_slot_s: float
    per_position_s: float
    prefill_s: float

    @classmethod
    def measured(cls, step: Step, shape: Shape) -> StepCost:
        """Runs the step at a few sizes and positions. Every slot must be free, and is again afterwards."""
        import torch

        far = min(FAR, step.positions - 1)
        slots, pick = range(step.slots), CudaGraphSampler(step.slots, shape.codebooks)
        for slot in slots:
            step.start_slot(slot, torch.ones(1, shape.width))

        def took_s(count: int, position: int) -> float:
            tokens, positions = np.full((count, shape.codebooks), PAD), np.full(count, position)
            numbers = np.zeros((count, shape.codebooks))
            times = []
            for _ in range(REPEATS):
                started = time.perf_counter()
                pick(step(tokens, positions), [SamplingParams()] * count, numbers)
                times.append(time.perf_counter() - started)
            return float(np.median(times))

        alone_s, all_s = took_s(1, 0), took_s(step.slots, 0)

        def prefill_waiting(start: int) -> None:
            step.prefill(0, np.full((min(PREFILL, far - start), shape.codebooks), PAD), start)

        prefill_waiting(0)  # the first pays for memory and kernels
        started = time.perf_counter()
        for start in range(0, far, PREFILL):  # a cache that was never written would be read from nowhere
            prefill_waiting(start)
        prefill_s = (time.perf_counter() - started) / far
        far_s = took_s(1, far)
        for slot in slots:
            step.free(slot)
        # A step costs something however it was disturbed: a hiccup must not make what is fixed negative.
        per_slot_s = min(alone_s, max(0.0, all_s - alone_s) / max(1, step.slots - 1))
        return cls(alone_s - per_slot_s, per_slot_s, max(0.0, far_s - alone_s) / far, prefill_s)

    def predict_steps_s(self, count: int, slots: int, positions: int) -> float:
        """`count` steps of so many slots that hold so many positions at first."""
        mean_positions = positions + slots * (count - 1) / 2
        return count * (self.fixed_s + self.per_slot_s * slots + self.per_position_s * mean_positions)


class BatchLatencyEstimator:
    """Implements `models.latency.LatencyEstimator`: plays the queue through in thought.

    What is measured while it works corrects it: `observe` the steps, and the `rest` of a take. `encoding`: seconds that
    a second of an opening takes before its request joins the queue.
    """

    def __init__(self, cost: StepCost, *, slots: int, delay_frames: int, encoding: float = 0.0):
        self._cost, self._slots, self._delay_frames = cost, slots, delay_frames
        self._encoding = encoding
        self._slowness = 1.0
        self._rest_s = 0.0

    def observe(self, step: StepStats) -> None:
        if not step.prefilled:
            expected_s = self._cost.predict_steps_s(1, step.slots, step.positions)
            self._slowness = KEPT * self._slowness + (1 - KEPT) * min(step.took_s / expected_s, MOST_AT_ONCE)

    def learn(self, duration_s: float, work_s: float) -> None:
        """Nothing: how long a take took says more about its neighbours than about the machine. Steps tell that."""

    def observe_overhead(self, rest_s: float) -> None:
        """What a take needed beside its steps: for its text before them, for the last of its sound after them."""
        self._rest_s = KEPT_REST * self._rest_s + (1 - KEPT_REST) * rest_s

    def eta_s(self, duration_s: float, ahead: Sequence[Pending], opening_s: float = 0.0) -> float | None:
        queue = [self._simulated_request(one) for one in ahead]
        if duration_s == 0:
            return self._slowness * self._simulate_queue_s([*queue, _SimulatedRequest(0, 0, 0)])
        own = self._simulated_request(Pending(duration_s, 0.0, opening_s))
        encoding_s = self._encoding * own.held / FRAMES_PER_S
        return encoding_s + self._rest_s + self._slowness * self._simulate_queue_s([*queue, own])

    def left_s(self, own: Pending, beside: Sequence[Pending]) -> float:
        queue = [self._simulated_request(one) for one in (*beside, own)]
        return self._rest_s + self._slowness * self._simulate_queue_s(queue)

    def _simulated_request(self, of: Pending) -> _SimulatedRequest:
        opening = math.floor(min(of.opening_s, OPENING_S) * FRAMES_PER_S)
        total = math.ceil((of.duration_s + TAIL_S) * FRAMES_PER_S) + self._delay_frames
        done = int(of.fraction_done * total)
        return _SimulatedRequest(left=total - done, held=opening + done, to_prefill=0 if done else opening)

    def _simulate_queue_s(self, queue: list[_SimulatedRequest]) -> float:
        """Until the last of the queue has played its frames. What is given changes."""
        took_s, last = 0.0, queue[-1]
        waiting = deque(one for one in queue if one.left or one is last)
        running: list[_SimulatedRequest] = []
        while True:
            while waiting and len(running) < self._slots:
                running.append(waiting.popleft())
            if last in running and not last.left:
                return took_s
            took_s += self._cost.prefill_s * sum(one.to_prefill for one in running)
            count = min(min(one.left, _until_window_ends(one.held)) for one in running)
            took_s += self._cost.predict_steps_s(
                count, len(running), sum(_window_position(one.held) for one in running)
            )
            for one in running:
                one.advance(count)
            running = [one for one in running if one.left or one is last]


@dataclass(eq=False)
class _SimulatedRequest:
    """A request in the forecast, in frames: still to play, played or known, and known ones to take in before a step."""

    left: int
    held: int
    to_prefill: int

    def advance(self, count: int) -> None:
        self.left -= count
        self.held += count
        slides = self.held >= WINDOW_FRAMES and _window_position(self.held) == OVERLAP
        self.to_prefill = OVERLAP if slides else 0


def _window_position(held: int) -> int:
    """Of who holds so many frames: in the first window, or in a later one behind what it knew."""
    return held if held < WINDOW_FRAMES else OVERLAP + (held - WINDOW_FRAMES) % STRIDE


def _until_window_ends(held: int) -> int:
    return WINDOW_FRAMES - _window_position(held)
