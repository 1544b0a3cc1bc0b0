"""Music that comes while it is made, to asyncio."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

from aural_client.errors import BrokenAnswer
from aural_client.saving import path_for, whole_file
from aural_client.stream import StreamHead
from aural_client.wav import WavHead


class AsyncMusicStream(StreamHead):
    """Iterate over its blocks of samples with `async for`, or save it: one of them, once.

    Both raise BrokenAnswer where the music ends early.
    """

    def __init__(self, headers: Mapping[str, str], head: WavHead, begun: bytes, pieces: AsyncIterator[bytes]):
        super().__init__(headers, head)
        self._begun = begun
        self._pieces = pieces

    @classmethod
    async def begin(cls, headers: Mapping[str, str], pieces: AsyncIterator[bytes]) -> AsyncMusicStream:
        """Waits for the file's head."""
        begun = b""
        async for data in pieces:
            begun += data
            if (head := WavHead.of(begun)) is not None:
                return cls(headers, head, begun, pieces)
        raise BrokenAnswer("The stream ended before its music began.")

    async def __aiter__(self) -> AsyncIterator[bytes]:
        music = self._music()
        if block := music.feed(self._begun):
            yield block
        async for data in self._pieces:
            if block := music.feed(data):
                yield block
        music.finish()

    async def save(self, path: str | os.PathLike[str]) -> Path:
        """As MusicStream.save."""
        to, music = path_for(path, "wav"), self._music()
        with whole_file(to) as file:
            music.feed(self._begun)
            file.write(self._begun)
            async for data in self._pieces:
                music.feed(data)
                file.write(data)
            music.finish()
        return to
