"""Where music that an agent asked for goes."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import get_args

from aural_client.formats import Format
from aural_client.music import Music
from aural_client.saving import path_for
from cli.agents.folders import Folders, Refused


def format_for(save_as: str | None, asked: Format | None) -> Format:
    """What was asked for, else what the file's name says, else WAV. Raises Refused for two that differ, or none."""
    known: tuple[Format, ...] = get_args(Format)
    suffix = Path(save_as or "").suffix.lower().removeprefix(".")
    by_name: Format | None = next((one for one in known if one == suffix), None)
    if asked is not None and asked not in known:
        raise Refused(f"format is {asked!r}; it must be one of {', '.join(known)}.")
    if suffix and by_name is None:
        raise Refused(f"save_as ends in .{suffix}; it must end in one of {', '.join(f'.{one}' for one in known)}.")
    if asked is not None and by_name is not None and asked != by_name:
        raise Refused(f"save_as ends in .{suffix}, and format is {asked}. Leave one of them out.")
    return asked or by_name or "wav"


def place_for(save_as: str, form: Format, folders: Folders) -> Path:
    """Asked before anything is composed. Raises Refused."""
    return folders.writable(str(path_for(save_as, form)))


def save(music: Music, to: Path | None, folders: Folders) -> Path:
    """`to`: None for a new name in the first folder. Raises Refused where there is such a file by now, OSError."""
    names = [to] if to is not None else _new_names(folders.roots[0], f"aural-{music.seed}", music.format)
    for path in names:
        try:
            file = path.open("xb")
        except FileExistsError:
            continue
        try:
            with file:
                file.write(music.data)
        except OSError:  # a full disk
            path.unlink()
            raise
        return path
    raise Refused(f"{to} has come to be there meanwhile, and nothing is written over. Name another file.")


def _new_names(folder: Path, stem: str, form: Format) -> itertools.chain[Path]:
    numbered = (folder / f"{stem}-{number}.{form}" for number in itertools.count(2))
    return itertools.chain([folder / f"{stem}.{form}"], numbered)
