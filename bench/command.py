"""What the command aural costs beside its work. `python -m bench.command [CLIP]`

CPU seconds of `aural --help`; seconds from `aural analyze` to its answer about a clip of half a second, which is its
start; and, once all is loaded, seconds of one file more beside the same call of the flow. Medians, all three in turns;
prints them beside their goals and writes bench/results/command.json.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import numpy as np
import soundfile
import torch

from aural.flow.ports import Deadline
from aural_client import AsyncAural
from bench.machine import machine
from cli.analyzing import analyze_file
from cli.connect import IN_PROCESS_URL, in_process_settings
from cli.in_process.app import app_over, running_flow
from cli.in_process.transport import AppTransport
from examples.clip import CLIP
from examples.serving import ROOT

RESULT = ROOT / "bench" / "results" / "command.json"
ROUNDS = 7
GOALS = {"help_cpu_s": 0.5, "start_s": 6.0, "file_over_flow": 1.3}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.command", description=__doc__)
    parser.add_argument("clip", type=Path, nargs="?", default=CLIP)
    asked = parser.parse_args()
    found = asyncio.run(measured(asked.clip))
    for name, goal in GOALS.items():
        print(f"{name:<16}{found[name]:>8.2f}   goal {goal:g}: {'met' if found[name] <= goal else 'MISSED'}")
    print(f"one file more: {found['file_s']:.2f} s, the flow alone {found['flow_s']:.2f} s")
    told = {
        "clip": asked.clip.name,
        "rounds": ROUNDS,
        "cores": os.cpu_count(),
        **machine_here(),
        **found,
        "goals": GOALS,
    }
    RESULT.write_text(json.dumps(told, indent=1) + "\n")


def machine_here() -> dict[str, object]:
    return machine(torch.get_num_threads(), torch.device("cpu"))


async def measured(clip: Path) -> dict[str, float]:
    """The medians of all rounds, by name."""
    rows: dict[str, list[float]] = {"help_cpu_s": [], "start_s": [], "file_s": [], "flow_s": []}
    settings, data = in_process_settings(), clip.read_bytes()
    with tempfile.TemporaryDirectory() as folder:
        short = Path(folder) / "short.wav"
        soundfile.write(short, np.zeros(8_000, np.float32), 16_000)
        async with (
            running_flow(settings, 1) as (flow, models),
            AsyncAural(IN_PROCESS_URL, transport=AppTransport(app_over(settings, flow, models))) as aural,
        ):
            await analyze_file(aural, clip)  # loads all
            for _ in range(ROUNDS):
                rows["help_cpu_s"].append(cpu_s("--help"))
                rows["start_s"].append(wall_s("analyze", str(short)))
                rows["file_s"].append(await took_s(lambda: analyze_file(aural, clip)))
                rows["flow_s"].append(await took_s(lambda: flow.analyze(data, Deadline.within(60))))
    medians = {name: statistics.median(values) for name, values in rows.items()}
    return {**medians, "file_over_flow": medians["file_s"] / medians["flow_s"]}


def aural(*arguments: str) -> None:
    """The command, in a process of its own. SystemExit where it fails."""
    path = os.pathsep.join((str(ROOT), str(ROOT / "client" / "src")))
    command = [sys.executable, "-m", "cli.main", *arguments]
    done = subprocess.run(command, env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"aural {' '.join(arguments)} ended with {done.returncode}: {done.stderr}")


def cpu_s(*arguments: str) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    aural(*arguments)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def wall_s(*arguments: str) -> float:
    began_s = time.monotonic()
    aural(*arguments)
    return time.monotonic() - began_s


async def took_s(work: Callable[[], Awaitable[object]]) -> float:
    began_s = time.monotonic()
    await work()
    return time.monotonic() - began_s


if __name__ == "__main__":
    main()
