"""The streaming form of an answer: a WAV that goes out while its music is still being made."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from aural.errors import AuralError, BadField, DeadlineExceeded, Internal
from aural.files.resampling import StreamResampler, samples_at
from aural.files.wav import BITS, WavParts
from aural.finishing.blocks import changed_blocks
from aural.finishing.body import cut_with_edge
from aural.flow.ports import Deadline, Stream
from aural.flow.told import Sounding, Tell
from aural.gateway.disconnect import CLIENT_CLOSED_REQUEST
from aural.gateway.formats import WAV, Format, SampleFormat
from aural.types import TAKE_RATE_HZ, Floats

if TYPE_CHECKING:
    from aural.finishing.limiter import StreamLimiter

Keep = Callable[[int, bytes], Awaitable[None]]

logger = logging.getLogger("aural")


def limiter() -> StreamLimiter:
    """Imported here, not above: scipy would make every process of the service start a second later."""
    from aural.finishing.limiter import StreamLimiter

    return StreamLimiter()


class OutgoingSound:
    """Sound as it leaves: under the limiter's ceiling, at the rate of its file. `samples`: how many come in all."""

    def __init__(self, samples: int, rate_hz: int):
        self._limit = limiter()
        self._resampler = None if rate_hz == TAKE_RATE_HZ else StreamResampler(samples, rate_hz)

    def push(self, block: Floats) -> Floats:
        """(2, n) to (2, m): what is ready."""
        return self._resampled(self._limit.push(block))

    def finish(self) -> Floats:
        """What is left, (2, m)."""
        rest = self._resampled(self._limit.finish())
        return rest if self._resampler is None else np.concatenate([rest, self._resampler.finish()], axis=1)

    def _resampled(self, block: Floats) -> Floats:
        return block if self._resampler is None else self._resampler.push(block)


def file_parts(stream: Stream, samples: SampleFormat) -> WavParts:
    """The file of a stream that comes at a take's rate."""
    rate_hz = samples.rate_hz
    tags = replace(stream.tags, loop_end=samples_at(stream.tags.loop_end, rate_hz), rate_hz=rate_hz)
    return WavParts(samples_at(stream.samples, rate_hz), tags, samples.bits)


async def told_file(stream: Stream, parts: WavParts, tell: Tell) -> bytes:
    """The file that a WavStream sends, whole; its music is told as it comes."""
    outgoing, file, start = OutgoingSound(stream.samples, parts.tags.rate_hz), bytearray(parts.head), 0

    async def sound(samples: Floats) -> None:
        nonlocal start
        pcm = await asyncio.to_thread(parts.pcm, samples)
        file.extend(pcm)
        if pcm:
            tell(Sounding(start, pcm, parts.tags.rate_hz))
        start += samples.shape[1]

    async with aclosing(stream.blocks):
        async for block in stream.blocks:
            await sound(await asyncio.to_thread(outgoing.push, block))
    await sound(await asyncio.to_thread(outgoing.finish))
    return bytes(file + parts.tail)


class WavStream(Response):
    """Head, music and tail of a file whose size stands in its header from the start.

    What goes wrong on the way can no longer be an answer: it is raised, and the middleware breaks the connection, so
    that the client sees an answer that is shorter than announced. `keep`, where there is one, gets status and file at
    the end: the status is that of the error where there was one, CLIENT_CLOSED_REQUEST where the client closed.
    """

    def __init__(
        self, stream: Stream, first: Floats, parts: WavParts, deadline: Deadline, *, headers: dict[str, str], media: str
    ):
        super().__init__(media_type=media, headers={**headers, "content-length": str(parts.size_bytes)})
        self._stream = stream
        self._first = first
        self._parts = parts
        self._deadline = deadline
        self.keep: Keep | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        del scope, receive
        sent = bytearray()
        status = CLIENT_CLOSED_REQUEST
        try:
            async with aclosing(self._stream.blocks):  # whatever happens before the first of them is fetched
                await self._send(send, sent)
            status = self.status_code
        except AuralError as error:
            status = error.status
            raise
        finally:
            if self.keep is not None:
                await self.keep(status, bytes(sent))
            if self.background is not None:
                await self.background()

    async def _send(self, send: Send, sent: bytearray) -> None:
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        try:
            async with asyncio.timeout(self._deadline.left_or_raise_s), aclosing(self._file()) as file:
                async for data in file:
                    if self.keep is not None:
                        sent += data
                    await send({"type": "http.response.body", "body": data, "more_body": True})
                await send({"type": "http.response.body", "body": b""})
        except TimeoutError as cause:
            raise DeadlineExceeded("The music was not finished and fetched in time.") from cause
        except AuralError:
            raise
        except Exception as cause:
            logger.exception("a stream failed")
            raise Internal("Something went wrong on our side.") from cause

    async def _file(self) -> AsyncGenerator[bytes, None]:
        outgoing = OutgoingSound(self._stream.samples, self._parts.tags.rate_hz)

        def pcm(block: Floats) -> bytes:
            return self._parts.pcm(outgoing.push(block))

        yield self._parts.head
        yield await asyncio.to_thread(pcm, self._first)
        async for block in self._stream.blocks:
            yield await asyncio.to_thread(pcm, block)
        yield self._parts.pcm(outgoing.finish())
        yield self._parts.tail


def stream_without_tail(stream: Stream) -> Stream:
    """Without the tail, which is waited for all the same: work that is left before its end counts as given up."""
    loop_end = stream.tags.loop_end
    blocks = changed_blocks(stream.blocks, lambda block, start: cut_with_edge(block, start, loop_end))
    return replace(stream, samples=loop_end, blocks=blocks)


def require_wav(form: Format) -> None:
    """Raises BadField for what cannot be streamed."""
    if form.suffix != WAV.suffix:
        raise BadField(f"stream: sends WAV only, and Accept asks for {form.media}. Leave one of them out.")


def require_event_bits(samples: SampleFormat) -> None:
    """Raises BadField for samples that the events of a stream do not tell."""
    if samples.bits != BITS:
        raise BadField(
            f"bit_depth: the events of a stream tell its music in {BITS} bits. Leave bit_depth out, or stream, or do"
            " not accept text/event-stream."
        )
