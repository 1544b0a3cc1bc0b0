"""RIFF: named chunks, one after the other."""

from __future__ import annotations

import struct
from collections.abc import Iterator


def chunk(name: bytes, content: bytes) -> bytes:
    """One RIFF chunk: name, size, content, and a byte more where the size is odd."""
    return name + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)


def chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Name and content of each chunk, up to the first that is cut off."""
    at = 0
    while at + 8 <= len(data):
        name, size = struct.unpack_from("<4sI", data, at)
        if at + 8 + size > len(data):
            return
        yield name, data[at + 8 : at + 8 + size]
        at += 8 + size + size % 2
