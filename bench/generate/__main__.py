"""The engine, transformers and audiocraft on MusicGen small's full shape. `python -m bench.generate`

Three parts, each with a file of its own in bench/results, for each kind of device, so that no file mixes two runs. It
is written after each batch size and each table. What one guest cannot do costs that guest alone, and a table that fails
costs that table and the exit status: both are said there too.

engine: the same random weights for all, interleaved in one run: at frames 50, 750 and 1450 of a clip, caches filled so
far, straight lines between them make a figure for 30 s. Then requests of 1 to 6 s that arrive in real time, continuous
batching against static; the first sound of a text; and the goals.
contract (on a CPU): from how many threads on 60 s of music are there within 60 s; EnCodec is part of it.
sizes: memory and speed of MusicGen's sizes, one request alone.

`--quick`: batch 1 and fewer rounds in the part engine; a few minutes, and nothing is written.
On a GPU (never run on one so far): the step that is served there, for as many slots as are served (SLOTS), in fp16,
bf16 and fp32, and batch 32 as well; memory is the device's, and each contestant sums as its users have it.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import torch

from bench.generate import tables
from bench.generate.contract import contract
from bench.generate.field import Field, Host, precisions_on, served
from bench.generate.first_sound import first_sound
from bench.generate.load import SERVERS, Load, steady
from bench.generate.meet import Met, meet
from bench.generate.sizes import print_sizes
from bench.generate.timing import GenerationRequest, interleaved, read_limit
from bench.generate.verdict import clip_s, frames_per_s, goals_on_cpu, goals_on_gpu
from bench.machine import machine
from bench.musicgen_shapes import SIZES, SMALL, random_text, random_weights
from models.musicgen.assemble import SLOTS
from models.musicgen.engine import Engine

RESULTS = Path(__file__).parents[1] / "results"
PARTS = ("engine", "contract", "sizes")
FAILED = "failed"
USUAL_SIZES = ("small", "medium", "large", "stereo-small")
TEXT_TOKENS = 20
CALLS = 48
"""To eight slots, and in proportion to others. Fewer are too few to fill the slots for long: simulated on step times of
30 to 160 ms, 32 gave a fifth less."""


def main() -> None:
    asked = arguments()
    os.environ["HF_HUB_OFFLINE"] = "1"
    device, parts = torch.device(asked.device), list(asked.parts)
    torch.set_num_threads(asked.threads)
    run = {"machine": machine(asked.threads, device), "date": date.today().isoformat()}
    print(run["machine"], "--quick: nothing is written." if asked.quick else "")
    if "contract" in parts and device.type != "cpu":
        parts.remove("contract")
        print("The part contract is left out: it is for CPUs alone. Ask for it by --parts contract --device cpu.")

    def keep(name: str, told: Mapping[str, Any]) -> None:
        if not asked.quick:
            (RESULTS / f"{name}.json").write_text(json.dumps({**run, **told}, indent=1) + "\n")

    known: dict[str, dict[str, float]] = {}
    told = dict[str, Any]()
    if {"engine", "contract"} & set(parts):
        text = random_text(SMALL, TEXT_TOKENS, 0)
        field = Field(random_weights(SMALL), text, device, asked.threads, slots=SLOTS[device.type])
        if "engine" in parts:
            for part in engine(field, asked.batches, quick=asked.quick):
                known |= {"small": part.pop("alone")} if "alone" in part else {}
                told |= part
                keep(f"generate-{device.type}", told)
        if "contract" in parts:
            keep("generate-contract-cpu", {"contract": contract(field)})
        del field
    if "sizes" in parts:
        rows = print_sizes(asked.sizes or USUAL_SIZES, device, asked.threads, known)
        keep(f"generate-sizes-{device.type}", {"sizes": rows})
    if failed := [name for name, one in told.items() if isinstance(one, dict) and FAILED in one]:
        sys.exit(f"Failed: {', '.join(failed)}. The rest was measured.")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.generate", description=__doc__)
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=["engine", "contract"])
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--batches", type=int, nargs="+", help="of the engine: 1 4 8, and 32 on a GPU, unless given")
    parser.add_argument("--quick", action="store_true", help="little is measured, nothing is written")
    usual = " ".join(USUAL_SIZES)
    parser.add_argument("--sizes", nargs="+", choices=SIZES, metavar="SIZE", help=f"of the part sizes: {usual}")
    asked = parser.parse_args()
    if asked.sizes and "sizes" not in asked.parts:
        parser.error("--sizes says which sizes the part sizes takes. Add sizes to --parts.")
    return asked


def engine(field: Field, batches: Sequence[int] | None, *, quick: bool) -> Iterator[dict[str, Any]]:
    """The part's tables one by one, as they are to be kept; with the steps' frames/s of one request by precision."""
    gpu = field.device.type != "cpu"
    batches = batches or ([1] if quick else [1, 4, 8, 32] if gpu else [1, 4, 8])
    field = replace(field, slots=max(*batches, field.slots))
    limit = read_limit(field.threads, field.device)
    print(f"memory read at {limit / 1e9:.1f} GB/s at best")
    hosts, met, loads = field.hosts(), Met(), dict[str, Load]()
    for met in meet(field, hosts, batches, GenerationRequest(2, 2) if quick else GenerationRequest()):
        yield steps_told(met, hosts, field.device, limit)
    tables.steps(steps_told(met, hosts, field.device, limit)["rows"])

    def load() -> dict[str, Any]:
        loads.update(loaded(hosts[-1], field, 10 if quick else CALLS))
        return tables.loads(loads, hosts[-1].precision)

    def first() -> dict[str, Any]:
        host = served(hosts, field.device)
        return tables.first_sound(first_sound(host, field), host.precision)

    yield tried("load", load, hosts)
    yield tried("first_sound", first, hosts)
    limit = max(limit, read_limit(field.threads, field.device))  # once more: a machine's neighbours come and go
    reached = goals_on_gpu(met.meetings, loads) if gpu else goals_on_cpu(met.meetings, SMALL, limit, loads)
    yield {"read_limit_gb_per_s": limit / 1e9, "goals": tables.goals(reached)}


def steps_told(met: Met, hosts: Sequence[Host], device: torch.device, limit: float) -> dict[str, Any]:
    alone = {name: clip_s(met.meetings, 1, f"ours {name}") for name in precisions_on(device)}
    return {
        "rows": tables.rows_of(met.meetings, met.memory, hosts, SMALL, limit),
        "meetings": [{"batch": m.batch, "guest": m.guest, **{o: m.ratio(o) for o in m.ours}} for m in met.meetings],
        "left_out": met.left_out,
        "alone": {name: frames_per_s(seconds, 1) for name, seconds in alone.items() if seconds},
    }


def tried(name: str, table: Callable[[], dict[str, Any]], hosts: Sequence[Host]) -> dict[str, Any]:
    """The table by its name; where it fails, why, and all slots are free for the next one."""
    try:
        return {name: table()}
    except Exception as error:
        traceback.print_exc()
        for host in hosts:
            host.contestant.leave()
        return {name: {FAILED: f"{type(error).__name__}: {error}"}}


def loaded(host: Host, field: Field, calls: int) -> dict[str, Load]:
    """As many calls a second as continuous batching can just bear, by a step of all slots in mid-request."""
    engine: Engine = host.contestant.engine
    told = interleaved([host.contestant], None, engine.slots, [100], GenerationRequest(4, 4), field.device)[
        host.contestant.name
    ]
    host.contestant.leave()
    # As many calls to each slot, however many there are: static batching would bear a load for fewer with ease.
    arrivals = steady(calls * engine.slots // SLOTS["cpu"], engine.slots / told.step_s[100])
    return {name: serve(engine, arrivals, field.text) for name, serve in SERVERS.items()}


if __name__ == "__main__":
    main()
