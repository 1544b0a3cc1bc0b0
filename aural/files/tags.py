"""What a file says about itself, and how it is written into a WAV's LIST INFO chunk and read back."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from aural.settings import VERSION
from aural.wire import Take

SOFTWARE = f"Aural Architect {VERSION}"
MAX_PROMPT_CHARS = 1000
MAX_TITLE_BYTES = 120  # players show one line


@dataclass(frozen=True)
class Tags:
    """The same facts as in the answer's headers.

    `request_id` stays out of the file unless it is given: the same request must give the same bytes.
    """

    prompt: str
    seed: int
    model: str
    licence: str
    loop_end: int
    bpm: float | None = None
    key: str | None = None
    style_id: str | None = None
    request_id: str | None = None
    software: str = SOFTWARE

    @classmethod
    def of(cls, take: Take, *, prompt: str, licence: str, style_id: str | None = None) -> Tags:
        """`licence`: that of the model's output, in a few words."""
        return cls(prompt, take.seed, take.model, licence, take.loop_end, take.bpm, take.key, style_id)


def info_chunk(tags: Tags) -> bytes:
    """A LIST INFO chunk: standard fields that players show, and all of `tags` as JSON in ICMT."""
    facts = {name: value for name, value in asdict(tags).items() if value is not None}
    facts["prompt"] = _shortened(tags.prompt)
    fields = {
        b"INAM": _one_line(tags.prompt),
        b"IGNR": (tags.style_id or "").encode(),
        b"ICOP": tags.licence.encode(),
        b"ISFT": tags.software.encode(),
        b"ICMT": json.dumps(facts).encode(),
    }
    entries = [chunk(name, text + b"\0") for name, text in fields.items() if text]
    return chunk(b"LIST", b"INFO" + b"".join(entries))


def read_tags(data: bytes) -> dict[str, Any]:
    """The facts that `info_chunk` wrote into a WAV, {} where there are none. Raises ValueError if it is no WAV."""
    if data[:4] != b"RIFF" or data[8:12] != b"WAVE":
        raise ValueError("Not a WAV file.")
    for name, content in chunks(data[12:]):
        if name == b"LIST" and content[:4] == b"INFO":
            for field, text in chunks(content[4:]):
                if field == b"ICMT":
                    return dict(json.loads(text.rstrip(b"\0")))
    return {}


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


def _shortened(text: str) -> str:
    return text if len(text) <= MAX_PROMPT_CHARS else text[: MAX_PROMPT_CHARS - 1] + "…"


def _one_line(text: str) -> bytes:
    """UTF-8 in at most `MAX_TITLE_BYTES`, no character cut in half, no control characters."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line.encode(errors="replace")[:MAX_TITLE_BYTES].decode(errors="ignore").strip().encode()
