"""The body of a request, counted as it comes in, cut off at the cap, and refused where it comes too slowly."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.types import Message, Receive

from aural.errors import BadField, Busy, RequestTooSlow, UploadTooLarge
from aural.gateway.disconnect import wait_for_disconnect
from aural.gateway.edge import UNKNOWN_PATH
from aural.settings import MAX_JSON_BYTES, MAX_UPLOAD_BYTES

TAKE_UPLOADS = ("/analyze", "/compose", UNKNOWN_PATH)
"""The last reads nothing: it is 404, whatever comes."""

GRACE_S = 10.0
MIN_BYTES_PER_S = 20_000
"""A body may pause for GRACE_S in all; each second's worth of bytes at this rate makes up for one."""
LONGEST_BODY_S = GRACE_S + MAX_UPLOAD_BYTES / MIN_BYTES_PER_S
MAX_UNFINISHED_BYTES = 8 * MAX_UPLOAD_BYTES


@dataclass
class UnfinishedBodies:
    """What the bodies that are still coming in hold of memory, all together. Raises Busy beyond `max_bytes`."""

    max_bytes: int = MAX_UNFINISHED_BYTES
    held_bytes: int = 0

    def hold(self, size_bytes: int) -> None:
        if self.held_bytes + size_bytes > self.max_bytes:
            raise Busy(
                f"Uploads that are coming in hold {self.held_bytes / 2**20:.0f} MB, of at most"
                f" {self.max_bytes / 2**20:.0f} MB. Try again shortly.",
                retry_after_s=5,
            )
        self.held_bytes += size_bytes

    def release(self, size_bytes: int) -> None:
        self.held_bytes -= size_bytes


class CountedBody:
    """Counts the body as it comes in and stops it at the cap of its path, announced (Content-Length) or not (chunked).

    Where there is no upload to take, what JSON may have is the cap. `complete` is called once, with the body's last
    bytes, or by `begin` where there is no body; it raises what the reader gets.
    """

    def __init__(
        self, receive: Receive, path: str, headers: Headers, unfinished: UnfinishedBodies, complete: Callable[[], None]
    ):
        self._receive = receive
        self._limit_bytes = MAX_UPLOAD_BYTES if path in TAKE_UPLOADS else MAX_JSON_BYTES
        self._announced = headers.get("content-length")
        self._none = self._announced in (None, "0") and "transfer-encoding" not in headers
        self._unfinished = unfinished
        self._complete = complete
        self._bytes = 0
        self._held_bytes = 0
        self._patience_s = GRACE_S
        self._ended = asyncio.Event()
        self._closing: asyncio.Task[Message] | None = None

    def begin(self) -> None:
        """Raises BadField and UploadTooLarge for what is announced."""
        if self._none:
            self._complete()
        elif self._announced is not None:
            if not self._announced.isdigit():
                raise BadField("Content-Length is not a number.")
            if int(self._announced) > self._limit_bytes:
                raise _too_large(int(self._announced), self._limit_bytes)

    async def receive(self) -> Message:
        """Raises UploadTooLarge, RequestTooSlow and Busy."""
        if self._ended.is_set():
            return await self.wait_closed()
        message = await self._next()
        size_bytes = len(message.get("body", b""))
        self._bytes += size_bytes
        if self._bytes > self._limit_bytes:
            raise _too_large(self._bytes, self._limit_bytes)
        if message["type"] == "http.disconnect":
            self._ended.set()
        elif message.get("more_body", False):
            self._unfinished.hold(size_bytes)
            self._held_bytes += size_bytes
        else:
            self._ended.set()
            self._release()
            if not self._none:
                self._complete()
        return message

    async def wait_closed(self) -> Message:
        """After the body's end: the server's word that the connection is closed, or the answer out. For many to ask."""
        await self._ended.wait()
        if self._closing is None:
            self._closing = asyncio.create_task(wait_for_disconnect(self._receive))
        return await asyncio.shield(self._closing)

    def close(self) -> None:
        """At the request's end: nothing of it is held or waited for any more."""
        self._release()
        if self._closing is not None:
            self._closing.cancel()

    def _release(self) -> None:
        self._unfinished.release(self._held_bytes)
        self._held_bytes = 0

    async def _next(self) -> Message:
        """Only the time in which nothing but the sender is waited for counts against him."""
        clock = asyncio.get_running_loop()
        began_s = clock.time()
        try:
            async with asyncio.timeout(self._patience_s):
                message = await self._receive()
        except TimeoutError as cause:
            raise RequestTooSlow(
                f"The body paused for too long after {self._bytes} bytes: it may pause for {GRACE_S:g} s where it comes"
                f" at {MIN_BYTES_PER_S // 1000} kB a second. Send it over a steadier connection, or send less."
            ) from cause
        earned_s = len(message.get("body", b"")) / MIN_BYTES_PER_S
        self._patience_s = min(GRACE_S, self._patience_s - (clock.time() - began_s) + earned_s)
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
