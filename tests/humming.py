"""A composer that obeys arithmetic: it hums, at a speed that is said beforehand; and a metrics that keeps all."""

from __future__ import annotations

import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from aural.types import BY_RULE, TAIL_S, TAKE_RATE_HZ, MusicRequest, PlaceRequest, Take
from models.composer import Emit, Progress
from models.job_queue import JobQueue
from models.latency import ThroughputEstimator
from models.metrics_sink import Outcome

BREAKS = "break halfway"
STALLS = "stall halfway"


@dataclass
class Humming:
    """Takes `work_s_per_s` for each second of a 100 Hz hum, in `steps` blocks.

    A prompt with BREAKS in it raises halfway; one with STALLS makes no more music from there on.
    """

    work_s_per_s: float = 0.01
    steps: int = 10
    name: str = "humming"
    at_once: int = 0
    most_at_once: int = 0
    served: list[int] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def compose(self, request: MusicRequest, progress: Progress, emit: Emit | None = None) -> Take:
        with self._lock:
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
        self.served.append(request.seed)
        try:
            return self._hum(request, progress, emit)
        finally:
            with self._lock:
                self.at_once -= 1

    def _hum(self, request: MusicRequest, progress: Progress, emit: Emit | None) -> Take:
        loop_end = round(request.duration_s * TAKE_RATE_HZ)
        time_s = np.arange(loop_end + round(TAIL_S * TAKE_RATE_HZ)) / TAKE_RATE_HZ
        hum = 0.5 * np.sin(2 * np.pi * (100 + request.seed % 7) * time_s)
        samples = np.stack([hum, hum / 2]).astype(np.float32)
        for step, block in enumerate(np.array_split(samples, self.steps, axis=1)):
            progress(step / self.steps)
            if step == self.steps // 2:
                _halfway(request.prompt, progress)
            time.sleep(request.duration_s * self.work_s_per_s / self.steps)
            if emit is not None:
                emit(block)
        return Take(
            samples,
            loop_end,
            request.seed,
            self.name,
            request.bpm,
            request.key,
            "CC0-1.0",
            exact=True,
            origin=BY_RULE,
        )

    def step_count(self, request: MusicRequest) -> int:
        return self.steps

    def report(self) -> dict[str, Any]:
        here = {"revision": "1", "device": "cpu", "gpu": False, "precision": "fp32"}
        able = {"exact": True, "origin": BY_RULE, "stems": False, "continues": False}
        holds = {"metres": ["4/4"], "endings": ["cut"], "chords": False}
        return {"model": self.name, "licence": "CC0-1.0", **here, **able, **holds}


def _halfway(prompt: str, progress: Progress) -> None:
    if BREAKS in prompt:
        raise ArithmeticError("the hum broke")
    while STALLS in prompt:
        progress(0.5)
        time.sleep(0.05)


@dataclass
class Counted:
    """A metrics that keeps everything."""

    waits_s: list[float] = field(default_factory=list)
    first_audios_s: list[float] = field(default_factory=list)
    occupied: list[int] = field(default_factory=lambda: [0])
    outcomes: Counter[Outcome] = field(default_factory=Counter)

    def waited(self, wait_s: float) -> None:
        self.waits_s.append(wait_s)

    def first_audio(self, after_s: float) -> None:
        self.first_audios_s.append(after_s)

    def composing(self, slots: int) -> None:
        self.occupied.append(slots)

    def ended(self, outcome: Outcome) -> None:
        self.outcomes[outcome] += 1


def queue_of(composer: Humming, *, slots: int = 1, metrics: Counted | None = None, max_waiting: int = 64) -> JobQueue:
    estimator = ThroughputEstimator(slots)
    return JobQueue(composer, slots=slots, estimator=estimator, metrics=metrics or Counted(), max_waiting=max_waiting)


def ask(seed: int, duration_s: float = 4.0, budget_s: float = 10.0, group: str = "") -> MusicRequest:
    return MusicRequest("hum", duration_s=duration_s, seed=seed, budget_s=budget_s, group=group)


def a_place(takes: int, duration_s: float = 4.0, budget_s: float = 10.0, group: str = "one") -> PlaceRequest:
    return PlaceRequest(group, takes, duration_s, budget_s)
