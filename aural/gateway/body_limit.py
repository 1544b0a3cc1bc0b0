"""The body of a request, counted as it comes in and cut off at the cap."""

from __future__ import annotations

import asyncio
import contextlib

from starlette.types import Message, Receive

from aural.errors import BadField, UploadTooLarge
from aural.gateway.disconnect import wait_for_disconnect
from aural.settings import MAX_JSON_BYTES, MAX_UPLOAD_BYTES

TAKE_UPLOADS = ("/analyze", "/compose")

# A refused upload is read (and thrown away) this far, so that its sender sees the answer and not a reset.
DRAIN_BYTES = 4 * MAX_UPLOAD_BYTES
DRAIN_S = 10.0


class CountedBody:
    """Counts the body as it comes in and stops it at the cap of its path, announced (Content-Length) or not (chunked).

    Where there is no upload to take, what JSON may have is the cap.
    """

    def __init__(self, receive: Receive, announced: str | None, path: str):
        self._receive = receive
        self._announced = announced
        self._limit_bytes = MAX_UPLOAD_BYTES if path in TAKE_UPLOADS else MAX_JSON_BYTES
        self._bytes = 0
        self._ended = asyncio.Event()
        self._closing: asyncio.Task[Message] | None = None

    def check_announced(self) -> None:
        if self._announced is None:
            return
        if not self._announced.isdigit():
            raise BadField("Content-Length is not a number.")
        if int(self._announced) > self._limit_bytes:
            raise _too_large(int(self._announced), self._limit_bytes)

    async def receive(self) -> Message:
        if self._ended.is_set():
            return await self.wait_closed()
        message = await self._next()
        if self._bytes > self._limit_bytes:
            raise _too_large(self._bytes, self._limit_bytes)
        return message

    async def drain(self) -> None:
        """Read on and forget, up to a bound in bytes and in time: a sender who stalls gets his answer all the same."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(DRAIN_S):
                while not self._ended.is_set() and self._bytes < DRAIN_BYTES:
                    await self._next()

    async def wait_closed(self) -> Message:
        """After the body's end: the server's word that the connection is closed, or the answer out. For many to ask."""
        await self._ended.wait()
        if self._closing is None:
            self._closing = asyncio.create_task(wait_for_disconnect(self._receive))
        return await asyncio.shield(self._closing)

    def cancel_disconnect_watch(self) -> None:
        if self._closing is not None:
            self._closing.cancel()

    async def _next(self) -> Message:
        message = await self._receive()
        self._bytes += len(message.get("body", b""))
        if message["type"] == "http.disconnect" or not message.get("more_body", False):
            self._ended.set()
        return message


def _too_large(size_bytes: int, limit_bytes: int) -> UploadTooLarge:
    if limit_bytes == MAX_JSON_BYTES:
        return UploadTooLarge(
            f"The JSON is {size_bytes / 2**10:.1f} kB or more; at most {MAX_JSON_BYTES // 2**10} kB. Send fewer and"
            " shorter fields."
        )
    return UploadTooLarge(
        f"The upload is {size_bytes / 2**20:.1f} MB or more; at most {MAX_UPLOAD_BYTES // 2**20} MB. Send a shorter or"
        " compressed clip."
    )
