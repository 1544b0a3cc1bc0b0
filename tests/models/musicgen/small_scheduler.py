"""A scheduler over a small real step, or over one whose hardware fails when it is told to."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from torch import Tensor

from bench.musicgen_shapes import random_text, random_weights
from models.musicgen.engine import Engine, GenerationRequest
from models.musicgen.sampling import SamplingParams
from models.musicgen.scheduler import OnStep, Scheduler, StepStats
from models.musicgen.shape import Shape
from models.musicgen.step import Ints, Step
from models.musicgen.step_onnx import OnnxStep

SHAPE = Shape(layers=2, width=64, heads=4, feedforward=256, delays=(0, 1, 2, 3))
DELAY = SHAPE.longest_delay
SLOTS, WINDOW, STRIDE = 4, 60, 36
PLENTY = 10**9


@dataclass
class Frail:
    """The real step on hardware that may fail: `before` hears what it is about to do, for which slot or how many."""

    step: Step
    before: Callable[[str, int], None]
    slots: int = SLOTS
    positions: int = WINDOW + DELAY

    def start_slot(self, slot: int, text: Tensor, negative: Tensor | None = None) -> None:
        self.before("start", slot)
        self.step.start_slot(slot, text, negative)

    def __call__(self, tokens: Ints, positions: Ints) -> Tensor:
        self.before("step", len(tokens))
        return self.step(tokens, positions)

    def prefill(self, slot: int, tokens: Ints, start: int) -> None:
        self.before("prefill", slot)
        self.step.prefill(slot, tokens, start)

    def copy_slot(self, source: int, target: int, filled: int) -> None:
        self.before("move", source)
        self.step.copy_slot(source, target, filled)

    def free(self, slot: int) -> None:
        self.before("free", slot)
        self.step.free(slot)


@dataclass
class Gate:
    """Lets a step begin only when it may."""

    ticks: threading.Semaphore

    @classmethod
    def shut(cls) -> Gate:
        return cls(threading.Semaphore(0))

    def __call__(self, what: str, _slots: int) -> None:
        if what == "step":
            assert self.ticks.acquire(timeout=30)

    def let(self, steps: int) -> None:
        self.ticks.release(steps)


def small_step() -> OnnxStep:
    return OnnxStep(random_weights(SHAPE), slots=SLOTS, positions=WINDOW + DELAY, threads=1)


@contextmanager
def serving(
    step: Step, *, room_frames: int = PLENTY, stepped: Sequence[Callable[[StepStats], None]] = ()
) -> Iterator[tuple[Scheduler, Engine]]:
    engine = Engine(step, SHAPE, window_frames=WINDOW, stride_frames=STRIDE)
    scheduler = Scheduler(engine, bytes_per_frame=2, kv_cache_bytes=2 * room_frames, stepped=stepped)
    yield scheduler, engine
    scheduler.close()


def a_generation(seed: int, frames: int, **params: float) -> GenerationRequest:
    return GenerationRequest(random_text(SHAPE, 3 + 5 * seed % 90, seed), frames, seed, SamplingParams(**params))  # type: ignore[arg-type]


def ignore(_fraction: float) -> None:
    return None


def alone(step: Step, generation: GenerationRequest) -> Ints:
    """Without a scheduler."""
    engine = Engine(step, SHAPE, window_frames=WINDOW, stride_frames=STRIDE)
    sequence = engine.add(generation)
    while not sequence.finished:
        engine.advance()
    return sequence.tokens


def played(scheduler: Scheduler, generation: GenerationRequest, on_step: OnStep = ignore) -> Ints:
    return np.concatenate(list(scheduler.generate(generation, on_step)), axis=1)


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.001)


def at_once(
    scheduler: Scheduler, generations: Sequence[GenerationRequest], let: Callable[[], None] = lambda: None
) -> list[Ints]:
    """All arrive in this order; `let` is called when all are there."""
    with ThreadPoolExecutor(len(generations)) as threads:
        answers: list[Future[Ints]] = []
        for generation in generations:
            answers.append(threads.submit(played, scheduler, generation))
            until(lambda: scheduler.request_count == len(answers))
        let()
        return [answer.result(timeout=30) for answer in answers]
