"""What becomes of a call, told to the agent while it lasts."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Any, TypeAlias

from mcp.server.context import ServerRequestContext

Tell: TypeAlias = Callable[[float, str], None]
"""How much is done, 0 to 1, and of what."""


@contextlib.asynccontextmanager
async def telling(context: ServerRequestContext[Any]) -> AsyncIterator[Tell]:
    """Notifications of progress, in their order, and only where more is done than before, as the protocol wants it.
    An agent that asked for none gets none."""
    told: asyncio.Queue[tuple[float, str]] = asyncio.Queue()

    async def send() -> None:
        before = -1.0
        while True:
            done, what = await told.get()
            if done > before:
                await context.session.report_progress(done, 1.0, what)
                before = done
            told.task_done()

    sending = asyncio.create_task(send())
    try:
        yield lambda done, what: told.put_nowait((done, what))
        waiting = asyncio.create_task(told.join())
        await asyncio.wait({waiting, sending}, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
    finally:
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)
