"""What goes from the composer's runner to the gateway: a stream of frames, each a small JSON head and raw bytes.

`alive` comes while there is nothing else to say, `audio` brings a block of music, and the last one is `take` (all but
the samples, which were the blocks) or `error`. Nothing on this path is a pickle.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from aural.errors import AuralError, error_from_wire, error_to_wire
from aural.wire import Floats, Take

MAX_HEAD_BYTES = 2**16
MAX_BYTES = 2**26  # the longest take, as one block, is half of that
_SIZES = struct.Struct("<II")
_SAMPLE = np.dtype("<f4")


class BadFrame(ValueError):
    """The other side is not what it should be."""


@dataclass(frozen=True)
class Frame:
    """`fields` must be plain; `payload`: what the kind says."""

    kind: str
    fields: dict[str, Any] = field(default_factory=dict)
    payload: bytes = b""

    def to_bytes(self) -> bytes:
        head = json.dumps({"kind": self.kind, **self.fields}).encode()
        return _SIZES.pack(len(head), len(self.payload)) + head + self.payload


ALIVE = Frame("alive")


def audio_frame(block: Floats) -> Frame:
    """`block`: (2, n)."""
    return Frame("audio", payload=np.asarray(block, _SAMPLE).tobytes())


def block_of(frame: Frame) -> Floats:
    """(2, n), read-only."""
    samples: Floats = np.frombuffer(frame.payload, _SAMPLE).reshape(2, -1)
    return samples


def take_frame(take: Take) -> Frame:
    return Frame("take", {name: value for name, value in take.to_wire().items() if name != "samples"})


def take_of(frame: Frame, blocks: list[Floats]) -> Take:
    return Take.from_wire({**frame.fields, "samples": np.concatenate(blocks, axis=1)})


def error_frame(error: AuralError) -> Frame:
    return Frame("error", error_to_wire(error))


def error_of(frame: Frame) -> AuralError:
    return error_from_wire(frame.fields)


class Frames:
    """Puts frames together again, however the bytes were cut on their way."""

    def __init__(self) -> None:
        self._bytes = bytearray()

    def feed(self, data: bytes) -> Iterator[Frame]:
        """The frames that `data` completes. Raises BadFrame."""
        self._bytes += data
        while len(self._bytes) >= _SIZES.size:
            head_bytes, payload_bytes = _SIZES.unpack_from(self._bytes)
            if head_bytes > MAX_HEAD_BYTES or payload_bytes > MAX_BYTES:
                raise BadFrame(f"A frame of {head_bytes} and {payload_bytes} bytes is none of ours.")
            payload_at = _SIZES.size + head_bytes
            end = payload_at + payload_bytes
            if len(self._bytes) < end:
                return
            head = json.loads(self._bytes[_SIZES.size : payload_at])
            yield Frame(head.pop("kind"), head, bytes(self._bytes[payload_at:end]))
            del self._bytes[:end]
