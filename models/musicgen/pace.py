"""How long a request will take in continuous batching, from what a step costs on this machine."""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from aural.wire import TAIL_S
from models.musicgen.engine import PREFILL
from models.musicgen.sampling import Controls, pick
from models.musicgen.scheduler import Stepped
from models.musicgen.shape import FRAMES_PER_S, PAD, WINDOW_FRAMES, Shape
from models.musicgen.step import Step
from models.musicgen.windows import STRIDE_S
from models.pace import Pending

KEPT = 0.98
"""What is believed of the machine's speed after one more step: a second or two of steps change it."""
MOST_AT_ONCE = 4.0
"""A step that took longer than so many times what was expected (kernels built, a machine asleep) says no more."""
KEPT_REST = 0.7
STRIDE = STRIDE_S * FRAMES_PER_S
KNOWN = WINDOW_FRAMES - STRIDE
"""Frames that every window after the first takes in: they were made before."""
REPEATS = 5
FAR = 400
"""Position at which the cost of cached positions is measured: far enough to tell, near enough to start soon."""


@dataclass(frozen=True)
class StepCost:
    """Seconds of a step: fixed (every weight is read once), per slot, per cached position; `taking_in`: per position
    of a window's known beginning."""

    fixed_s: float
    per_slot_s: float
    per_position_s: float
    taking_in_s: float

    @classmethod
    def measured(cls, step: Step, shape: Shape) -> StepCost:
        """Runs the step at a few sizes and positions. Every slot must be free, and is again afterwards."""
        import torch

        far = min(FAR, step.positions - 1)
        slots = range(step.slots)
        for slot in slots:
            step.start(slot, torch.ones(1, shape.width))

        def took_s(count: int, position: int) -> float:
            tokens, positions = np.full((count, shape.codebooks), PAD), np.full(count, position)
            numbers = np.zeros((count, shape.codebooks))
            times = []
            for _ in range(REPEATS):
                started = time.perf_counter()
                pick(step(tokens, positions), [Controls()] * count, numbers)[0].cpu()
                times.append(time.perf_counter() - started)
            return float(np.median(times))

        alone_s, all_s = took_s(1, 0), took_s(step.slots, 0)

        def take_in(start: int) -> None:
            step.prefill(0, np.full((min(PREFILL, far - start), shape.codebooks), PAD), start)

        take_in(0)  # the first pays for memory and kernels
        started = time.perf_counter()
        for start in range(0, far, PREFILL):  # a cache that was never written would be read from nowhere
            take_in(start)
        taking_in_s = (time.perf_counter() - started) / far
        far_s = took_s(1, far)
        for slot in slots:
            step.free(slot)
        # A step costs something however it was disturbed: a hiccup must not make what is fixed negative.
        per_slot_s = min(alone_s, max(0.0, all_s - alone_s) / max(1, step.slots - 1))
        return cls(alone_s - per_slot_s, per_slot_s, max(0.0, far_s - alone_s) / far, taking_in_s)

    def of_steps_s(self, count: int, slots: int, positions: int) -> float:
        """`count` steps of so many slots that hold so many positions at first."""
        mean_positions = positions + slots * (count - 1) / 2
        return count * (self.fixed_s + self.per_slot_s * slots + self.per_position_s * mean_positions)


class BatchPace:
    """Implements `models.pace.Pace`: plays the queue through in thought.

    What is measured while it works corrects it: `observe` the steps, and the `rest` of a take.
    """

    def __init__(self, cost: StepCost, *, slots: int, delay_frames: int):
        self._cost, self._slots, self._delay_frames = cost, slots, delay_frames
        self._slowness = 1.0
        self._rest_s = 0.0

    def observe(self, step: Stepped) -> None:
        if not step.taken_in:
            expected_s = self._cost.of_steps_s(1, step.slots, step.positions)
            self._slowness = KEPT * self._slowness + (1 - KEPT) * min(step.took_s / expected_s, MOST_AT_ONCE)

    def learn(self, duration_s: float, work_s: float) -> None:
        """Nothing: how long a take took says more about its neighbours than about the machine. Steps tell that."""

    def rest(self, rest_s: float) -> None:
        """What a take needed beside its steps: for its text before them, for the last of its sound after them."""
        self._rest_s = KEPT_REST * self._rest_s + (1 - KEPT_REST) * rest_s

    def finish_s(self, duration_s: float, ahead: Sequence[Pending]) -> float | None:
        frames = [self._frames(one.duration_s) for one in ahead]
        done = [int(one.fraction_done * total) for one, total in zip(ahead, frames, strict=True)]
        queue = [total - before for total, before in zip(frames, done, strict=True)]
        if duration_s == 0:
            return self._slowness * self._played_s([*queue, 0], [*done, 0])
        return self._rest_s + self._slowness * self._played_s([*queue, self._frames(duration_s)], [*done, 0])

    def _frames(self, duration_s: float) -> int:
        return math.ceil((duration_s + TAIL_S) * FRAMES_PER_S) + self._delay_frames

    def _played_s(self, left: list[int], held: list[int]) -> float:
        """Until the last of the queue has played its frames. `left`: frames to play, `held`: frames played, of each."""
        left, held, took_s = list(left), list(held), 0.0
        last = len(left) - 1
        waiting = deque(one for one in range(last + 1) if left[one] or one == last)
        seated: list[int] = []
        while True:
            while waiting and len(seated) < self._slots:
                seated.append(waiting.popleft())
            count = min(min(left[one], _until_window_ends(held[one])) for one in seated)
            took_s += self._cost.of_steps_s(count, len(seated), sum(_position(held[one]) for one in seated))
            for one in seated:
                left[one] -= count
                held[one] += count
            if last in seated and left[last] == 0:
                return took_s
            seated = [one for one in seated if left[one]]
            sliding = [one for one in seated if held[one] >= WINDOW_FRAMES and _position(held[one]) == KNOWN]
            took_s += len(sliding) * KNOWN * self._cost.taking_in_s


def _position(held: int) -> int:
    """Of who has played so many frames: in the first window, or in a later one behind what it knew."""
    return held if held < WINDOW_FRAMES else KNOWN + (held - WINDOW_FRAMES) % STRIDE


def _until_window_ends(held: int) -> int:
    return WINDOW_FRAMES - _position(held)
