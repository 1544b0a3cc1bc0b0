"""The gateway's side of POST /takes and /places: closing the connection tells the composer that nobody waits."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing, asynccontextmanager
from dataclasses import replace
from typing import Any
from urllib.parse import unquote, urlsplit

import httpx

from aural.errors import DeadlineExceeded, Internal, NotReady
from aural.flow.ports import Watch, unwatched
from aural.types import Floats, JobStatus, MusicRequest, PlaceRequest, Take
from runners.frames import (
    Arriving,
    BadFrame,
    Frame,
    Frames,
    error_of,
    place_frame,
    request_frame,
    samples_in,
    status_of,
)
from runners.replies import runner_errors

# The runner says `alive` four times a second; what is silent for so long is dead, or was never there.
SILENT_S = 15.0


class ComposerClient:
    """Talks to the runner at `url`, as BentoML names it: file:// for a socket, tcp:// or http:// for another host."""

    def __init__(self, url: str):
        where = urlsplit(url)
        socket = unquote(where.path) if where.scheme == "file" else None
        # The gateway bounds how many requests are inside; a second bound here would make them wait unseen.
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=32)
        self._http = httpx.AsyncClient(
            base_url="http://composer" if socket else url.replace("tcp://", "http://", 1),
            transport=httpx.AsyncHTTPTransport(uds=socket, limits=limits),
            timeout=httpx.Timeout(SILENT_S, pool=None),
        )

    @classmethod
    def beside(cls, proxy: Any) -> ComposerClient:
        """`proxy`: what `bentoml.depends` resolved to."""
        return cls(proxy.to_async.url)

    async def close(self) -> None:
        await self._http.aclose()

    async def compose(self, request: MusicRequest, watch: Watch = unwatched) -> Take:
        """`watch` is told how far it is, four times a second.

        Raises what the composer raised, DeadlineExceeded, NotReady, Internal.
        """
        arriving = Arriving()
        try:
            async with (
                asyncio.timeout(request.budget_s),
                aclosing(self._frames("/takes", request_frame(request), watch)) as frames,
            ):
                async for frame in frames:
                    if (take := arriving.add(frame)) is not None:
                        return take
        except TimeoutError as cause:
            raise DeadlineExceeded("The composer runner did not answer in the time that was left.") from cause
        raise AssertionError("frames end with the take, or raise")

    @asynccontextmanager
    async def place(self, request: PlaceRequest) -> AsyncGenerator[JobStatus, None]:
        """Kept as long as the block lasts (see `models.job_queue.JobQueue.place`). Raises as `compose` does."""
        async with aclosing(self._frames("/places", place_frame(request))) as frames:
            status = status_of(await anext(frames))
            if status is None:
                raise BadFrame("The composer did not say what place it keeps.")
            yield status

    async def stream(self, request: MusicRequest, watch: Watch = unwatched) -> AsyncGenerator[Floats, None]:
        """Blocks (2, n) as they are composed; when it ends, the take is whole. Raises as `compose` does.

        Stems and notes are not for streams: what comes of them is let go.
        """
        async with aclosing(self._frames("/takes", request_frame(request), watch)) as frames:
            async for frame in frames:
                if frame.kind == "audio":
                    yield samples_in(frame)

    async def _frames(self, path: str, asked: Frame, watch: Watch = unwatched) -> AsyncGenerator[Frame, None]:
        """All but `alive`, which `watch` gets, and `error`; the last one is `take`.

        Who waited is told that nobody is before him any more, however soon his music comes then. Leaving it early
        closes the connection.
        """
        frames = Frames()
        last = JobStatus(0)
        with runner_errors("composer"):
            async with self._http.stream("POST", path, content=asked.to_bytes()) as answer:
                if answer.status_code == 503:
                    raise NotReady("The composer runner is not ready. Try again shortly.", retry_after_s=5)
                if answer.status_code != 200:
                    raise Internal(f"The composer runner answered {answer.status_code}; the server's log says why.")
                async for data in answer.aiter_raw():
                    for frame in frames.feed(data):
                        if frame.kind == "error":
                            raise error_of(frame)
                        if frame.kind != "alive":
                            if last.ahead:
                                last = replace(last, ahead=0)
                                watch(last)
                            yield frame
                        elif (status := status_of(frame)) is not None:
                            last = status
                            watch(status)
                        if frame.kind == "take":
                            return
        raise BadFrame("The composer's answer ended without a take.")
