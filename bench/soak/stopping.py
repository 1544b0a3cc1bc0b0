"""SIGTERM under load: is accepted work finished, does the process leave in time, and what do probes say meanwhile?"""

from __future__ import annotations

import asyncio
import itertools
import random
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import psutil

from aural.settings import Settings
from bench.soak.probing import Probe, probed
from bench.soak.rows import Row
from bench.soak.serving import Service, started
from bench.soak.traffic import Answer, Ask, Client, Worth, long_compose, open_loop

UNDER_WAY = 6
AFTERWARDS = 4
ACCEPTED_S = 1.2
"""What was sent this long before SIGTERM and has no answer yet was let in: refusals come within a second."""
EXIT_BEYOND_DEADLINE_S = 5.0
AT_ONCE_S = 2.0
PROBE_S = 0.05
PATIENCE_S = 120.0
LOADED_S = 10.0


@dataclass(frozen=True)
class Stop:
    """`before`: answers to requests that were under way at SIGTERM; `after`: to those sent then. `left`: processes."""

    before: list[Answer]
    after: list[Answer]
    gone_s: float
    code: int | None
    left: list[str]

    @property
    def lost(self) -> list[Answer]:
        """Accepted and not served, whatever was answered in place of it."""
        return [one for one in self.before if one.worth != Worth.SERVED]


async def stop_under_load(home: Path, seed: int) -> Stop:
    """Sends /compose UNDER_WAY times, then SIGTERM at a moment drawn by seed, then some more requests."""
    compose = long_compose()
    with started(home) as service:
        if not await service.ready():
            raise RuntimeError(f"The service did not start: {service.log_end()}")
        processes = service.processes()
        async with Client.to(service.url) as client:
            await client.learn([compose])
            sent = [asyncio.create_task(client.send(compose)) for _ in range(UNDER_WAY)]
            await asyncio.sleep(ACCEPTED_S + random.Random(seed).random())
            told_s = time.monotonic()
            service.process.terminate()
            late = [asyncio.create_task(client.send(compose)) for _ in range(AFTERWARDS)]
            gone = asyncio.create_task(until_gone(service))
            before, after = await asyncio.gather(*sent), await asyncio.gather(*late)
            gone_s = await gone - told_s
            under_way = [one for one in before if one.ended_s > told_s]
        await asyncio.sleep(1.0)
        return Stop(under_way, list(after), gone_s, service.process.poll(), still_there(processes))


async def until_gone(service: Service, patience_s: float = PATIENCE_S) -> float:
    """When the main process was seen to be gone, on time.monotonic's clock; infinite where it stayed."""
    until_s = time.monotonic() + patience_s
    while time.monotonic() < until_s:
        if service.process.poll() is not None:
            return time.monotonic()
        await asyncio.sleep(0.05)
    return float("inf")


def still_there(processes: dict[str, psutil.Process]) -> list[str]:
    """Their roles; one that has ended and waits for its parent is gone."""
    return [role for role, one in processes.items() if _runs(one)]


def _runs(process: psutil.Process) -> bool:
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


async def stops(home: Path, rounds: int) -> list[Row]:
    """SIGTERM under load, `rounds` times, each with a service of its own."""
    done = [await stop_under_load(home / f"stop-{place}", seed=place) for place in range(rounds)]
    under_way = sum(len(one.before) for one in done)
    lost = [answer for one in done for answer in one.lost]
    odd = [answer for one in done for answer in one.after if answer.worth in (Worth.UNANSWERED, Worth.WRONG)]
    slowest_s = max(one.gone_s for one in done)
    most_s = Settings.deadline_s + EXIT_BEYOND_DEADLINE_S
    left = [role for one in done for role in one.left]
    case = "SIGTERM under load"
    told = Counter(f"{one.worth} {one.status} {one.told}".strip() for one in lost)
    return [
        Row(
            case,
            "accepted work is finished",
            f"{rounds} stops, {under_way} requests under way, {len(lost)} lost",
            bool(under_way) and not lost,
            {"lost": dict(told), "exit_codes": [one.code for one in done]},
        ),
        Row(
            case,
            "what comes later is refused or finds no connection",
            f"{sum(len(one.after) for one in done)} sent, {len(odd)} left without an answer or with a wrong one",
            not odd,
            {"answers": dict(Counter(f"{a.worth} {a.status} {a.told}".strip() for one in done for a in one.after))},
        ),
        Row(
            case,
            f"gone within the deadline and {EXIT_BEYOND_DEADLINE_S:g} s ({most_s:g} s)",
            f"slowest {slowest_s:.1f} s",
            slowest_s <= most_s,
        ),
        Row(case, "no process stays", f"{len(left)} stayed", not left, {"left": left}),
    ]


