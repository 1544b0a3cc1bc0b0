"""Batching: ours against BentoML's `batchable=True`, and against none. `python -m bench.batching`

First a lone call after a burst.

Both sides are one BentoML service each over the same "model" (sleeps 0.3 s a batch and 0.1 s an item), called over
HTTP. Each round: 24 calls at once, then three lone calls; rounds of the two sides alternate. Printed: medians.

Then CREPE and the tagger: 8 clips of 10 s that arrive at once, in one batch and one by one, alternating, with 1, 2 and
4 threads. Printed: the mean and the last latency of the batch over those of one by one.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import platform
import statistics
import tempfile
import textwrap
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import numpy as np
from numpy.typing import NDArray

from examples.serving import ROOT, served
from runners.batching import Batcher

ROUNDS = 3
BURST = 24
LONE = 3
CLIPS = 8
RESULT = ROOT / "bench" / "results" / "batching.json"

SERVICES = textwrap.dedent(
    """
    import time
    import bentoml
    from aural.types import WireSerializable
    from runners.batching import Batcher

    def model(items):
        time.sleep(0.3 + 0.1 * len(items))
        return [dict(item, done=True) for item in items]

    @bentoml.service(name="cork", traffic={"timeout": 600})
    class Cork:
        @bentoml.api(batchable=True, max_batch_size=16, max_latency_ms=600000)
        def predict(self, items: list[dict]) -> list[dict]:
            return model(items)

    @bentoml.service(name="ours", traffic={"timeout": 600})
    class Ours:
        def __init__(self):
            self.batch = Batcher("ours", model, max_batch=16)

        @bentoml.api
        async def predict(self, items: list[dict]) -> list[dict]:
            return [await self.batch(items[0], 60)]
    """
)


def main() -> None:
    """Print the table and write bench/results/batching.json."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "corks.py").write_text(SERVICES)
        with ThreadPoolExecutor(BURST) as pool:
            figures = measure(Path(folder), pool)
    print(f"{'batching':<22} {'burst of 24: last answer':>26} {'lone call after it':>20}   (medians, s)")
    for name, row in figures.items():
        print(f"{name:<22} {row['burst_s']:>26.3f} {row['lone_s']:>20.3f}   worst lone {row['worst_lone_s']:.3f}")
    of_models = {f"{threads} threads": of_the_models(threads) for threads in (1, 2, 4)}
    print(f"{'batched over one by one':<22} {'mean latency':>14} {'last answer':>14}   (medians of {ROUNDS} rounds)")
    for threads, rows in of_models.items():
        for name, (mean, last) in rows.items():
            print(f"{name + ', ' + threads:<22} {mean:>14.2f} {last:>14.2f}")
    told = {
        "models": of_models,
        "machine": f"{platform.machine()}, {platform.python_version()}",
        "rounds": ROUNDS,
        "figures": figures,
    }
    RESULT.write_text(json.dumps(told, indent=2) + "\n")


def measure(folder: Path, pool: ThreadPoolExecutor) -> dict[str, dict[str, float]]:
    sides = {"bentoml batchable": ("Cork", 8141), "ours": ("Ours", 8142)}
    bursts: dict[str, list[float]] = {name: [] for name in sides}
    lones: dict[str, list[float]] = {name: [] for name in sides}
    with contextlib.ExitStack() as servers:
        for service, port in sides.values():
            environment = {**os.environ, "PYTHONPATH": str(ROOT), "BENTOML_HOME": str(folder / service)}
            log = servers.enter_context(tempfile.TemporaryFile())
            servers.enter_context(served(f"corks:{service}", port, log, folder=folder, environment=environment))
        for _ in range(ROUNDS):
            for name, (_, port) in sides.items():
                bursts[name].append(timed(lambda port=port: list(pool.map(call, [port] * BURST))))  # type: ignore[misc]
                lones[name] += [timed(lambda port=port: call(port)) for _ in range(LONE)]  # type: ignore[misc]
    return {
        name: {
            "burst_s": statistics.median(bursts[name]),
            "lone_s": statistics.median(lones[name]),
            "worst_lone_s": max(lones[name]),
        }
        for name in sides
    }


def of_the_models(threads: int) -> dict[str, tuple[float, float]]:
    """Mean and last latency of a burst in one batch, over those one by one."""
    import torch

    from models.crepe import Crepe
    from models.tagger import Tagger

    torch.set_num_threads(threads)
    clip = np.random.default_rng(0).standard_normal(10 * 16_000).astype(np.float32) * np.float32(0.1)
    crepe, tagger = Crepe.load(torch.device("cpu")), Tagger.load("cpu")
    ratios: dict[str, tuple[float, float]] = {}
    runs: dict[str, Callable[[list[Any]], Iterable[Any]]] = {"crepe": crepe.track_many, "tagger": tagger.embed_many}
    for name, run in runs.items():
        list(run([clip]))
        rounds = [(latencies(run, clip, 16), latencies(run, clip, 1)) for _ in range(ROUNDS)]
        means = [statistics.mean(batch) / statistics.mean(alone) for batch, alone in rounds]
        lasts = [max(batch) / max(alone) for batch, alone in rounds]
        ratios[name] = statistics.median(means), statistics.median(lasts)
    return ratios


def latencies(run: Callable[[list[Any]], Iterable[Any]], clip: NDArray[np.float32], max_batch: int) -> list[float]:
    """Seconds of each of a burst's calls."""

    async def burst() -> list[float]:
        batcher: Batcher[Any, Any] = Batcher("bench", run, max_batch=max_batch)
        started = time.perf_counter()

        async def one() -> float:
            await batcher(clip, 600)
            return time.perf_counter() - started

        return list(await asyncio.gather(*(one() for _ in range(CLIPS))))

    from prometheus_client import REGISTRY

    try:
        return asyncio.run(burst())
    finally:
        REGISTRY.unregister(REGISTRY._names_to_collectors["aural_batch_size"])


def call(port: int) -> None:
    httpx.post(f"http://127.0.0.1:{port}/predict", json={"items": [{"n": 1}]}, timeout=60).raise_for_status()


def timed(work: Callable[[], object]) -> float:
    started = time.monotonic()
    work()
    return time.monotonic() - started


if __name__ == "__main__":
    main()
