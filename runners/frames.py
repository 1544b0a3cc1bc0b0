"""What goes between the gateway and the composer's runner: frames, each a small JSON head and raw bytes.

A `request` goes to the runner, with the opening's sound, and back comes `alive`, four times a second and with how far
it is, and `audio` with a block of music; then a `stem` for each part, `midi` where there is any, and at last `take`
(all the rest) or `error`. For a `place` back comes `placed` or `error`. Nothing on this path is a pickle.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from aural.errors import AuralError, error_from_wire, error_to_wire
from aural.types import Floats, JobStatus, MusicRequest, PlaceRequest, Take

MAX_HEAD_BYTES = 2**16
MAX_BYTES = 2**26  # the longest take, as one block, is half of that
LATER = ("measurements", "selection")
PIECE_BYTES = 2**20  # of what is written at once
_SIZES = struct.Struct("<II")
_SAMPLE = np.dtype("<f4")


class BadFrame(ValueError):
    """The other side is not what it should be."""


@dataclass(frozen=True)
class Frame:
    """`fields` must be plain; `payload`: what the kind says; a view of samples that are not copied."""

    kind: str
    fields: dict[str, Any] = field(default_factory=dict)
    payload: bytes | memoryview = b""

    def pieces(self) -> Iterator[bytes]:
        """What goes over the wire, in order."""
        head = json.dumps({"kind": self.kind, **self.fields}).encode()
        first = PIECE_BYTES - _SIZES.size - len(head)
        yield b"".join([_SIZES.pack(len(head), len(self.payload)), head, self.payload[:first]])
        for start in range(first, len(self.payload), PIECE_BYTES):
            yield bytes(self.payload[start : start + PIECE_BYTES])

    def to_bytes(self) -> bytes:
        return b"".join(self.pieces())


def alive_frame(status: JobStatus | None) -> Frame:
    """None: there is nothing to tell."""
    return Frame("alive", status.to_wire() if status else {})


def placed_frame(status: JobStatus) -> Frame:
    return Frame("placed", status.to_wire())


def status_of(frame: Frame) -> JobStatus | None:
    """What an `alive` or `placed` frame tells."""
    return JobStatus.from_wire(frame.fields) if frame.fields else None


def request_frame(request: MusicRequest) -> Frame:
    fields = request.to_wire()
    opening = fields.pop("opening")
    return Frame("request", fields, b"" if opening is None else _bytes_of(opening))


def request_of(data: bytes) -> MusicRequest:
    """From all the bytes of one. An empty opening is none. Raises BadFrame."""
    frame = _only(data, "request")
    opening = np.frombuffer(frame.payload, _SAMPLE)
    return MusicRequest.from_wire({**frame.fields, "opening": opening if len(opening) else None})


def place_frame(request: PlaceRequest) -> Frame:
    return Frame("place", request.to_wire())


def place_of(data: bytes) -> PlaceRequest:
    """Raises BadFrame."""
    return PlaceRequest.from_wire(_only(data, "place").fields)


def _only(data: bytes, kind: str) -> Frame:
    frames = list(Frames().feed(data))
    if [frame.kind for frame in frames] != [kind]:
        raise BadFrame(f"That is no {kind}.")
    return frames[0]


def audio_frame(block: Floats) -> Frame:
    """`block`: (2, n)."""
    return Frame("audio", payload=_bytes_of(block))


def samples_in(frame: Frame) -> Floats:
    """(2, n), read-only."""
    samples: Floats = np.frombuffer(frame.payload, _SAMPLE).reshape(2, -1)
    return samples


def frames_after_audio(take: Take) -> Iterator[Frame]:
    """All of a take but its samples. What is found out about it later is not there yet."""
    fields = take.to_wire()
    for name in ("samples", "stems", "midi", *LATER):
        del fields[name]
    fields["heard"] = list(take.heard)
    for name, stem in take.stems.items():
        yield Frame("stem", {"name": name}, _bytes_of(stem))
    if take.midi:
        yield Frame("midi", payload=take.midi)
    yield Frame("take", fields)


class Arriving:
    """A take on its way: what came of it so far."""

    def __init__(self) -> None:
        self._blocks: list[Floats] = []
        self._stems: dict[str, Floats] = {}
        self._midi = b""

    def add(self, frame: Frame) -> Take | None:
        """The take, when this frame was its last. Raises BadFrame."""
        if frame.kind == "audio":
            self._blocks.append(samples_in(frame))
        elif frame.kind == "stem":
            self._stems[frame.fields["name"]] = samples_in(frame)
        elif frame.kind == "midi":
            self._midi = bytes(frame.payload)
        elif frame.kind == "take":
            samples = np.concatenate(self._blocks, axis=1)
            return Take.from_wire({**frame.fields, "samples": samples, "stems": self._stems, "midi": self._midi})
        else:
            raise BadFrame(f"A frame of the kind {frame.kind} is none of a take's.")
        return None


def _bytes_of(samples: Floats) -> memoryview:
    """Row by row, not copied where they lie so already."""
    return np.ascontiguousarray(samples, _SAMPLE).reshape(-1).view(np.uint8).data


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
            with memoryview(self._bytes) as all_bytes:
                payload = bytes(all_bytes[payload_at:end])
            del self._bytes[:end]
            yield Frame(head.pop("kind"), head, payload)
