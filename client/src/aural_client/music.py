"""Music as it is answered."""

from __future__ import annotations

import io
import os
import re
import zipfile
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path, PurePosixPath

from aural_client.answered import read_as
from aural_client.errors import BrokenAnswer
from aural_client.formats import BY_MEDIA, Format
from aural_client.music_facts import MusicFacts
from aural_client.saving import path_for
from aural_client.takes import TakeFile, TakesTold

_TAKES = "takes/"
_STEM = re.compile(r"stems/(?:\d+-)?(.+)\.flac")


class Music(MusicFacts):
    """A file, and what its headers tell. `data`: the file's bytes. `media_type`: of the file."""

    def __init__(self, data: bytes, media_type: str, headers: Mapping[str, str]):
        super().__init__(headers)
        self.data = data
        self.media_type = media_type

    def __repr__(self) -> str:
        return f"<Music: {len(self.data)} bytes of {self.media_type}, seed {self.headers.get('x-aural-seed')}>"

    @property
    def format(self) -> Format:
        """Raises BrokenAnswer where the answer is none of the formats that music comes in."""
        media, _, parameters = (part.strip().lower() for part in self.media_type.partition(";"))
        if (media, parameters) == ("audio/ogg", "codecs=opus"):
            return "opus"
        if media not in BY_MEDIA:
            raise BrokenAnswer(f"The answer is {media or 'of no media type'}, no music.", request_id=self.request_id)
        return BY_MEDIA[media]

    @property
    def wav(self) -> bytes:
        """The WAV file; of a ZIP its mix, or the best of its takes. Raises ValueError for the other formats."""
        if self.format == "zip":
            return self._member(self._told.best if self._has_takes else "mix.wav")
        if self.format != "wav":
            raise ValueError(f"The music is {self.format.upper()}, no WAV. Ask with format='wav', or read .data.")
        return self.data

    @property
    def stems(self) -> dict[str, bytes]:
        """FLAC files of 24 bits by the names of their parts; they add up to the mix. Raises ValueError for music that
        is no ZIP."""
        named = {name: found[1] for name in self._zip.namelist() if (found := _STEM.fullmatch(name))}
        return {part: self._member(name) for name, part in named.items()}

    @property
    def midi(self) -> bytes | None:
        """The MIDI file, where there are notes. Raises ValueError for music that is no ZIP."""
        return self._member("music.mid") if "music.mid" in self._zip.namelist() else None

    @property
    def takes(self) -> tuple[TakeFile, ...]:
        """All takes, best first, of music that was asked for with takes='all'; none where that is another ZIP. Raises
        ValueError for music that is no ZIP."""
        if not self._has_takes:
            return ()
        return tuple(
            TakeFile(PurePosixPath(one.file).name, one.candidate, one.score, one.facts, self._member(one.file))
            for one in self._told.takes
        )

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Writes the file, and says where. A path without a suffix gets the format's; ValueError for another one."""
        to = path_for(path, self.format)
        to.write_bytes(self.data)
        return to

    @property
    def _has_takes(self) -> bool:
        return any(name.startswith(_TAKES) for name in self._zip.namelist())

    @cached_property
    def _told(self) -> TakesTold:
        return read_as(TakesTold, self._member("facts.json"), self.request_id)

    @cached_property
    def _zip(self) -> zipfile.ZipFile:
        if self.format != "zip":
            raise ValueError(
                f"The music is {self.format.upper()}: stems and notes come in a ZIP. Ask with format='zip', or for all"
                " takes with takes='all'."
            )
        try:
            return zipfile.ZipFile(io.BytesIO(self.data))
        except zipfile.BadZipFile as cause:
            raise BrokenAnswer("The ZIP cannot be read.", request_id=self.request_id) from cause

    def _member(self, name: str) -> bytes:
        try:
            return self._zip.read(name)
        except (KeyError, zipfile.BadZipFile) as cause:
            raise BrokenAnswer(f"The ZIP has no {name} that can be read.", request_id=self.request_id) from cause
