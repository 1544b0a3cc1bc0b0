"""A lone call after a burst: our batching against BentoML's `batchable=True`. `python -m bench.batching`

Both sides are one BentoML service each over the same "model" (sleeps 0.3 s a batch and 0.1 s an item), called over
HTTP. Each round: 24 calls at once, then three lone calls; rounds of the two sides alternate. Printed: medians.
"""

from __future__ import annotations

import contextlib
import json
import os
import platform
import statistics
import tempfile
import textwrap
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx

from examples.serving import ROOT, served

ROUNDS = 3
BURST = 24
LONE = 3
RESULT = ROOT / "bench" / "results" / "batching.json"

SERVICES = textwrap.dedent(
    """
    import time
    import bentoml
    from aural.wire import Wired
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
    told = {
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


def call(port: int) -> None:
    httpx.post(f"http://127.0.0.1:{port}/predict", json={"items": [{"n": 1}]}, timeout=60).raise_for_status()


def timed(work: Callable[[], object]) -> float:
    started = time.monotonic()
    work()
    return time.monotonic() - started


if __name__ == "__main__":
    main()
