"""A clip, wherever it is."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TypeAlias

File: TypeAlias = str | os.PathLike[str] | bytes | bytearray | memoryview | BinaryIO
"""A path, the bytes of a file, or a file that is open for reading bytes."""


@dataclass(frozen=True)
class Clip:
    """`name`: for the upload; the service goes by the bytes alone."""

    name: str
    data: bytes

    @classmethod
    def read(cls, file: File) -> Clip:
        """Raises OSError for a path that cannot be read, TypeError for what is no file of bytes."""
        if isinstance(file, (bytes, bytearray, memoryview)):
            return cls("clip", bytes(file))
        if isinstance(file, (str, os.PathLike)):
            path = Path(file)
            return cls(path.name, path.read_bytes())
        data = file.read()
        if not isinstance(data, bytes):
            raise TypeError("The clip was opened as text. Open it for reading bytes: open(path, 'rb').")
        return cls("clip", data)
