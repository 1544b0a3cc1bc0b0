"""Whether this process can serve yet: what /readyz, /health, /info and the calls go by from its first second on."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from aural.errors import AuralError, NotReady

RETRY_S = 0.25  # between two looks at runners that load
FAILURE_PAUSE_S = 2.0

logger = logging.getLogger("aural")


class Readiness:
    """`ready` turns true once, when the gateway's workers are warm and every runner has said what it holds."""

    def __init__(self) -> None:
        self.ready = False

    async def become_ready(
        self,
        warm_up: Callable[[], Awaitable[object]],
        ask_runners: Callable[[], Awaitable[object]],
        rehearse: Callable[[], Awaitable[object]],
    ) -> None:
        """The first two at once, then the third, each again and again until it succeeds; what fails is logged."""
        await asyncio.gather(_retry_until_done(warm_up), _retry_until_done(ask_runners, expected=(AuralError,)))
        await _retry_until_done(rehearse)
        self.ready = True
        logger.info("Ready: all models are warm.")


def starting_error() -> NotReady:
    """What is answered until then."""
    return NotReady("The service is starting: its models are loading. Try again shortly.", retry_after_s=2)


async def _retry_until_done(
    step: Callable[[], Awaitable[object]], *, expected: tuple[type[Exception], ...] = ()
) -> None:
    """Again and again until it succeeds; of `expected` failures nothing is said, and the next try comes sooner."""
    while True:
        try:
            await step()
            return
        except expected:
            await asyncio.sleep(RETRY_S)
        except Exception:
            logger.exception("The start is not done; the next try is in %g s.", FAILURE_PAUSE_S)
            await asyncio.sleep(FAILURE_PAUSE_S)
