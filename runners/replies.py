"""Errors cross processes as data: a runner answers `{"ok": ...}` or `{"error": ...}`, never with an exception."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import aiohttp  # what bentoml's client raises
import httpx
from bentoml.exceptions import BentoMLException, ServiceUnavailable

from aural.errors import AuralError, DeadlineExceeded, Internal, NotReady, error_from_wire, error_to_wire
from aural.types import WireSerializable
from models.memory import is_out_of_memory

Reply = dict[str, Any]
Told = TypeVar("Told", bound=WireSerializable)

logger = logging.getLogger("aural")

# On every runner. Timeout: the gateway keeps the request's time, a runner only must not cut it short. Connection:
# by default BentoML's client closes its session after 100 requests or 300 s and aborts the calls in flight. Endpoints:
# what asks after a runner's health, each second, has no place in the log.
RUNNER_CONFIG: dict[str, Any] = {
    "traffic": {"timeout": 600},
    "endpoints": {"livez": "/report"},
    "runner_connection": {"max_requests": 10**9, "max_age": 1e9},
}


async def reply(work: Awaitable[WireSerializable]) -> Reply:
    """What a runner's method returns."""
    try:
        return {"ok": (await work).to_wire()}
    except AuralError as error:
        return {"error": error_to_wire(error)}
    except Exception as error:
        if not is_out_of_memory(error):
            raise
        logger.exception("a request failed for want of memory")
        return {"error": error_to_wire(memory_error())}


def memory_error() -> NotReady:
    """Whoever asks when less is asked of the machine is served."""
    return NotReady("The machine lacks memory for this now. Try again later, or ask for less.", retry_after_s=5)


async def outcome(ask: Callable[[], Awaitable[Reply]], *, budget_s: float, runner: str) -> dict[str, Any]:
    """The wire form inside a runner's reply. Raises the error it carries, NotReady, DeadlineExceeded.

    A connection that the runner closed after five idle seconds may be used once more before the gateway learns of it;
    then the runner is asked again, once: its answers change nothing.
    """
    try:
        with runner_errors(runner):
            async with asyncio.timeout(budget_s):
                try:
                    answer = await ask()
                except aiohttp.ClientConnectionError:
                    answer = await ask()
    except TimeoutError as cause:
        raise DeadlineExceeded(f"The {runner} runner did not answer in the time that was left.") from cause
    with understood(runner):
        error = error_from_wire(answer["error"]) if "error" in answer else None
        ok: dict[str, Any] = {} if error else answer["ok"]
    if error:
        raise error
    return ok


async def answered(kind: type[Told], ask: Callable[[], Awaitable[Reply]], *, budget_s: float, runner: str) -> Told:
    """What a runner's reply tells, as a `kind`. Raises as `outcome` does."""
    told = await outcome(ask, budget_s=budget_s, runner=runner)
    with understood(runner):
        return kind.from_wire(told)


@contextmanager
def understood(runner: str) -> Iterator[None]:
    """Around the reading of a reply. Raises Internal where it is none of ours, whatever it is."""
    try:
        yield
    except (KeyError, TypeError, ValueError, AttributeError) as cause:
        raise Internal(f"The {runner} runner's answer cannot be understood; the server's log says why.") from cause


@contextmanager
def runner_errors(runner: str) -> Iterator[None]:
    """What goes wrong between the gateway and a runner, as our own errors. Raises NotReady, Internal."""
    try:
        yield
    except TimeoutError:  # the caller's own, though an OSError
        raise
    except (ServiceUnavailable, httpx.TransportError, aiohttp.ClientConnectionError, OSError) as cause:
        raise NotReady(f"The {runner} runner is not ready. Try again shortly.", retry_after_s=5) from cause
    except BentoMLException as cause:
        raise Internal(f"The {runner} runner failed; the server's log says why.") from cause
