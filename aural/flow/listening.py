"""Decoding and hearing in worker processes, and whose fault it is when one of them dies of it."""

from __future__ import annotations

from aural.errors import Internal, NotAudio, NotReady
from aural.flow.ports import Deadline, Workers
from aural.types import Floats, Heard
from aural.workers.jobs import DecodedClip, decode_clip, hear_clip
from aural.workers.pool import WorkerDied

DECODING_CPU_S = 20
"""The slowest of 3324 odd files took three."""


async def decode_at(
    workers: Workers, data: bytes, embedder_rate_hz: int, deadline: Deadline, opening_s: float = 0.0
) -> DecodedClip:
    """See `decode_clip`. Raises NotAudio where the file is at fault, NotReady where the machine is."""
    left_s = deadline.left_or_raise_s
    try:
        return await workers.run(decode_clip, data, embedder_rate_hz, opening_s, timeout_s=left_s, cpu_s=DECODING_CPU_S)
    except WorkerDied as cause:
        if cause.killed_from_outside:
            raise _killed_error() from cause
        if cause.out_of_cpu_time:
            raise NotAudio(
                f"The file takes more than {DECODING_CPU_S} s to decode, where a good one takes less than one. Export"
                " it again."
            ) from cause
        raise NotAudio("The file broke the decoder. It is damaged; export it again.") from cause


async def hear(workers: Workers, decoded: DecodedClip, deadline: Deadline) -> tuple[Heard, Floats]:
    """See `hear_clip`. Raises NotReady where the machine lacks memory, Internal where hearing crashed."""
    left_s = deadline.left_or_raise_s
    try:
        return await workers.run(hear_clip, decoded.analysis, decoded.loudness, timeout_s=left_s)
    except WorkerDied as cause:
        if cause.killed_from_outside:
            raise _killed_error() from cause
        raise Internal("The process that listens crashed; the server's log says how.") from cause


def _killed_error() -> NotReady:
    return NotReady(
        "The process that worked on this was killed twice: the machine lacks memory. Try again later.", retry_after_s=5
    )
