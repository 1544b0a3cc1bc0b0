"""MP4: boxes in boxes (ISO/IEC 14496-12), and facts where iTunes looks for them."""

from __future__ import annotations

import struct
from collections.abc import Iterator

MARK = b"ftyp"
HEAD_BYTES = 8
TEXT, INTEGER = 1, 21
ITUNES = b"com.apple.iTunes"
COMMENT = b"\xa9cmt"
PLAIN = bytes(4)  # version and flags
HANDLER = PLAIN + bytes(4) + b"mdirappl" + bytes(9)
FRAME_SAMPLES = 1024
EDIT_START_AT, COUNT_AT = 12, 8  # in the boxes `elst` and `stsz`


def box(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I4s", HEAD_BYTES + len(content), name) + content


def boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Name and content of each box, up to the first that is cut off."""
    at = 0
    while at + HEAD_BYTES <= len(data):
        size, name = struct.unpack_from(">I4s", data, at)
        if size < HEAD_BYTES or at + size > len(data):
            return
        yield name, data[at + HEAD_BYTES : at + size]
        at += size


def with_facts(file: bytes, standard: dict[bytes, str | int], named: dict[str, str]) -> bytes:
    """The same sound with other facts. `standard`: by the names of their boxes; `named`: what iTunes has no box for.

    `file`: as FFmpeg writes it, with the box `moov` behind the sound, so that the sound stays where it is.
    """
    *before, (last, movie) = boxes(file)
    assert last == b"moov"
    items = b"".join(box(name, _data(value)) for name, value in standard.items())
    items += b"".join(
        box(b"----", box(b"mean", PLAIN + ITUNES) + box(b"name", PLAIN + name.encode()) + _data(text))
        for name, text in named.items()
    )
    facts = box(b"udta", box(b"meta", PLAIN + box(b"hdlr", HANDLER) + box(b"ilst", items)))
    kept = b"".join(box(name, content) for name, content in boxes(movie) if name != b"udta")
    return b"".join(box(name, content) for name, content in before) + box(b"moov", kept + facts)


def gapless(file: bytes, samples: int) -> str:
    """The text of iTunSMPB: what the encoder put before the music and behind it, and the music's length, in samples.

    Where the music begins is in the file's edit list; how many frames of sound there are, in its table of sizes.
    """
    (priming,) = struct.unpack_from(">I", _inside(file, b"moov", b"trak", b"edts", b"elst"), EDIT_START_AT)
    (frames,) = struct.unpack_from(">I", _inside(file, b"moov", b"trak", b"mdia", b"minf", b"stbl", b"stsz"), COUNT_AT)
    padding = frames * FRAME_SAMPLES - priming - samples
    return f" 00000000 {priming:08X} {padding:08X} {samples:016X}" + " 00000000" * 8


def comment(file: bytes) -> str:
    """The comment, empty where there is none or the file is cut off before it."""
    content = _inside(file, b"moov", b"udta", b"meta", b"ilst", COMMENT, b"data")
    return content[8:].decode(errors="replace")


def _inside(data: bytes, *path: bytes) -> bytes:
    """The content of the first box at the end of a path; empty where there is none."""
    for name in path:
        data = next((content for found, content in boxes(data) if found == name), b"")
        if name == b"meta":
            data = data[len(PLAIN) :]
    return data


def _data(value: str | int) -> bytes:
    if isinstance(value, int):
        return box(b"data", struct.pack(">II", INTEGER, 0) + value.to_bytes(2, "big"))
    return box(b"data", struct.pack(">II", TEXT, 0) + value.encode(errors="replace"))
