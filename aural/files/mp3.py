"""MP3: an ID3 tag, a first frame that tells how many samples count (by Xing, and LAME after it), then the sound."""

from __future__ import annotations

MARK = b"ID3"
TAG_HEAD_BYTES = 10
FRAME_HEAD_BYTES = 10
COMMENT = b"COMM"
UTF8_ENGLISH = b"\x03eng\0"
XING = b"Xing"
COUNT_AT = 8  # of the Xing header: how many frames of sound there are
LAME_AT = 120  # after all that Xing has: mark, flags, frames, bytes, 100 places to seek to, quality
GAPLESS_AT, CHECKSUM_AT = LAME_AT + 21, LAME_AT + 34
FRAME_SAMPLES = 1152  # MPEG 1, which has 32, 44.1 and 48 kHz
DECODER_DELAY = 529  # of any decoder, on top of the encoder's own: LAME counts it in with the padding
MOST_PADDING = 2**12 - 1
CHECKSUM_POLYNOMIAL = 0xA001  # CRC-16, lowest bit first


def with_tag(file: bytes, tag: bytes, samples: int) -> bytes:
    """The same sound behind an ID3 tag, known to be `samples` long.

    `file`: as FFmpeg writes it, whose own count of the padding is some samples off at 44.1 kHz.
    """
    head = file.index(XING)
    frames = int.from_bytes(file[head + COUNT_AT : head + COUNT_AT + 4], "big")
    at = head + GAPLESS_AT
    delay = int.from_bytes(file[at : at + 3], "big") >> 12
    padding = frames * FRAME_SAMPLES - delay - samples
    assert DECODER_DELAY <= padding <= MOST_PADDING, "the encoder flushes what it holds"
    sound = bytearray(file)
    sound[at : at + 3] = (delay << 12 | padding).to_bytes(3, "big")
    sound[head + CHECKSUM_AT : head + CHECKSUM_AT + 2] = _checksum(sound[: head + CHECKSUM_AT]).to_bytes(2, "big")
    return tag + bytes(sound)


def comment(file: bytes) -> str:
    """The first comment of its ID3v2.4 tag, up to where the file is cut off; empty where there is none."""
    at, end = TAG_HEAD_BYTES, TAG_HEAD_BYTES + _number(file[6:TAG_HEAD_BYTES])
    while at + FRAME_HEAD_BYTES <= min(end, len(file)):
        name, size = file[at : at + 4], _number(file[at + 4 : at + 8])
        at += FRAME_HEAD_BYTES
        if name == COMMENT and at + size <= len(file):
            return file[at : at + size].removeprefix(UTF8_ENGLISH).decode(errors="replace")
        at += size
    return ""


def _number(seven_bits_each: bytes) -> int:
    return sum((byte & 0x7F) << 7 * place for place, byte in enumerate(reversed(seven_bits_each)))


def _checksum(data: bytes | bytearray) -> int:
    value = 0
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = value >> 1 ^ (CHECKSUM_POLYNOMIAL if value & 1 else 0)
    return value
