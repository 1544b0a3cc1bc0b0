"""What `decode` cannot bound by itself, its worker does."""

from __future__ import annotations

import asyncio
import struct
import sys
from pathlib import Path

import pytest

from aural.audio.clip import Clip
from aural.audio.decode import decode
from aural.errors import AuralError
from aural.workers.pool import Workers
from tests.aural.audio.audio_files import FORMATS

LIMIT_BYTES = 512 * 2**20
N_SAMPLES = 80_000_000


def mp4_with_a_huge_index() -> bytes:
    """17 kB whose tables promise 80 million samples: FFmpeg makes an entry of some 36 bytes for each."""
    data = bytearray(FORMATS["m4a-aac"].file(1.0))
    at = {name: data.index(name) + 8 for name in (b"stsz", b"stsc", b"stts")}
    struct.pack_into(">II", data, at[b"stsz"], 1, N_SAMPLES)
    struct.pack_into(">IIII", data, at[b"stsc"], 1, 1, N_SAMPLES, 1)
    struct.pack_into(">III", data, at[b"stts"], 1, N_SAMPLES, 1024)
    return bytes(data)


def peak_bytes_of(data: bytes) -> tuple[str, int]:
    """Runs in a worker: how decoding ended, and the most memory that the process ever held."""
    try:
        decode(data)
        outcome = "clip"
    except AuralError as error:
        outcome = error.code
    # Not getrusage: its peak outlives exec, so that it would be this test process's own.
    (peak,) = (line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    return outcome, int(peak.split()[1]) * 1024


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits a process's memory this way")
def test_a_small_file_that_wants_gigabytes_does_not_get_them() -> None:
    async def listen() -> tuple[tuple[str, int], Clip]:
        async with Workers(1) as workers:
            outcome = await workers.run(peak_bytes_of, mp4_with_a_huge_index(), timeout_s=30, memory_bytes=LIMIT_BYTES)
            return outcome, await workers.run(decode, FORMATS["m4a-aac"].file(1.0), timeout_s=30)

    (outcome, peak_bytes), next_clip = asyncio.run(listen())
    assert outcome == "not_audio"
    assert peak_bytes < LIMIT_BYTES
    assert next_clip.duration_s == pytest.approx(1.0, abs=0.06)
