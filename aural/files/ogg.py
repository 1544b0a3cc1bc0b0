"""OGG: packets in pages (RFC 3533). The second packet of a Vorbis or Opus stream has its comments."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

MARK = b"OggS"
HEAD_BYTES = 27
SERIAL, CHECKSUM = slice(14, 18), slice(22, 26)
FULL = 255  # of a piece: the packet goes on
MOST_PIECES = 255  # of a page
COMMENTS = b"\x03vorbis"
END_OF_COMMENTS = b"\x01"
OPUS_COMMENTS = b"OpusTags"
REVERSED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


def vorbis_comments(file: bytes) -> bytes:
    """The block of comments, empty where the file is not Vorbis."""
    return _second_packet(file, COMMENTS)


def opus_comments(file: bytes) -> bytes:
    """The block of comments, empty where the file is not Opus."""
    return _second_packet(file, OPUS_COMMENTS)


def with_comments(file: bytes, comments: bytes) -> bytes:
    """The same Vorbis or Opus with other comments, and a serial number that follows from them.

    `file`: as FFmpeg writes it: comments and, in Vorbis, the decoder's set-up share the second page with nothing else.
    Its bit-exact serial number is 0, which some tools do not like.
    """
    pages = list(_pages(file))
    _, old, *setup = _packets(pages[0] + pages[1])
    assert old.startswith((COMMENTS, OPUS_COMMENTS))
    opus = old.startswith(OPUS_COMMENTS)
    held = [OPUS_COMMENTS + comments] if opus else [COMMENTS + comments + END_OF_COMMENTS, *setup]
    sizes = b"".join(bytes([FULL]) * (len(packet) // FULL) + bytes([len(packet) % FULL]) for packet in held)
    assert len(sizes) <= MOST_PIECES, "the texts are cut to a length"
    pages[1] = pages[1][: HEAD_BYTES - 1] + bytes([len(sizes)]) + sizes + b"".join(held)
    serial = zlib.crc32(comments).to_bytes(4, "little")
    return b"".join(_with_checksum(page, serial) for page in pages)


def _pages(file: bytes) -> Iterator[bytes]:
    """Each with its head, up to where the file is cut off."""
    at = 0
    while file[at : at + len(MARK)] == MARK and at + HEAD_BYTES <= len(file):
        end = at + HEAD_BYTES + file[at + HEAD_BYTES - 1]
        end += sum(file[at + HEAD_BYTES : end])
        if end > len(file):
            return
        yield file[at:end]
        at = end


def _second_packet(file: bytes, mark: bytes) -> bytes:
    """What follows its mark, empty where it has another one."""
    packets = _packets(file)
    next(packets, None)
    packet = next(packets, b"")
    return packet.removeprefix(mark) if packet.startswith(mark) else b""


def _packets(file: bytes) -> Iterator[bytes]:
    """Of a file with one stream."""
    packet = b""
    for page in _pages(file):
        at = HEAD_BYTES + page[HEAD_BYTES - 1]
        for size in page[HEAD_BYTES:at]:
            packet += page[at : at + size]
            at += size
            if size < FULL:
                yield packet
                packet = b""


def _with_checksum(page: bytes, serial: bytes) -> bytes:
    """With its checksum: zlib's with the bits the other way round, from zero, not inverted, itself counted as zero."""
    sealed = bytearray(page)
    sealed[SERIAL] = serial
    sealed[CHECKSUM] = bytes(4)
    mirrored = zlib.crc32(sealed.translate(REVERSED), 0xFFFFFFFF) ^ 0xFFFFFFFF
    sealed[CHECKSUM] = int(f"{mirrored:032b}"[::-1], 2).to_bytes(4, "little")
    return bytes(sealed)
