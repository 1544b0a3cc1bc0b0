"""POST /takes of the composer's runner: a request in, frames out, and an end to the work when the gateway hangs up.

POST /places: a place for requests to come, kept until the gateway hangs up.

BentoML's own calls go on when their caller has gone; an ASGI app of ours learns of it at once.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from typing import TYPE_CHECKING, Generic, TypeVar

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from aural.errors import AuralError, Internal
from aural.gateway.disconnect import cancel_on_disconnect, wait_for_disconnect
from aural.types import MusicRequest, PlaceRequest, Take
from models.memory import is_out_of_memory
from runners.frames import (
    alive_frame,
    audio_frame,
    error_frame,
    frames_after_audio,
    place_of,
    placed_frame,
    request_of,
)
from runners.replies import memory_error

if TYPE_CHECKING:
    from models.job_queue import JobQueue

# A dead connection shows only when something is sent over it; and who waits is told how far his take is.
BEAT_S = 0.25

logger = logging.getLogger("aural")

Say = Callable[[bytes], Awaitable[None]]
Asked = TypeVar("Asked", MusicRequest, PlaceRequest)
Work = Callable[["JobQueue", Asked, Say, "asyncio.Task[None]"], Awaitable[None]]


def takes_app(queue: Callable[[], JobQueue]) -> Starlette:
    """`queue` is asked when a request comes: by then the runner has loaded."""
    return Starlette(
        routes=[
            Route("/takes", _FrameEndpoint(queue, request_of, _take), methods=["POST"]),
            Route("/places", _FrameEndpoint(queue, place_of, _place), methods=["POST"]),
        ]
    )


class _FrameEndpoint(Generic[Asked]):
    """Answers a frame, which `asked_of` reads, with the frames that `work` says, and `alive` among them."""

    def __init__(self, queue: Callable[[], JobQueue], asked_of: Callable[[bytes], Asked], work: Work[Asked]):
        self._queue = queue
        self._asked_of: Callable[[bytes], Asked] = asked_of
        self._work: Work[Asked] = work

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = self._asked_of(await Request(scope, receive).body())
        headers = [(b"content-type", b"application/octet-stream")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await cancel_on_disconnect(self._answer(asked, send), wait_for_disconnect(receive))

    async def _answer(self, asked: Asked, send: Send) -> None:
        queue = self._queue()

        async def say(data: bytes) -> None:
            await send({"type": "http.response.body", "body": data, "more_body": True})

        async def beat() -> None:
            while True:
                status = queue.status(asked) if isinstance(asked, MusicRequest) else None
                await say(alive_frame(status).to_bytes())
                await asyncio.sleep(BEAT_S)

        beating = asyncio.create_task(beat())
        try:
            await self._work(queue, asked, say, beating)
        except AuralError as error:
            await say(error_frame(error).to_bytes())
        except Exception as failure:
            logger.exception("a take failed")
            ours = Internal("The composer runner failed; the server's log says why.")
            await say(error_frame(memory_error() if is_out_of_memory(failure) else ours).to_bytes())
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
            for frame in frames_after_audio(item):
                for piece in frame.pieces():
                    await say(piece)


async def _place(queue: JobQueue, request: PlaceRequest, say: Say, beating: asyncio.Task[None]) -> None:
    del beating
    with queue.place(request) as status:
        await say(placed_frame(status).to_bytes())
        await asyncio.get_running_loop().create_future()  # kept until the gateway hangs up
