"""Requests of mixed lengths that arrive one after the other, in real time: continuous batching against static.

Static is what a batch call of `generate` gives: all who wait are taken together, each is computed to the length of the
longest, and all get their answers when the last is done. Both sides run the same engine over the same step.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import mean

import numpy as np
from torch import Tensor

from models.musicgen.engine import DecodingSequence, Engine, GenerationRequest
from models.musicgen.shape import FRAMES_PER_S

SHORTEST_S, LONGEST_S = 1, 6


@dataclass(frozen=True)
class Call:
    """`arrives_s` after the beginning."""

    arrives_s: float
    frames: int


@dataclass(frozen=True)
class Load:
    """`frames_per_s` that were asked for, until the last was answered; `latency_s`: the mean from arrival to answer."""

    frames_per_s: float
    latency_s: float


def steady(calls: int, frames_per_s: float) -> list[Call]:
    """Calls of SHORTEST_S to LONGEST_S, evenly apart, that ask for `frames_per_s` on the whole."""
    seconds = np.random.default_rng(0).integers(SHORTEST_S, LONGEST_S + 1, calls)
    frames = seconds * FRAMES_PER_S
    apart_s = frames.mean() / frames_per_s
    return [Call(index * apart_s, int(count)) for index, count in enumerate(frames)]


class Queue:
    """Calls by arrival, on a clock that starts now."""

    def __init__(self, calls: Sequence[Call]):
        self.calls = deque(calls)
        self._started = time.perf_counter()

    @property
    def now_s(self) -> float:
        return time.perf_counter() - self._started

    def arrived(self) -> bool:
        return bool(self.calls) and self.calls[0].arrives_s <= self.now_s

    def wait(self) -> None:
        """Until somebody is there."""
        time.sleep(max(0.0, self.calls[0].arrives_s - self.now_s))


def continuous(engine: Engine, calls: Sequence[Call], text: Tensor) -> Load:
    """Who arrives enters a free slot at the next step, and is answered once his own frames are done."""
    queue = Queue(calls)
    running: dict[DecodingSequence, Call] = {}
    latencies_s: list[float] = []
    while queue.calls or running:
        if not running:
            queue.wait()
        while queue.arrived() and len(running) < engine.slots:
            call = queue.calls.popleft()
            running[engine.add(GenerationRequest(text, call.frames, seed=len(queue.calls)))] = call
        left = engine.advance()
        latencies_s += [queue.now_s - running.pop(one).arrives_s for one in left]
    return Load(sum(call.frames for call in calls) / queue.now_s, mean(latencies_s))


def static(engine: Engine, calls: Sequence[Call], text: Tensor) -> Load:
    """All who wait make a batch, as many as there are slots."""
    queue = Queue(calls)
    latencies_s: list[float] = []
    while queue.calls:
        queue.wait()
        batch: list[Call] = []
        while queue.arrived() and len(batch) < engine.slots:
            batch.append(queue.calls.popleft())
        for seed, _ in enumerate(batch):
            engine.add(GenerationRequest(text, max(call.frames for call in batch), seed))
        while engine.sequences:
            engine.advance()
        latencies_s += [queue.now_s - call.arrives_s for call in batch]
    return Load(sum(call.frames for call in calls) / queue.now_s, mean(latencies_s))


SERVERS: dict[str, Callable[[Engine, Sequence[Call], Tensor], Load]] = {"continuous": continuous, "static": static}
