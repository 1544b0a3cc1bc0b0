"""The engine, transformers and audiocraft on MusicGen small's full shape. `python -m bench.generate`

The same random weights for all, interleaved in one run: at frames 50, 750 and 1450 of a clip, caches filled so far,
straight lines between them make a figure for 30 s. Then requests of 1 to 6 s that arrive in real time, continuous
batching against static; EnCodec; and from how many threads on 60 s of music are there within 60 s. Prints the tables
and the goals, and writes bench/results/generate.json. `--quick`: a few minutes, batch 1 and fewer rounds.

On a GPU (never run on one so far): TorchStep instead of the ONNX graph, and batch 32 as well.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import torch

from bench.generate.contract import contract
from bench.generate.field import Field, Host
from bench.generate.load import SERVERS, Load, steady
from bench.generate.sizes import print_sizes
from bench.generate.timing import PLACES, Plan, interleaved, read_limit
from bench.generate.verdict import Goal, Meeting, clip_s, frames_per_s, goals_on_cpu, goals_on_gpu
from bench.musicgen_shapes import SIZES, SMALL, cached_numbers, random_text, random_weights
from models.musicgen.engine import Engine

RESULT = Path(__file__).parents[1] / "results" / "generate.json"
TEXT_TOKENS = 20
SPARE_BYTES = 10**9
CALLS = 48
"""Fewer are too few to fill the slots for long: simulated on step times of 30 to 160 ms, 32 gave a fifth less."""


def main() -> None:
    asked = arguments()
    os.environ["HF_HUB_OFFLINE"] = "1"
    device = torch.device(asked.device)
    batches = asked.batches or ([1] if asked.quick else [1, 4, 8] + ([32] if device.type == "cuda" else []))
    torch.set_num_threads(asked.threads)
    limit = read_limit(asked.threads)
    told: dict[str, Any] = {"machine": machine(asked.threads, device)}
    print(f"{told['machine']}\nmemory read at {limit / 1e9:.1f} GB/s at best")
    field = Field(random_weights(SMALL), random_text(SMALL, TEXT_TOKENS, 0), device, asked.threads, max(*batches, 8))
    hosts = field.hosts()
    meetings, memory = met(field, hosts, batches, Plan(2, 2) if asked.quick else Plan())
    loads = loaded(hosts[-1], field, 10 if asked.quick else CALLS)
    limit = max(limit, read_limit(asked.threads))  # once more: a machine's neighbours come and go
    told["read_limit_gb_per_s"] = limit / 1e9
    goals = goals_on_cpu(meetings, SMALL, limit, loads) if device.type == "cpu" else goals_on_gpu(meetings, loads)
    told |= tables(meetings, memory, loads, goals)
    hosts.clear()
    told |= contract(field) if device.type == "cpu" else {}
    if asked.sizes:
        small = {name: clip_s(meetings, 1, f"ours {name}") for name in field.precisions}
        known = {name: frames_per_s(seconds, 1) for name, seconds in small.items() if seconds}
        told["sizes"] = print_sizes(asked.sizes, asked.threads, {"small": known})
    RESULT.write_text(json.dumps(told, indent=1) + "\n")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.generate", description=__doc__)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--batches", type=int, nargs="+", help="1 4 8, and 32 on a GPU, unless given")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--sizes", nargs="+", choices=SIZES, metavar="SIZE", help="memory and speed of these too")
    return parser.parse_args()


def machine(threads: int, device: torch.device) -> dict[str, Any]:
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.exists() else []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return {
        "cpu": names[0] if names else platform.processor(),
        "threads": threads,
        "device": torch.cuda.get_device_name(device) if device.type == "cuda" else "cpu",
        "torch": torch.__version__,
    }


def met(
    field: Field, hosts: list[Host], batches: Sequence[int], plan: Plan
) -> tuple[list[Meeting], dict[str, dict[int, int]]]:
    """All meetings, and the peak memory in bytes by contestant and batch."""
    meetings: list[Meeting] = []
    memory: dict[str, dict[int, int]] = {}
    ours_bytes = {host.contestant.name: host.built_bytes for host in hosts}
    guests = list(field.guests())
    for batch in sorted(batches):
        for guest in guests:
            name = guest.contestant.name
            needed = memory_needed(hosts, batch)
            if psutil.virtual_memory().available < needed + SPARE_BYTES:
                print(f"batch {batch}, {name}: left out, {needed / 1e9:.1f} GB of memory are not free", flush=True)
                continue
            began = time.monotonic()
            timed = interleaved([host.contestant for host in hosts], guest.contestant, batch, PLACES, plan)
            meeting = Meeting(batch, guest.peer, guest.precision, name, timed)
            meetings.append(meeting)
            for own in ours_bytes:
                ours_bytes[own] += max(0, timed[own].grown_bytes)
                memory.setdefault(own, {})[batch] = ours_bytes[own]
            memory.setdefault(name, {})[batch] = guest.held_bytes + timed[name].grown_bytes
            ratios = ", ".join(f"{own} {meeting.ratio(own):.2f} x" for own in meeting.ours)
            print(f"batch {batch}, {name}: {ratios}  ({time.monotonic() - began:.0f} s)", flush=True)
    for host in hosts:
        host.contestant.leave()
    return meetings, memory


def memory_needed(hosts: list[Host], batch: int) -> float:
    """Bytes: the guest's cache, a quarter more while it is copied, and what ours has to grow by."""
    one = 4 * cached_numbers(SMALL, PLACES[-1])
    return one * (1.25 * batch + sum(max(0, batch - len(host.contestant.engine.playing)) for host in hosts))


