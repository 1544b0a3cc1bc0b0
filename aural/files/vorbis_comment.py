"""Vorbis comments: named texts, the same block in FLAC and in OGG."""

from __future__ import annotations

import struct

VENDOR = b"FFmpeg"  # who wrote the sound


def packed(comments: dict[str, str]) -> bytes:
    """The block, as a FLAC has it. Lone surrogates become question marks."""
    lines = [f"{name}={text}".encode(errors="replace") for name, text in comments.items()]
    sized = b"".join(struct.pack("<I", len(line)) + line for line in lines)
    return struct.pack("<I", len(VENDOR)) + VENDOR + struct.pack("<I", len(lines)) + sized


def unpacked(block: bytes) -> dict[str, str]:
    """Texts by their names in capitals, up to where the block is cut off; of several of a name the first."""
    comments: dict[str, str] = {}
    at = 4 + int.from_bytes(block[:4], "little")
    count = int.from_bytes(block[at : at + 4], "little")
    at += 4
    for _ in range(count):
        size = int.from_bytes(block[at : at + 4], "little")
        line = block[at + 4 : at + 4 + size]
        if at + 4 + size > len(block):
            break
        name, _, text = line.decode(errors="replace").partition("=")
        comments.setdefault(name.upper(), text)
        at += 4 + size
    return comments
