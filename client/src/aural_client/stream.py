"""Music that comes while it is made."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path

from aural_client.errors import BrokenAnswer
from aural_client.music_facts import MusicFacts
from aural_client.saving import path_for, whole_file
from aural_client.wav import WavHead, WavMusic


class StreamHead(MusicFacts):
    """What is known of a stream when it begins: its headers' facts, and the shape of its samples."""

    def __init__(self, headers: Mapping[str, str], head: WavHead):
        super().__init__(headers)
        self._head = head
        self._taken = False

    @property
    def rate(self) -> int:
        """Samples a second."""
        return self._head.rate

    @property
    def bits(self) -> int:
        """Of a sample: 16, 24, or 32 of a float."""
        return self._head.bits

    @property
    def channels(self) -> int:
        return self._head.channels

    @property
    def samples(self) -> int:
        """How many there will be of each channel, the tail included."""
        return self._head.music_bytes // self._head.frame_bytes

    def _music(self) -> WavMusic:
        """Raises RuntimeError for the second time."""
        if self._taken:
            raise RuntimeError("The stream has been read. Ask for another one.")
        self._taken = True
        return WavMusic(self._head)


class MusicStream(StreamHead):
    """Iterate over its blocks of samples, or save it: one of them, once.

    Both raise BrokenAnswer where the music ends early.
    """

    def __init__(self, headers: Mapping[str, str], pieces: Iterator[bytes]):
        self._begun, head = _head_of(pieces)
        self._pieces = pieces
        super().__init__(headers, head)

    def __iter__(self) -> Iterator[bytes]:
        music = self._music()
        for data in chain((self._begun,), self._pieces):
            if block := music.feed(data):
                yield block
        music.finish()

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Writes the WAV as it comes, and says where; the file is there when it is whole. A path without a suffix gets
        `.wav`; ValueError for another one."""
        to, music = path_for(path, "wav"), self._music()
        with whole_file(to) as file:
            for data in chain((self._begun,), self._pieces):
                music.feed(data)
                file.write(data)
            music.finish()
        return to


def _head_of(pieces: Iterator[bytes]) -> tuple[bytes, WavHead]:
    begun = b""
    for data in pieces:
        begun += data
        if (head := WavHead.of(begun)) is not None:
            return begun, head
    raise BrokenAnswer("The stream ended before its music began.")
