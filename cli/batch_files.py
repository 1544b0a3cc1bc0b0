"""The files of a folder that a batch goes through, and what tells one from what it was before."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SUFFIXES = frozenset(
    (
        *(".wav", ".wave", ".w64", ".aif", ".aiff", ".aifc", ".au", ".snd", ".caf", ".flac"),
        *(".mp1", ".mp2", ".mp3", ".ogg", ".oga", ".ogv", ".opus", ".spx", ".aac", ".adts"),
        *(
            ".m4a",
            ".m4b",
            ".m4r",
            ".mp4",
            ".m4v",
            ".mov",
            ".3gp",
            ".3g2",
            ".mka",
            ".mkv",
            ".webm",
            ".wma",
            ".wmv",
            ".asf",
        ),
        *(".ac3", ".eac3", ".ec3", ".amr", ".awb", ".ape", ".tta", ".wv"),
    )
)
"""Of the containers that the service opens (`aural.audio.decode.FORMATS`), video with sound among them."""


@dataclass(frozen=True)
class Found:
    """`name`: the path below the folder, with slashes, in what of it can be printed. `size` and `mtime_ns`: by these
    it is seen that a file has changed. `problem`: why it cannot be analysed, where that is plain already."""

    path: Path
    name: str
    size: int = -1
    mtime_ns: int = -1
    problem: str | None = None


def find_files(folder: Path, *, recursive: bool = True, every: bool = False) -> list[Found]:
    """Files below `folder`, sorted by name; hidden ones and those without an audio suffix (`every`: with any) left out.

    A folder that a symbolic link leads to is gone through like any other, but each folder once. What cannot be read is
    there with its problem. Raises OSError where `folder` itself cannot be listed.
    """
    with os.scandir(folder):
        pass
    found = [
        _looked_at(folder, path, problem)
        for path, problem in _walk(folder, recursive)
        if problem or every or path.suffix.lower() in SUFFIXES
    ]
    return sorted(found, key=lambda one: one.name)


def _walk(top: Path, recursive: bool) -> Iterator[tuple[Path, str | None]]:
    """Paths of files, and of folders that cannot be listed with the reason. Links to folders are followed last, so that
    a file is known by its own place where that is below `top` as well."""
    seen: set[tuple[int, int]] = set()
    folders, links = [top], list[Path]()
    while folders or links:
        folder = folders.pop() if folders else links.pop()
        try:
            at = folder.stat()
            if (at.st_dev, at.st_ino) in seen:
                continue
            seen.add((at.st_dev, at.st_ino))
            with os.scandir(folder) as listed:
                entries = sorted(listed, key=lambda entry: entry.name, reverse=True)
        except OSError as cause:
            yield folder, f"The folder cannot be listed: {_why(cause)}."
            continue
        for entry in entries:
            if entry.name.startswith("."):
                continue
            path = folder / entry.name
            if not _is_folder(entry):
                yield path, None
            elif recursive:
                (links if entry.is_symlink() else folders).append(path)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link that leads to itself
        return False


def _looked_at(top: Path, path: Path, problem: str | None) -> Found:
    name = os.fsencode(path.relative_to(top).as_posix()).decode("utf-8", "backslashreplace")
    if problem is not None:
        return Found(path, name, problem=problem)
    try:
        at = path.stat()
    except OSError as cause:
        return Found(path, name, problem=f"The file cannot be read: {_why(cause)}.")
    if not stat.S_ISREG(at.st_mode):  # opening a pipe would wait for somebody to write to it
        return Found(path, name, problem="This is a pipe, a socket or a device, no file.")
    return Found(path, name, at.st_size, at.st_mtime_ns)


def _why(cause: OSError) -> str:
    return cause.strerror or type(cause).__name__
