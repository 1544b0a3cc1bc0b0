"""/analyze over HTTP, 1, 8 and 32 calls at a time, and lone calls after each burst. `python -m bench.analyze [CLIP]`

The server is started as a fresh checkout starts it. Prints p50 and p99 of the answers' times, calls a second, the mean
batch at CREPE and at the ear, and what a lone call then takes; writes bench/results/analyze.json.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import statistics
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import numpy as np

from examples.clip import CLIP
from examples.serving import ROOT, served

RESULT = ROOT / "bench" / "results" / "analyze.json"
PORT = 8143
AT_ONCE = (1, 8, 32)
CALLS = {1: 8, 8: 24, 32: 64}
LONE = 3
PATIENCE_S = 120.0


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.analyze", description=__doc__)
    parser.add_argument("clip", type=Path, nargs="?", default=CLIP)
    asked = parser.parse_args()
    data = asked.clip.read_bytes()
    with tempfile.TemporaryDirectory() as home, tempfile.TemporaryFile() as log:
        # The last of 32 on few cores may take longer than the usual minute, which is no part of what is measured.
        environment = {**os.environ, "BENTOML_HOME": home, "AURAL_DEADLINE_S": "120"}
        with served("service:AuralArchitect", PORT, log, environment=environment):
            analyze(data)
            rows = {str(count): measured(data, count) for count in AT_ONCE}
    print(
        f"{'at once':>8}{'p50 s':>9}{'p99 s':>9}{'calls/s':>9}{'batch: pitch':>14}{'feeling':>9}{'lone after, s':>15}"
    )
    for count, row in rows.items():
        batches = f"{row['batch_pitch']:>14.1f}{row['batch_feeling']:>9.1f}"
        print(f"{count:>8}{row['p50_s']:>9.2f}{row['p99_s']:>9.2f}{row['per_s']:>9.2f}{batches}{row['lone_s']:>15.2f}")
    told = {"machine": platform.machine(), "cores": os.cpu_count(), "clip": asked.clip.name, "at_once": rows}
    RESULT.write_text(json.dumps(told, indent=1) + "\n")


def measured(data: bytes, at_once: int) -> dict[str, float]:
    before = batches()
    began = time.monotonic()
    with ThreadPoolExecutor(at_once) as pool:
        took_s = list(pool.map(lambda _: analyze(data), range(CALLS[at_once])))
    whole_s = time.monotonic() - began
    after = batches()
    lone_s = [analyze(data) for _ in range(LONE)]
    row = {
        "p50_s": statistics.median(took_s),
        "p99_s": float(np.percentile(took_s, 99)),
        "per_s": CALLS[at_once] / whole_s,
        "lone_s": statistics.median(lone_s),
    }
    for runner in ("pitch", "feeling"):
        items, count = (after[runner][i] - before[runner][i] for i in (0, 1))
        row[f"batch_{runner}"] = items / count if count else 0.0
    return row


def analyze(data: bytes) -> float:
    """Seconds to the answer."""
    began = time.monotonic()
    files = {"file": ("clip", data)}
    answer = httpx.post(f"http://127.0.0.1:{PORT}/analyze", files=files, timeout=PATIENCE_S)
    if answer.status_code != 200:
        raise SystemExit(f"/analyze answered {answer.status_code}: {answer.text}")
    return time.monotonic() - began


def batches() -> dict[str, tuple[float, float]]:
    """By runner: requests that were batched, and batches."""
    text = httpx.get(f"http://127.0.0.1:{PORT}/metrics", timeout=30).text
    found: dict[str, tuple[float, float]] = {}
    for runner in ("pitch", "feeling"):
        sums = [
            sum(
                float(value)
                for value in re.findall(rf'^aural_batch_size_{kind}{{.*runner="{runner}".*}} (\S+)$', text, re.M)
            )
            for kind in ("sum", "count")
        ]
        found[runner] = (sums[0], sums[1])
    return found


if __name__ == "__main__":
    main()
