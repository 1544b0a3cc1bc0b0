"""The soak's own judgement: what each kind of answer is worth, when a row holds, and that arrivals wait for nobody."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from bench.soak import faults, stopping
from bench.soak.load import beyond, measure_capacity, within
from bench.soak.probing import Probe
from bench.soak.rows import CASES, Row, table
from bench.soak.sampling import NOISE_BYTES, grown
from bench.soak.serving import role_of
from bench.soak.traffic import Answer, Ask, Client, Worth, mix, open_loop
from tests.serving import free_port

ERROR = {"error": "Busy.", "code": "busy", "request_id": "0"}
ASK = Ask("/generate", "/generate", 1.0, b"{}")


@asynccontextmanager
async def answering(handler: Callable[[web.Request], Awaitable[web.StreamResponse]]) -> AsyncIterator[str]:
    """The address of a server that answers everything so."""
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handler)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    port = free_port()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        await runner.cleanup()


def judged(response: Callable[[], web.StreamResponse], reference: str = "") -> Answer:
    async def handler(request: web.Request) -> web.StreamResponse:
        return response()

    async def ask() -> Answer:
        async with answering(handler) as url, Client.to(url) as client:
            if reference:
                client.reference = {ASK.name: reference}
            return await client.send(ASK)

    return asyncio.run(ask())


class BrokenOff(web.Response):
    """Headers that announce a body, and then the end of the connection."""

    async def write_eof(self, data: bytes = b"") -> None:
        raise ConnectionResetError


RIGHT = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"  # sha256 of hello


@pytest.mark.parametrize(
    ("response", "worth"),
    [
        (lambda: web.Response(body=b"hello"), Worth.SERVED),
        (lambda: web.Response(body=b"hellO"), Worth.WRONG),
        (lambda: web.json_response(ERROR, status=429, headers={"Retry-After": "1"}), Worth.REFUSED),
        (lambda: web.json_response(ERROR, status=503, headers={"Retry-After": "1"}), Worth.REFUSED),
        (lambda: web.json_response(ERROR, status=429), Worth.FAILED),
        (lambda: web.json_response(ERROR, status=504), Worth.FAILED),
        (lambda: web.json_response({"error": "Busy."}, status=429), Worth.FOREIGN),
        (lambda: web.json_response(["busy"], status=503), Worth.FOREIGN),
        (lambda: web.Response(text="Internal Server Error", status=500), Worth.FOREIGN),
        (lambda: BrokenOff(body=b"hello"), Worth.UNANSWERED),
    ],
)
def test_what_an_answer_is_worth(response: Callable[[], web.Response], worth: Worth) -> None:
    assert judged(response, RIGHT).worth == worth


def test_where_nobody_listens_nothing_was_accepted() -> None:
    async def ask() -> Answer:
        async with Client.to(f"http://127.0.0.1:{free_port()}") as client:
            return await client.send(ASK)

    assert asyncio.run(ask()).worth == Worth.TURNED_AWAY


def test_arrivals_do_not_wait_for_answers() -> None:
    """A closed loop of as many senders as answered at once would send four."""
    arrived: list[float] = []

    async def slow(request: web.Request) -> web.StreamResponse:
        arrived.append(time.monotonic())
        await asyncio.sleep(1.5)
        return web.Response(body=b"hello")

    async def ask() -> list[Answer]:
        async with answering(slow) as url, Client.to(url) as client:
            return await open_loop(client, [ASK], per_s=40, seconds=1.0, seed=1)

    answers = asyncio.run(ask())
    assert 20 < len(answers) < 65  # 40 expected; five times the standard deviation
    assert len(arrived) == len(answers)
    assert all(one.worth == Worth.SERVED for one in answers)


def test_capacity_is_what_a_closed_loop_gets_through() -> None:
    """One at a time for 50 ms each: 20 a second whoever asks."""
    turn = asyncio.Lock()

    async def one_at_a_time(request: web.Request) -> web.StreamResponse:
        async with turn:
            await asyncio.sleep(0.05)
        return web.Response(body=b"hello")

    async def measure() -> float:
        async with answering(one_at_a_time) as url, Client.to(url) as client:
            return (await measure_capacity(client, [ASK], 0.5)).throughput_per_s

    assert 4 < asyncio.run(measure()) <= 20.5


def answer(worth: Worth, took_s: float = 1.0, began_s: float = 0.0, status: int = 200) -> Answer:
    return Answer("/generate", began_s, took_s, worth, status)


def holds(rows: list[Row]) -> list[bool]:
    return [row.holds for row in rows]


def test_within_capacity_one_refusal_is_one_too_many() -> None:
    assert holds(within(1, [answer(Worth.SERVED)] * 9)) == [True]
    assert holds(within(1, [answer(Worth.SERVED)] * 9 + [answer(Worth.REFUSED)])) == [False]
    assert holds(within(1, [])) == [False]


def test_beyond_capacity_refusals_are_quick_and_the_served_are_not_much_slower() -> None:
    served, refused = answer(Worth.SERVED, 1.9), answer(Worth.REFUSED, 0.9)
    assert holds(beyond(2, [served, refused], 1.0)) == [True, True, True]
    assert holds(beyond(2, [served, answer(Worth.REFUSED, 1.1)], 1.0)) == [True, False, True]
    assert holds(beyond(2, [answer(Worth.SERVED, 2.1), refused], 1.0)) == [True, True, False]
    assert holds(beyond(2, [served, refused, answer(Worth.UNANSWERED)], 1.0)) == [False, True, True]
    assert holds(beyond(2, [refused], 1.0)) == [True, True, False]


def test_growth_is_of_what_stays_and_not_of_what_fills_first() -> None:
    large = 40 * NOISE_BYTES
    assert grown([large] * 40) == 0
    assert grown([NOISE_BYTES] * 10 + [large] * 30) == 0
    assert grown([large + place * NOISE_BYTES for place in range(40)]) > 0.3
    assert grown([large] * 20 + [large + NOISE_BYTES] * 20) == 0
    assert grown([]) == 0


def test_processes_are_told_apart_by_their_command_lines() -> None:
    assert role_of(["python", "-m", "bentoml"], is_main=True) == "main"
    assert role_of(["python", "-m", "worker", "--service-name", "pitch", "--fd", "3"], is_main=False) == "pitch"
    assert role_of(["python", "-c", "import sys"], is_main=False) == "worker"
    assert role_of(["git"], is_main=False) == "other"


def test_a_fault_is_over_with_the_last_bad_answer() -> None:
    good = [answer(Worth.SERVED, 0.5, began_s) for began_s in (11.0, 30.0, 40.0)]
    bad = [answer(Worth.FAILED, 1.0, 12.0, 503)]
    health = [Probe(12.0, "/health", 503, 0.01)]
    rows = faults.outcome_rows("kill -9: pitch", good + bad, health, 10.0, 10.0, False)
    assert holds(rows) == [True, True]
    assert rows[1].figure == "3.0 s"
    assert rows[0].details["health_said"] == [503]
    late = [*good[:2], answer(Worth.FAILED, 1.0, 28.0, 503)]
    assert holds(faults.outcome_rows("kill -9: pitch", late, health, 10.0, 10.0, False)) == [True, False]
    never = [*good, answer(Worth.FAILED, 0.1, 41.0, 503)]
    assert holds(faults.outcome_rows("kill -9: pitch", never, health, 10.0, 40.0, False)) == [True, False]


@pytest.mark.parametrize(
    ("one", "connections_break", "right"),
    [
        (answer(Worth.WRONG), True, False),
        (answer(Worth.FAILED, status=500), True, False),
        (answer(Worth.FOREIGN, status=502), True, False),
        (answer(Worth.UNANSWERED, status=0), False, False),
        (answer(Worth.UNANSWERED, status=0), True, True),
        (answer(Worth.FAILED, status=504), False, True),
    ],
)
def test_which_answers_a_fault_may_bring(one: Answer, connections_break: bool, right: bool) -> None:
    rows = faults.outcome_rows("kill -9: pitch", [one, answer(Worth.SERVED, 1.0, 2.0)], [], 0.0, 0.0, connections_break)
    assert rows[0].holds is right


def test_probes_are_due_while_the_port_is_open() -> None:
    seen = [
        Probe(0.5, "/livez", 0, 0.001),  # not bound yet
        Probe(1.0, "/livez", 200, 0.004),
        Probe(2.5, "/readyz", 503, 0.2),
        Probe(3.5, "/health", 200, 0.004),
        Probe(4.5, "/livez", 0, 0.001),  # closed
    ]
    rows = stopping.probe_rows(seen, {"start": 0.0, "10x": 2.0, "drain": 3.0, "gone": 5.0})
    assert [row.case for row in rows] == ["probes: start", "probes: 10x", "probes: drain"]
    assert holds(rows) == [True, False, True]
    mute = stopping.probe_rows([*seen[:3], Probe(3.2, "/livez", 0, 0.001), *seen[3:]], {"drain": 3.0, "gone": 5.0})
    assert holds(mute) == [False]
    assert holds(stopping.probe_rows([], {"start": 0.0, "gone": 5.0})) == [False]


def test_a_refusal_after_the_signal_is_a_loss_of_what_was_accepted() -> None:
    before = [answer(Worth.SERVED), answer(Worth.REFUSED, status=503), answer(Worth.UNANSWERED, status=0)]
    assert stopping.Stop(before, [], 1.0, 0, []).lost == before[1:]


def test_what_does_not_hold_says_so() -> None:
    shown = table([Row("1x", "no error", "0", True), Row("2x", "no error", "9", False)])
    assert [line.split()[0] for line in shown.splitlines()] == ["holds", "yes", "NO"]
    assert json.dumps(CASES)


def test_the_mix_is_of_the_three_calls() -> None:
    asks = mix()
    assert {ask.path for ask in asks} == {"/analyze", "/generate", "/compose"}
    assert sum(ask.share for ask in asks) == pytest.approx(1)
    assert all(len(ask.body) < 200_000 for ask in asks)
