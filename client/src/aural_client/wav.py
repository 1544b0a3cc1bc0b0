"""A WAV file that comes in pieces, to its music."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from aural_client.errors import BrokenAnswer

MOST_HEAD_BYTES = 2**16
"""The service's head has 44, of floats 58."""


@dataclass(frozen=True)
class WavHead:
    """`rate`: samples a second. `music_from`: where the music begins in the file. `music_bytes`: how long it is.
    `file_bytes`: of the whole file."""

    rate: int
    channels: int
    bits: int
    music_from: int
    music_bytes: int
    file_bytes: int

    @property
    def frame_bytes(self) -> int:
        return self.channels * self.bits // 8

    @classmethod
    def of(cls, begun: bytes) -> WavHead | None:
        """From the beginning of a file; None where that is too short yet. Raises BrokenAnswer for what is no WAV."""
        if len(begun) < 12:
            return None
        riff, size, wave = struct.unpack_from("<4sI4s", begun)
        if (riff, wave) != (b"RIFF", b"WAVE"):
            raise BrokenAnswer("The stream is no WAV file.")
        shape, at = None, 12
        while at + 8 <= len(begun):
            name, length = struct.unpack_from("<4sI", begun, at)
            if name == b"data" and shape is not None:
                _, channels, rate, _, _, bits = shape
                return cls(rate, channels, bits, at + 8, length, size + 8)
            if name == b"fmt " and at + 24 <= len(begun):
                shape = struct.unpack_from("<HHIIHH", begun, at + 8)
            at += 8 + length + length % 2
        if at > MOST_HEAD_BYTES:
            raise BrokenAnswer("The stream's WAV file has no music in it.")
        return None


class WavMusic:
    """The music of a file, in blocks of whole frames, as its bytes are fed."""

    def __init__(self, head: WavHead):
        self._head = head
        self._fed = 0
        self._odd = b""

    def feed(self, data: bytes) -> bytes:
        """The frames that are whole with `data`; none where it is all head, or what follows the music."""
        first = self._head.music_from - self._fed
        last = first + self._head.music_bytes
        self._fed += len(data)
        music = self._odd + data[max(0, first) : max(0, last)]
        whole = len(music) - len(music) % self._head.frame_bytes
        self._odd = music[whole:]
        return music[:whole]

    def finish(self) -> None:
        """Raises BrokenAnswer where the file is not as long as its head says."""
        if self._fed < self._head.file_bytes:
            raise BrokenAnswer(
                f"The stream ended after {self._fed} bytes of {self._head.file_bytes}: the music is not all there."
                " The service's log has the reason under the request id."
            )
