"""One process stopped or killed under a light load: what clients see, what health says, how long until all is well."""

from __future__ import annotations

import asyncio
import contextlib
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import psutil

from bench.soak.probing import Probe, probed
from bench.soak.rows import KILLED, STOPPED, Row
from bench.soak.serving import GATEWAY, MAIN, Service, started
from bench.soak.stopping import still_there
from bench.soak.traffic import Answer, Ask, Client, Worth

HEALED_WITHIN_S = 15.0
STOPPED_S = 20.0
BEFORE_S = 2.0
PAUSE_S = 0.2
WATCHED_S = 30.0
CONTRACT = (Worth.SERVED, Worth.REFUSED, Worth.FAILED)


async def faults(home: Path, asks: Sequence[Ask], watched_s: float = WATCHED_S) -> list[Row]:
    """SIGSTOP for STOPPED_S, then SIGKILL, of each kind of process, on one service; the main process last."""
    rows: list[Row] = []
    with started(home / "faults") as service:
        if not await service.ready():
            raise RuntimeError(f"The service did not start: {service.log_end()}")
        async with Client.to(service.url) as client:
            await client.learn(asks)
            for role in STOPPED:
                rows += await stopped(service, client, asks, role, watched_s)
            for role in KILLED:
                rows += await killed(service, client, asks, role, watched_s)
            rows += await main_killed(service)
    return rows


async def stopped(service: Service, client: Client, asks: Sequence[Ask], role: str, watched_s: float) -> list[Row]:
    """SIGSTOP, and SIGCONT after STOPPED_S: a machine that swaps, a paused container, a debugger."""
    case = f"SIGSTOP: {role}"
    if not (processes := of(service, role)):
        return [not_there(case, service)]
    (process,) = processes

    async def act() -> None:
        process.suspend()
        await asyncio.sleep(STOPPED_S)
        with contextlib.suppress(psutil.NoSuchProcess):  # it may have been replaced meanwhile
            process.resume()

    return await outcome(case, service, client, asks, act, watched_s, role == GATEWAY)


async def killed(service: Service, client: Client, asks: Sequence[Ask], role: str, watched_s: float) -> list[Row]:
    """SIGKILL; "workers" are all of them at once."""
    case = f"kill -9: {role}"
    if not (processes := of(service, role)):
        return [not_there(case, service)]

    async def act() -> None:
        for one in processes:
            with contextlib.suppress(psutil.NoSuchProcess):
                one.kill()

    return await outcome(case, service, client, asks, act, watched_s, role == GATEWAY)


def of(service: Service, role: str) -> list[psutil.Process]:
    """The process of a role, or all workers; none where there is none."""
    processes = service.processes()
    if role == "workers":
        return [one for name, one in processes.items() if name.partition(" ")[0] == "worker"]
    return [processes[role]] if role in processes else []


def not_there(case: str, service: Service) -> Row:
    """What went before was not healed."""
    return Row(case, "the process is there", f"there are {', '.join(service.processes()) or 'none'}", False)


async def outcome(
    case: str,
    service: Service,
    client: Client,
    asks: Sequence[Ask],
    act: Callable[[], Awaitable[None]],
    watched_s: float,
    connections_break: bool,
) -> list[Row]:
    """The act under a light load. `connections_break`: clients are connected to that very process."""
    over = asyncio.Event()
    with probed(service.port) as probes:
        loops = [asyncio.create_task(one_after_another(client, ask, over)) for ask in asks]
        await asyncio.sleep(BEFORE_S)
        began_s = time.monotonic()
        await act()
        acted_s = time.monotonic()
        await asyncio.sleep(watched_s)
        over.set()
        answers = [answer for answers in await asyncio.gather(*loops) for answer in answers]
    print(f"{case}: {len(answers)} answers", file=sys.stderr, flush=True)
    return outcome_rows(
        case, [one for one in answers if one.ended_s > began_s], probes, began_s, acted_s, connections_break
    )


async def one_after_another(client: Client, ask: Ask, over: asyncio.Event) -> list[Answer]:
    answers = []
    while not over.is_set():
        answers.append(await client.send(ask))
        await asyncio.sleep(PAUSE_S)
    return answers


def outcome_rows(
    case: str,
    answers: Sequence[Answer],
    probes: Sequence[Probe],
    began_s: float,
    acted_s: float,
    connections_break: bool,
) -> list[Row]:
    """`began_s`: when it was stopped or killed; `acted_s`: when that was over. It is healed at the last bad answer."""
    bad = [one for one in answers if one.worth != Worth.SERVED]
    healed_s = max(0.0, max((one.ended_s for one in bad), default=acted_s) - acted_s)
    well = bool(answers) and max(answers, key=lambda one: one.began_s).worth == Worth.SERVED
    broken = (Worth.UNANSWERED, Worth.TURNED_AWAY) if connections_break else ()
    unlike = [one for one in bad if one.worth not in (*CONTRACT, *broken) or one.status == 500]
    unwell = sorted({one.status for one in probes if one.path == "/health" and one.began_s > began_s} - {200})
    counts = dict(Counter(f"{one.ask} {one.worth} {one.status} {one.told}".strip() for one in answers))
    return [
        Row(
            case,
            "served rightly or refused as the contract says",
            f"{len(answers)} answers, {len(bad)} not served, {len(unlike)} not of the contract",
            bool(answers) and not unlike,
            {"answers": counts, "health_said": unwell},
        ),
        Row(
            case,
            f"well again within {HEALED_WITHIN_S:g} s",
            f"{healed_s:.1f} s" if well else "not well when the watch ended",
            well and healed_s <= HEALED_WITHIN_S,
        ),
    ]


async def main_killed(service: Service) -> list[Row]:
    """What the main process leaves when it is killed: nothing, so that it can be started again."""
    processes = service.processes()
    processes[MAIN].kill()
    began_s = time.monotonic()
    service.process.wait()
    while (left := still_there(processes)) and time.monotonic() - began_s < HEALED_WITHIN_S:
        await asyncio.sleep(0.1)
    took_s = time.monotonic() - began_s
    for role in left:
        with contextlib.suppress(psutil.NoSuchProcess):
            processes[role].kill()
    figure = f"{len(left)} stayed: {', '.join(left)}" if left else f"all gone after {took_s:.1f} s"
    return [Row("kill -9: main", f"no process stays beyond {HEALED_WITHIN_S:g} s", figure, not left)]
