"""Metrics of processes that are no more, in prometheus_client's own files and as its own collector reads them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from aural.gateway.metric_files import fold_dead
from aural.settings import METRICS_FOLDER

COUNTS = """
import os
from prometheus_client import Counter, Gauge, Histogram, Summary
Counter("calls", "x", ["path"]).labels("/a").inc(3)
Histogram("took", "x", buckets=(1, 2)).observe(1.5)
Summary("size", "x").observe(7)
Gauge("now", "x", multiprocess_mode="livesum").set(5)
Gauge("last", "x").set(6)
print(os.getpid())
"""
SHOWS = """
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
registry = CollectorRegistry()
MultiProcessCollector(registry)
print(generate_latest(registry).decode())
"""


def run(code: str, folder: Path) -> str:
    environment = {**os.environ, METRICS_FOLDER: str(folder)}
    command = [sys.executable, "-c", code]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout


def samples(folder: Path) -> set[str]:
    return {line for line in run(SHOWS, folder).splitlines() if not line.startswith("#")}


def test_what_dead_processes_counted_stays_and_their_files_go(tmp_path: Path) -> None:
    alive, *dead = (int(run(COUNTS, tmp_path)) for _ in range(3))
    before = samples(tmp_path)
    assert 'calls_total{path="/a"} 9.0' in before
    assert "now 15.0" in before
    for _ in range(2):
        fold_dead(tmp_path, is_alive=lambda pid: pid == alive)
    after = samples(tmp_path)
    counted = {line for line in before if not line.startswith(("now", "last"))}
    assert counted == {line for line in after if not line.startswith(("now", "last"))}
    assert {line for line in after if line.startswith(("now", "last"))} == {"now 5.0", f'last{{pid="{alive}"}} 6.0'}
    left = {file.name for file in tmp_path.iterdir()}
    assert not [name for name in left if any(f"_{pid}." in name for pid in dead)]
    assert len(left) == 5 + 3
    int(run(COUNTS, tmp_path))
    fold_dead(tmp_path)
    assert 'calls_total{path="/a"} 12.0' in samples(tmp_path)
    assert len(list(tmp_path.iterdir())) == 3


def test_without_a_folder_there_is_nothing_to_do(tmp_path: Path) -> None:
    fold_dead(tmp_path / "none")