def loaded(host: Host, field: Field, calls: int) -> dict[str, Load]:
    """As many calls a second as continuous batching can just bear, by a step of eight slots in mid-request."""
    engine: Engine = host.contestant.engine
    took = interleaved([host.contestant], None, engine.slots, [100], Plan(4, 4))[host.contestant.name].step_s[100]
    host.contestant.leave()
    arrivals = steady(calls, engine.slots / took)
    return {name: serve(engine, arrivals, field.text) for name, serve in SERVERS.items()}


def tables(
    meetings: list[Meeting], memory: dict[str, dict[int, int]], loads: dict[str, Load], goals: list[Goal]
) -> dict[str, Any]:
    head = "".join(f"{f'frame {place}':>12}" for place in PLACES)
    print(f"\n{'ms a step':<38}{head}{'30 s in':>10}{'frames/s':>10}{'memory':>10}")
    rows = []
    for batch in sorted({one.batch for one in meetings}):
        for name in memory:
            held = [one for one in meetings if one.batch == batch and name in one.timed]
            seconds = clip_s(meetings, batch, name)
            if seconds is None:
                continue
            ms = {p: 1000 * float(np.median([one.timed[name].step_s[p] for one in held])) for p in PLACES}
            speed, peak = frames_per_s(seconds, batch), memory[name][batch]
            figures = "".join(f"{value:12.1f}" for value in ms.values())
            print(f"batch {batch} {name:<30}{figures}{seconds:8.1f} s{speed:10.1f}{peak / 1e9:7.2f} GB")
            rows.append({"batch": batch, "who": name, "step_ms": ms, "clip_s": seconds, "frames_per_s": speed})
            rows[-1]["memory_gb"] = peak / 1e9
    for name, load in loads.items():
        print(f"{name + ' batching':<38}{load.frames_per_s:8.1f} frames/s, answers after {load.latency_s:.1f} s")
    print(f"\n{'goal':<60}{'asked':>10}{'got':>8}")
    for goal in goals:
        got = "" if goal.got is None else f"{goal.got:.2f}"
        print(f"{goal.what:<60}{goal.asked:>10}{got:>8}  {goal.verdict}")
    return {
        "rows": rows,
        "load": {name: asdict(load) for name, load in loads.items()},
        "goals": [{"goal": g.what, "asked": g.asked, "got": g.got, "verdict": g.verdict} for g in goals],
        "meetings": [{"batch": m.batch, "guest": m.guest, **{o: m.ratio(o) for o in m.ours}} for m in meetings],
    }


if __name__ == "__main__":
    main()
