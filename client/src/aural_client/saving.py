"""Files that are written: their names, and that they are there whole or not at all."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from aural_client.formats import Format


def path_for(path: str | os.PathLike[str], form: Format) -> Path:
    """`path` with the format's suffix. Raises ValueError where it has another one."""
    to = Path(path)
    if not to.suffix:
        return to.with_suffix(f".{form}")
    if to.suffix.lower() != f".{form}":
        raise ValueError(f"{to.name} ends in {to.suffix}, and the music is {form.upper()}. End it in .{form}.")
    return to


@contextlib.contextmanager
def whole_file(to: Path) -> Iterator[BinaryIO]:
    """A file that takes its place at the end of the block, and is gone where the block raises."""
    part = to.with_name(f"{to.name}.part")
    try:
        with part.open("wb") as file:
            yield file
        part.replace(to)
    finally:
        part.unlink(missing_ok=True)
