"""Memory and descriptors of every process of a service, while something is asked of it."""

from __future__ import annotations

import contextlib
import statistics
import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import psutil

from bench.soak.serving import Service

EVERY_S = 1.0
NOISE_BYTES = 2 * 2**20
"""Growth below this is none: what one small call holds while it is sampled."""
SPARE_DESCRIPTORS = 64
"""As many may be open beside those of the beginning: the gateway's pools of connections to its runners grow with what
comes side by side, and stay. A descriptor lost with each request would be hundreds."""


@dataclass(frozen=True)
class Sample:
    at_s: float
    rss_bytes: int
    descriptors: int


@dataclass
class Samples:
    """By process: its role and pid, so that one that was started anew is another."""

    of: dict[str, list[Sample]] = field(default_factory=lambda: defaultdict(list))

    def take(self, service: Service) -> None:
        now_s = time.monotonic()
        for role, process in service.processes().items():
            with contextlib.suppress(psutil.NoSuchProcess, psutil.AccessDenied):
                sample = Sample(now_s, process.memory_info().rss, process.num_fds())
                self.of[f"{role} ({process.pid})"].append(sample)

    def growth(self) -> dict[str, float]:
        """By process how much larger the last quarter's median memory is than the second quarter's, as a fraction.

        The first quarter is where caches and arenas fill. Growth within NOISE_BYTES is 0.
        """
        return {role: grown([one.rss_bytes for one in samples]) for role, samples in self.of.items()}

    def descriptors(self) -> dict[str, int]:
        """By process how many more are open at the end than at the beginning."""
        return {role: samples[-1].descriptors - samples[0].descriptors for role, samples in self.of.items()}

    def most_rss_mb(self) -> dict[str, int]:
        return {role: round(max(one.rss_bytes for one in samples) / 2**20) for role, samples in self.of.items()}


def grown(rss_bytes: Sequence[int]) -> float:
    quarter = len(rss_bytes) // 4
    if quarter == 0:
        return 0.0
    early = statistics.median(rss_bytes[quarter : 2 * quarter])
    late = statistics.median(rss_bytes[-quarter:])
    return 0.0 if late - early <= NOISE_BYTES else (late - early) / early


@contextlib.contextmanager
def sampled(service: Service) -> Iterator[Samples]:
    """Samples of every second until the block ends, in a thread of its own."""
    samples, over = Samples(), threading.Event()

    def sample() -> None:
        while not over.wait(EVERY_S):
            samples.take(service)

    samples.take(service)
    thread = threading.Thread(target=sample)
    thread.start()
    try:
        yield samples
    finally:
        over.set()
        thread.join()
        samples.take(service)
