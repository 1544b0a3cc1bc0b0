"""What FFmpeg or PyAV would misread in a sound file, put right in its bytes before they read it.

Seen with PyAV 17.0.1 (FFmpeg 8.0): each function says what goes wrong without it.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from itertools import pairwise
from typing import TypeVar

from aural.errors import NotAudio

Data = TypeVar("Data", bytes, memoryview)
"""A file: read, or as it lies on the disk."""

MAX_LINKS = 64  # of a chained Ogg: a radio stream of an hour has fewer
_ID3_HEAD, _ID3_FOOTER_FLAG = 10, 0x10
_FMT_EXTENSIBLE, _PCM_SUBFORMAT = 0xFFFE, b"\1\0\0\0\0\0\x10\0\x80\0\0\xaa\0\x38\x9b\x71"
_MAX_SAMPLE_BITS = 64
_PAGE_HEAD, _FIRST_PAGE = 27, 2


def without_leading_tags(data: Data) -> Data:
    """Without ID3v2 tags at the front, and the zeros that some taggers leave behind them.

    FFmpeg looks for a format's mark in the first megabyte only, and past one tag only: a large cover hides FLAC, AC-3,
    AAC and WAV.
    """
    start = 0
    while data[start : start + 3] == b"ID3" and len(data) >= start + _ID3_HEAD:
        flags = data[start + 5]
        size = 0
        for byte in data[start + 6 : start + _ID3_HEAD]:
            size = size << 7 | byte & 0x7F
        end = start + _ID3_HEAD + size + (_ID3_HEAD if flags & _ID3_FOOTER_FLAG else 0)
        if end >= len(data):
            break
        start = end
        while data[start : start + 1] == b"\0":
            start += 1
    return data[start:] if start else data


def fix_wav_valid_bits(data: Data) -> Data:
    """A WAV whose samples fill their bytes: FFmpeg takes 24 valid bits in 32 for another format's floats."""
    if data[:4] not in (b"RIFF", b"RF64") or data[8:12] != b"WAVE":
        return data
    at = 12
    while at + 8 <= len(data) and data[at : at + 4] not in (b"fmt ", b"data"):
        at += 8 + (size := int.from_bytes(data[at + 4 : at + 8], "little")) + size % 2
    fmt = data[at + 8 : at + 8 + 40]
    if data[at : at + 4] != b"fmt " or len(fmt) < 40:
        return data
    tag, channels, _, _, block_bytes, bits, _, valid_bits = struct.unpack_from("<HHIIHHHH", fmt)
    container_bits = 8 * block_bytes // max(1, channels)
    if tag != _FMT_EXTENSIBLE or fmt[24:40] != _PCM_SUBFORMAT or container_bits > _MAX_SAMPLE_BITS:
        return data
    if (bits, valid_bits) == (container_bits, container_bits):
        return data
    mended = bytearray(data)
    struct.pack_into("<H", mended, at + 8 + 14, container_bits)
    struct.pack_into("<H", mended, at + 8 + 18, container_bits)
    return type(data)(mended)


def split_chained_ogg(data: Data) -> list[Data]:
    """The files that a chained Ogg consists of, one after the other; any other file is its only link.

    FFmpeg gives up where channels change from one link to the next. Raises NotAudio for absurdly many links.
    """
    starts: list[int] = [0]
    in_heads = True
    for at, is_first in _ogg_pages(data):
        if is_first and not in_heads:
            starts.append(at)
            if len(starts) > MAX_LINKS:
                raise NotAudio(f"The Ogg file is chained of more than {MAX_LINKS} pieces. Export it again.")
        in_heads = is_first
    return [data[start:end] for start, end in pairwise([*starts, len(data)])] if len(starts) > 1 else [data]


def _ogg_pages(data: bytes | memoryview) -> Iterator[tuple[int, bool]]:
    """Where each page begins, and whether it is a stream's first; ends where no page follows."""
    at = 0
    while data[at : at + 4] == b"OggS" and at + _PAGE_HEAD <= len(data):
        yield at, bool(data[at + 5] & _FIRST_PAGE)
        segments = data[at + 26]
        at += _PAGE_HEAD + segments + sum(data[at + _PAGE_HEAD : at + _PAGE_HEAD + segments])


def pcm_block_bytes(codec: str, channels: int) -> int:
    """Bytes of one sample of all channels, for codecs that have no other structure; 1 for all others."""
    bits = re.fullmatch(r"pcm_[suf](\d+)[lb]?e?", codec)
    return max(1, channels) * int(bits[1]) // 8 if bits else 1


def whole_flac_frames(packet: bytes) -> bytes:
    """The frames at the front of a packet, without what follows them (a tag at the file's end), by their CRC-16.

    PyAV throws a packet's frames away where a later part of it cannot be decoded.
    """
    end, crc = 0, 0
    for position, byte in enumerate(packet, 1):
        crc = (crc << 8 & 0xFFFF) ^ _CRC16[crc >> 8 ^ byte]
        if crc == 0 and byte:
            end = position
    return packet[:end]


def _crc16_table() -> tuple[int, ...]:
    table = []
    for byte in range(256):
        crc = byte << 8
        for _ in range(8):
            crc = (crc << 1 ^ 0x8005 if crc & 0x8000 else crc << 1) & 0xFFFF
        table.append(crc)
    return tuple(table)


_CRC16 = _crc16_table()
