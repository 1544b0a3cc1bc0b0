"""Whether the one who asked is still there: ASGI tells it to whoever reads on when the body is over."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable

from starlette.types import Message, Receive

# The status of an answer that nobody gets, for logs and metrics; nginx gave it its number.
CLIENT_CLOSED_REQUEST = 499


async def wait_for_disconnect(receive: Receive) -> Message:
    """Reads past the end of a body; returns the server's word that the connection is closed or the answer out."""
    while (message := await receive())["type"] != "http.disconnect":
        pass
    return message


async def cancel_on_disconnect(work: Awaitable[None], gone: Awaitable[object]) -> bool:
    """Does `work`, but cancels it when `gone` returns first. Says whether it was done; raises what it raises.

    When this returns or raises, neither is left running.
    """
    working, watching = asyncio.ensure_future(work), asyncio.ensure_future(gone)
    try:
        await asyncio.wait({working, watching}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        working.cancel()
        watching.cancel()
        await asyncio.wait({working, watching})
    if not watching.cancelled():
        watching.result()
    if working.cancelled():
        return False
    working.result()
    return True