async def second_signal(home: Path) -> list[Row]:
    """A second SIGTERM ends it at once, whatever is under way."""
    compose = long_compose()
    with started(home / "second-signal") as service:
        if not await service.ready():
            raise RuntimeError(f"The service did not start: {service.log_end()}")
        processes = service.processes()
        async with Client.to(service.url) as client:
            sent = [asyncio.create_task(client.send(compose)) for _ in range(4 * UNDER_WAY)]
            await asyncio.sleep(ACCEPTED_S)
            service.process.terminate()
            await asyncio.sleep(ACCEPTED_S)
            told_s = time.monotonic()
            if service.process.poll() is None:
                service.process.terminate()
            gone_s = await until_gone(service) - told_s
            await asyncio.gather(*sent)
        await asyncio.sleep(1.0)
        left = still_there(processes)
    case = "second SIGTERM"
    return [
        Row(case, f"gone within {AT_ONCE_S:g} s", f"{max(gone_s, 0.0):.2f} s", gone_s <= AT_ONCE_S),
        Row(case, "no process stays", f"{len(left)} stayed", not left, {"left": left}),
    ]


async def probes(home: Path, asks: Sequence[Ask], per_s: float) -> list[Row]:
    """While it starts, at ten times capacity (`per_s` is 1x), after a runner was killed, and while it drains."""
    marks: dict[str, float] = {}
    with started(home / "probes") as service, probed(service.port) as seen:
        marks["start"] = time.monotonic()
        if not await service.ready():
            raise RuntimeError(f"The service did not start: {service.log_end()}")
        async with Client.to(service.url) as client:
            await client.learn(asks)
            marks["10x"] = time.monotonic()
            await open_loop(client, asks, 10 * per_s, LOADED_S, seed=5)
            marks["kill"] = time.monotonic()
            service.processes()["composer"].kill()
            await asyncio.sleep(LOADED_S)
            await service.ready()
            sent = [asyncio.create_task(client.send(ask)) for ask in asks for _ in range(UNDER_WAY)]
            await asyncio.sleep(ACCEPTED_S)
            marks["drain"] = time.monotonic()
            service.process.terminate()
            marks["gone"] = await until_gone(service)
            await asyncio.gather(*sent)
    return probe_rows(seen, marks)


def probe_rows(seen: Sequence[Probe], marks: dict[str, float]) -> list[Row]:
    """A row for each phase. Before the port is bound, and once it is closed, no answer is due."""
    answered = [one.began_s for one in seen if one.status > 0]
    first_s, last_s = (answered[0], answered[-1]) if answered else (float("inf"), 0.0)
    names = list(marks)
    rows = []
    for name, following in itertools.pairwise(names):
        due = [
            one
            for one in seen
            if marks[name] <= one.began_s < marks[following] and (one.status or first_s < one.began_s < last_s)
        ]
        took_ms = [1000 * one.took_s for one in due] or [0.0]  # that none was sent is told by their count
        mute = sum(one.status <= 0 for one in due)
        p50, p99 = np.percentile(took_ms, [50, 99])
        rows.append(
            Row(
                f"probes: {name}",
                f"answered within {1000 * PROBE_S:g} ms",
                f"{len(due)} probes: p50 {p50:.0f}, p99 {p99:.0f}, most {max(took_ms):.0f} ms; {mute} unanswered",
                bool(due) and not mute and max(took_ms) <= 1000 * PROBE_S,
                {"statuses": dict(Counter(f"{one.path} {one.status}" for one in due))},
            )
        )
    return rows
