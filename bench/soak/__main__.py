"""The soak: what the service promises under load, growth, stops and kills. `python -m bench.soak [CASE ...]`

Cases: load (capacity is measured first, then 1, 2 and 10 times that, --minutes each), growth (--requests mixed
requests, then large files), stops (SIGTERM under load, --rounds times, and a second SIGTERM), probes, faults (SIGSTOP
and kill -9 of each process). Each starts a service of its own on loopback. Prints a table, in which what does not hold
says NO, and writes bench/results/soak.json (--out). Ends with 1 where something does not hold.
"""

from __future__ import annotations

import argparse
import asyncio
import datetime
import json
import os
import sys
import tempfile
import traceback
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch

from bench.machine import machine
from bench.soak.faults import WATCHED_S, faults
from bench.soak.growth import growth, large_files
from bench.soak.load import MEASURED_S, Capacity, loads, measure_capacity
from bench.soak.rows import CASES, Row, table
from bench.soak.serving import Service, started
from bench.soak.stopping import probes, second_signal, stops
from bench.soak.traffic import Client, mix
from examples.serving import ROOT

RESULT = ROOT / "bench" / "results" / "soak.json"
MAX_WAIT_S = 1.5
"""AURAL_MAX_WAIT_S of the service that is loaded: an operator who wants quick answers under any load sets it."""
DEFAULT_PER_S = 1.0
"""1x for the probes where the load was not measured before."""


class Soak:
    """What the command line chose, and what was found so far."""

    def __init__(self, chosen: argparse.Namespace, home: Path):
        self._chosen = chosen
        self._home = home
        self._asks = mix()
        self.capacity: Capacity | None = None

    async def load(self) -> list[Row]:
        seconds = 60 * self._chosen.minutes

        async def under(service: Service, client: Client) -> list[Row]:
            await client.learn(self._asks)
            self.capacity = await measure_capacity(client, self._asks, min(MEASURED_S, seconds))
            return await loads(service, client, self._asks, self.capacity, seconds)

        return await self._with_service("load", under, AURAL_MAX_WAIT_S=f"{self._chosen.max_wait:g}")

    async def growth(self) -> list[Row]:
        async def grow(service: Service, client: Client) -> list[Row]:
            await client.learn(self._asks)
            rows = await growth(service, client, self._chosen.requests)
            return rows + await large_files(service, client)

        return await self._with_service("growth", grow)

    async def stops(self) -> list[Row]:
        rows = await stops(self._home, self._chosen.rounds)
        return rows + await second_signal(self._home)

    async def probes(self) -> list[Row]:
        per_s = self.capacity.per_s if self.capacity else DEFAULT_PER_S
        return await probes(self._home, self._asks, per_s)

    async def faults(self) -> list[Row]:
        return await faults(self._home, self._asks, self._chosen.watched)

    async def _with_service(
        self, name: str, case: Callable[[Service, Client], Awaitable[list[Row]]], **settings: str
    ) -> list[Row]:
        with started(self._home / name, **settings) as service:
            if not await service.ready():
                raise RuntimeError(f"The service did not start: {service.log_end()}")
            async with Client.to(service.url) as client:
                return await case(service, client)


RUN: dict[str, Callable[[Soak], Awaitable[list[Row]]]] = {
    "load": Soak.load,
    "growth": Soak.growth,
    "stops": Soak.stops,
    "probes": Soak.probes,
    "faults": Soak.faults,
}


async def run(soak: Soak, cases: list[str]) -> list[Row]:
    """The rows of all cases; one that breaks is a row that does not hold, and the others go on."""
    rows: list[Row] = []
    for name in cases:
        try:
            found = await RUN[name](soak)
        except Exception as error:
            traceback.print_exc()
            sentence = f"{type(error).__name__}: {error}"[:200]
            found = [Row(case, "it runs to its end", sentence, False) for case in CASES[name]]
        print(table(found), flush=True)
        rows += found
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m bench.soak", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("cases", nargs="*", metavar="CASE", help=f"of {', '.join(CASES)}; all unless named")
    parser.add_argument("--minutes", type=float, default=5.0, help="of each load")
    parser.add_argument("--requests", type=int, default=10_000, help="of the growth")
    parser.add_argument("--rounds", type=int, default=10, help="SIGTERMs under load")
    parser.add_argument("--watched", type=float, default=WATCHED_S, help="seconds after each fault")
    parser.add_argument("--max-wait", type=float, default=MAX_WAIT_S, help="AURAL_MAX_WAIT_S under load, in seconds")
    parser.add_argument("--out", type=Path, default=RESULT)
    chosen = parser.parse_args()
    cases = chosen.cases or list(CASES)
    if strange := set(cases) - set(CASES):
        parser.error(f"There is no case {', '.join(sorted(strange))}; there are {', '.join(CASES)}.")
    with tempfile.TemporaryDirectory(prefix="aural-soak-") as home:
        soak = Soak(chosen, Path(home))
        rows = asyncio.run(run(soak, cases))
    print(f"\n{table(rows)}")
    kept: dict[str, Any] = {
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "machine": {**machine(torch.get_num_threads(), torch.device("cpu")), "cores": os.cpu_count()},
        "cases": cases,
        **{name: getattr(chosen, name) for name in ("minutes", "requests", "rounds", "watched", "max_wait")},
        "capacity": asdict(soak.capacity) if soak.capacity else None,
        "rows": [asdict(row) for row in rows],
    }
    chosen.out.write_text(json.dumps(kept, indent=1) + "\n")
    sys.exit(0 if all(row.holds for row in rows) else 1)


if __name__ == "__main__":
    main()
