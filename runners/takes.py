"""POST /takes of the composer's runner: a request in, frames out, and an end to the work when the gateway hangs up.

POST /places: a place for requests to come, kept until the gateway hangs up.

BentoML's own calls go on when their caller has gone; an ASGI app of ours learns of it at once.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from aural.errors import AuralError, Internal
from aural.gateway.disconnect import cancel_on_disconnect, disconnected
from aural.types import MusicRequest, Take
from runners.frames import ALIVE, PLACED, audio_frame, end_frames, error_frame, request_of

if TYPE_CHECKING:
    from models.job_queue import JobQueue

# A dead connection shows only when something is sent over it.
BEAT_S = 0.25

logger = logging.getLogger("aural")

Say = Callable[[bytes], Awaitable[None]]
Work = Callable[["JobQueue", MusicRequest, Say, "asyncio.Task[None]"], Awaitable[None]]


def takes_app(queue: Callable[[], JobQueue]) -> Starlette:
    """`queue` is asked when a request comes: by then the runner has loaded."""
    return Starlette(
        routes=[
            Route("/takes", _Framed(queue, _take), methods=["POST"]),
            Route("/places", _Framed(queue, _place), methods=["POST"]),
        ]
    )


class _Framed:
    """Answers a request frame with the frames that `work` says, and `alive` among them."""

    def __init__(self, queue: Callable[[], JobQueue], work: Work):
        self._turns = queue
        self._work = work

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = request_of(await Request(scope, receive).body())
        headers = [(b"content-type", b"application/octet-stream")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await cancel_on_disconnect(self._answer(request, send), disconnected(receive))

    async def _answer(self, request: MusicRequest, send: Send) -> None:
        async def say(data: bytes) -> None:
            await send({"type": "http.response.body", "body": data, "more_body": True})

        async def beat() -> None:
            while True:
                await say(ALIVE.to_bytes())
                await asyncio.sleep(BEAT_S)

        beating = asyncio.create_task(beat())
        try:
            await self._work(self._turns(), request, say, beating)
        except AuralError as error:
            await say(error_frame(error).to_bytes())
        except Exception:
            logger.exception("a take failed")
            await say(error_frame(Internal("The composer runner failed; the server's log says why.")).to_bytes())
        finally:
            beating.cancel()
            await asyncio.gather(beating, return_exceptions=True)
        await send({"type": "http.response.body", "body": b""})


async def _take(queue: JobQueue, request: MusicRequest, say: Say, beating: asyncio.Task[None]) -> None:
    async with aclosing(queue.stream(request)) as events:
        async for item in events:
            if not isinstance(item, Take):
                await say(audio_frame(item).to_bytes())  # at once: a beat may come between any two
                continue
            beating.cancel()  # what follows may be long, and goes in pieces
            for frame in end_frames(item):
                for piece in frame.pieces():
                    await say(piece)


async def _place(queue: JobQueue, request: MusicRequest, say: Say, beating: asyncio.Task[None]) -> None:
    del beating
    with queue.place(request):
        await say(PLACED.to_bytes())
        await asyncio.get_running_loop().create_future()  # kept until the gateway hangs up
