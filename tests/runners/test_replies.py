"""What a runner's answer is worth to the gateway: retried where the wire failed, told as our own errors otherwise."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import aiohttp
import pytest

from aural.errors import Busy, DeadlineExceeded, NotReady, error_to_wire
from runners.replies import Reply, outcome


def runner_that(*answers: Reply | Exception) -> tuple[Callable[[], asyncio.Future[Reply]], list[int]]:
    """One answer a call, in order; and how often it was called."""
    calls: list[int] = []

    def ask() -> asyncio.Future[Reply]:
        done: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        answer = answers[len(calls)]
        calls.append(len(calls))
        if isinstance(answer, Exception):
            done.set_exception(answer)
        else:
            done.set_result(answer)
        return done

    return ask, calls


def of(ask: Callable[[], asyncio.Future[Reply]], budget_s: float = 5.0) -> dict[str, object]:
    return asyncio.run(_awaited(ask, budget_s))


async def _awaited(ask: Callable[[], asyncio.Future[Reply]], budget_s: float) -> dict[str, object]:
    return await outcome(ask, budget_s=budget_s, runner="pitch")


@pytest.mark.parametrize("broken", [aiohttp.ServerDisconnectedError(), aiohttp.ClientOSError(104, "reset by peer")])
def test_a_connection_that_was_closed_while_idle_is_opened_again(broken: Exception) -> None:
    ask, calls = runner_that(broken, {"ok": {"hz": 440}})
    assert of(ask) == {"hz": 440}
    assert len(calls) == 2


def test_a_runner_that_is_gone_is_not_ready_after_two_calls() -> None:
    ask, calls = runner_that(aiohttp.ServerDisconnectedError(), aiohttp.ServerDisconnectedError())
    with pytest.raises(NotReady):
        of(ask)
    assert len(calls) == 2


def test_an_error_in_the_reply_is_raised_and_not_asked_for_again() -> None:
    ask, calls = runner_that({"error": error_to_wire(Busy("Too much at once.", retry_after_s=2))})
    with pytest.raises(Busy):
        of(ask)
    assert len(calls) == 1


def test_time_is_time() -> None:
    with pytest.raises(DeadlineExceeded):
        of(lambda: asyncio.get_running_loop().create_future(), budget_s=0.05)
