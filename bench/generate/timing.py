"""Step times of several contestants, interleaved, at three places of a clip; and what this machine's memory allows."""

from __future__ import annotations

import statistics
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import psutil
import torch
from numpy.typing import NDArray

from bench.generate.contestants import Contestant, wait
from bench.musicgen_shapes import cached_numbers, numbers_read
from models.devices import device_facts
from models.musicgen.engine import PREFILL
from models.musicgen.graph import BLOCK
from models.musicgen.shape import FRAMES_PER_S, WINDOW_FRAMES, Shape
from models.musicgen.windows import STRIDE_S, windows_of

PLACES = (50, 750, 1450)
FLOAT_BYTES = 4
CPU = torch.device("cpu")
CACHE_BYTES: Mapping[str, int] = {"fp32": 4, "bf16": 2, "fp16": 2, "int8": 1}
"""Of a number, by precision; int8's scales are few."""
WEIGHT_BYTES: Mapping[str, float] = {**CACHE_BYTES, "int8": 1 + FLOAT_BYTES / BLOCK}
READS, READ_BYTES = 10, 2**30
STATUS = Path("/proc/self/status")


@dataclass(frozen=True)
class GenerationRequest:
    """How much is measured: each of `rounds` times each contestant's `steps`, after one that finds its caches cold."""

    rounds: int = 4
    steps: int = 2

    @property
    def taken(self) -> int:
        return self.rounds * (self.steps + 1)


@dataclass(frozen=True)
class Timed:
    """Medians. `step_s`: seconds a step by place. `grown_bytes`: the most that memory grew by for the cache.

    `read_per_s`: bytes of memory that were read in a second, between the same steps.
    """

    step_s: Mapping[int, float]
    grown_bytes: int
    read_per_s: float


def interleaved(
    hosts: Sequence[Contestant],
    guest: Contestant | None,
    batch: int,
    places: Sequence[int],
    plan: GenerationRequest,
    device: torch.device = CPU,
) -> dict[str, Timed]:
    """By name. The guest leaves after each place; the others stay for the next."""
    contestants = [*hosts, *([guest] if guest else [])]
    step_s: dict[str, dict[int, float]] = {one.name: {} for one in contestants}
    grown = dict.fromkeys(step_s, 0)
    numbers, reads_s = torch.ones(READ_BYTES // FLOAT_BYTES, device=device), list[float]()
    for place in places:
        for one in contestants:
            one.ready()
            before = held_bytes(device, reset_peak=True)
            one.enter(batch, place - plan.taken // 2)
            one.step()
            grown[one.name] = max(grown[one.name], peak_bytes(device) - before)
        took: dict[str, list[float]] = {one.name: [] for one in contestants}
        for _ in range(plan.rounds):
            for one in contestants:
                one.ready()
                took[one.name] += [seconds_of_step(one, device) for _ in range(plan.steps + 1)][1:]
            reads_s.append(_timed_sum(numbers))
        if guest:
            guest.leave()
        for name, all_s in took.items():
            step_s[name][place] = statistics.median(all_s)
    read_per_s = READ_BYTES / statistics.median(reads_s)
    return {name: Timed(step_s[name], grown[name], read_per_s) for name in step_s}


def seconds_of_step(contestant: Contestant, device: torch.device) -> float:
    """From a device that has nothing to do to one that has done it."""
    wait(device)
    started = time.perf_counter()
    contestant.step()
    wait(device)
    return time.perf_counter() - started


def along_the_clip(step_s: Mapping[int, float]) -> NDArray[np.float64]:
    """(WINDOW_FRAMES + 3,) seconds of each step of a clip: straight lines through the places, and on past the ends."""
    places = sorted(step_s)
    values = [step_s[place] for place in places]
    slopes = np.diff(values) / np.diff(places)
    positions = np.arange(WINDOW_FRAMES + 3)
    at = np.clip(np.searchsorted(places, positions, side="right") - 1, 0, len(slopes) - 1)
    line: NDArray[np.float64] = np.array(values)[at] + slopes[at] * (positions - np.array(places)[at])
    return line


def whole_clip_s(step_s: Mapping[int, float]) -> float:
    """What 30 s of music take, as long as its steps take on the average."""
    return float(along_the_clip(step_s)[:WINDOW_FRAMES].sum())


def read_limit(threads: int, device: torch.device) -> float:
    """Bytes a second: the best of ten reads of a gigabyte of float32, on a CPU by so many threads."""
    torch.set_num_threads(threads)
    numbers = torch.ones(READ_BYTES // FLOAT_BYTES, device=device)
    best_s = min(_timed_sum(numbers) for _ in range(READS))
    return READ_BYTES / best_s


def _timed_sum(numbers: torch.Tensor) -> float:
    started = time.perf_counter()
    numbers.sum().item()  # a GPU is waited for
    return time.perf_counter() - started


def share_of_limit(shape: Shape, precision: str, batch: int, step_s: Mapping[int, float], limit: float) -> float:
    """Of our engine over the whole clip: the time that reading weights and cache must take, over what it took."""
    weights = WINDOW_FRAMES * numbers_read(shape) * WEIGHT_BYTES[precision]
    cache = sum(cached_numbers(shape, position + 1) for position in range(WINDOW_FRAMES)) * CACHE_BYTES[precision]
    return (weights + batch * cache) / limit / whole_clip_s(step_s)


def long_take_s(step_s: Mapping[int, float], prefill_s: Sequence[float], frames: int, delay: int) -> float:
    """What a take of so many frames takes alone, past 30 s too: windows that slide, and each first takes in what it
    keeps, a PREFILL at a time (`prefill_s`)."""
    steps = along_the_clip(step_s)
    total_s = 0.0
    for window in windows_of(frames, WINDOW_FRAMES, STRIDE_S * FRAMES_PER_S):
        total_s += sum(prefill_s[: -(-window.prompt_length // PREFILL)])
        total_s += float(steps[window.prompt_length : window.length + delay].sum())
    return total_s


def held_bytes(device: torch.device, *, reset_peak: bool = False) -> int:
    """What this process holds: on a CUDA device there, else of the machine's memory."""
    if device.type == "cuda":
        if reset_peak:
            torch.cuda.reset_peak_memory_stats(device)
        return torch.cuda.memory_allocated(device)
    if reset_peak and STATUS.exists():
        STATUS.with_name("clear_refs").write_text("5")
    return int(psutil.Process().memory_info().rss)


def free_bytes(device: torch.device) -> int:
    """What can be taken; on a CUDA device also what torch keeps there of what was freed."""
    free = device_facts(device).free_bytes
    if device.type == "cuda":
        free += torch.cuda.memory_reserved(device) - torch.cuda.memory_allocated(device)
    return free


def peak_bytes(device: torch.device) -> int:
    """The most that was held since the last reset; what is held now where the system does not tell."""
    if device.type == "cuda":
        return torch.cuda.max_memory_allocated(device)
    if not STATUS.exists():
        return held_bytes(device)
    (line,) = [line for line in STATUS.read_text().splitlines() if line.startswith("VmHWM")]
    return 1024 * int(line.split()[1])
