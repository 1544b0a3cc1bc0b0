"""FLAC: blocks of facts, then the sound (RFC 9639)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

MARK = b"fLaC"
STREAM_INFO, APPLICATION, COMMENTS = 0, 2, 4
LAST = 0x80
BLOCK_HEAD_BYTES = 4


def metadata_blocks(file: bytes) -> Iterator[tuple[int, bytes]]:
    """Kind and content of each block, up to where the file is cut off."""
    at, head = len(MARK), 0
    while not head & LAST and at + BLOCK_HEAD_BYTES <= len(file):
        head, size = file[at], int.from_bytes(file[at + 1 : at + BLOCK_HEAD_BYTES], "big")
        at += BLOCK_HEAD_BYTES
        if at + size > len(file):
            return
        yield head & ~LAST, file[at : at + size]
        at += size


def vorbis_comments(file: bytes) -> bytes:
    """The block of comments, empty where there is none."""
    return next((content for kind, content in metadata_blocks(file) if kind == COMMENTS), b"")


def with_comments(file: bytes, comments: bytes, foreign: Iterable[bytes]) -> bytes:
    """The same sound with other comments. `foreign`: pieces of a WAV that are kept as they are, in order.

    They lie where `flac --keep-foreign-metadata` has them, and where samplers look for the loop.
    """
    old = list(metadata_blocks(file))
    (info,) = (content for kind, content in old if kind == STREAM_INFO)
    sound = file[len(MARK) + sum(BLOCK_HEAD_BYTES + len(content) for _, content in old) :]
    new = [(STREAM_INFO, info), (COMMENTS, comments), *((APPLICATION, b"riff" + piece) for piece in foreign)]
    heads = [kind | (LAST if number == len(new) else 0) for number, (kind, _) in enumerate(new, 1)]
    written = (
        bytes([head]) + len(content).to_bytes(3, "big") + content for head, (_, content) in zip(heads, new, strict=True)
    )
    return MARK + b"".join(written) + sound
