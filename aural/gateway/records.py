"""LOGS=true: each request leaves a JSON record, its input and its output in a folder of bounded size and age."""

from __future__ import annotations

import calendar
import errno
import json
import os
import re
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

NAME = re.compile(
    r"(?P<part>\.)?(?P<stem>(?P<time>\d{8}T\d{6})-\d{9}-[A-Za-z0-9._-]{1,64}?)"
    r"\.(?P<kind>input|json|output\.[a-z]+)(?(part)\.part)"
)
"""Names of files that `keep` leaves, and those that they have while they are written: `.NAME.part`. No file of another
name is ever removed."""
LEFTOVER_S = 600.0
"""What has no record after so long was left by a process that ended: nothing takes that long to write."""


@dataclass
class Record:
    """What one request leaves behind. `key`: the name of the API key that asked, where there are keys."""

    call: str
    request_id: str
    key: str | None = None
    fields: dict[str, Any] = field(default_factory=dict)
    input_bytes: bytes | None = None
    status: int = 200
    output_bytes: bytes = b""
    output_suffix: str = "json"
    took_s: float = 0.0


@dataclass(frozen=True)
class RecordFolder:
    """`keep` writes one request's files: all of them appear, or none. Before that the oldest records go, as far as
    `max_bytes` and `max_age_s` ask for it.

    Only the folder's owner can read the files, nor can others look into a folder that was made here; the mode of one
    that was there is its operator's. Files of others in it are neither counted nor touched. Several processes may share
    it. `now_s`: seconds since 1970.
    """

    folder: Path
    max_bytes: int
    max_age_s: float = float("inf")
    now_s: Callable[[], float] = time.time
    lock: threading.Lock = field(default_factory=threading.Lock, compare=False, repr=False)

    def foreign_file_names(self) -> list[str]:
        """Names in the folder that are not ours."""
        if not self.folder.is_dir():
            return []
        names = (path.name for path in self.folder.iterdir())
        return sorted(name for name in names if not NAME.fullmatch(name))

    def others_may_look(self) -> bool:
        """Whether the folder is there, and its mode lets other users in."""
        return self.folder.is_dir() and bool(self.folder.stat().st_mode & 0o077)

    def keep(self, record: Record) -> None:
        """Raises OSError where the record cannot be written, or is larger than all records may be; nothing of it is
        left then, and what is old goes all the same."""
        files = _files_of(record)
        needed = sum(map(len, files.values()))
        if not self.folder.is_dir():
            self.folder.parent.mkdir(parents=True, exist_ok=True)
            self.folder.mkdir(mode=0o700, exist_ok=True)
        if needed > self.max_bytes:
            self.tidy()
            raise OSError(errno.EFBIG, f"the record has {needed} bytes, and all records may have {self.max_bytes}")
        with self.lock:  # else several at once would find room for one
            self.tidy(needed)
            # No dots in an id: a name says where it ends and the kind of the file begins.
            self._write(f"{_told_time(self.now_s())}-{record.request_id.replace('.', '_')}", files)

    def tidy(self, needed_bytes: int = 0) -> None:
        """Remove what is too old, what a process left half done as it ended, and of the rest the oldest records, until
        `needed_bytes` more fit."""
        if not self.folder.is_dir():
            return
        now_s = self.now_s()
        by_stem: dict[str, list[_File]] = defaultdict(list)
        for file in self._files():
            by_stem[file.stem].append(file)
        total = needed_bytes + sum(file.size for files in by_stem.values() for file in files)
        for _, files in sorted(by_stem.items()):  # names begin with the time, so name order is age order
            too_old = now_s - files[0].named_s > self.max_age_s
            if total > self.max_bytes or too_old if _is_whole(files) else _is_leftover(files, now_s):
                _remove(files)
                total -= sum(file.size for file in files)

    def _files(self) -> Iterator[_File]:
        """All of ours."""
        for path in self.folder.iterdir():
            if named := NAME.fullmatch(path.name):
                try:
                    told = path.stat()
                except FileNotFoundError:  # another process has just removed it
                    continue
                stem = f"{named['part'] or ''}{named['stem']}"
                yield _File(path, stem, _seconds_of(named["time"]), named["kind"], told.st_size, told.st_mtime)

    def _write(self, stem: str, files: dict[str, bytes]) -> None:
        """The record itself comes last: what has one is whole. (After a power cut it may not be: nothing waits for the
        disk.)"""
        paths = {self.folder / f".{stem}.{kind}.part": self.folder / f"{stem}.{kind}" for kind in files}
        try:
            for part, content in zip(paths, files.values(), strict=True):
                _write_new(part, content)
            for part, path in paths.items():
                part.rename(path)
        except BaseException:
            for path in [*reversed(paths.values()), *paths]:
                path.unlink(missing_ok=True)
            raise


@dataclass(frozen=True)
class _File:
    """`stem`: what a record's files have in common; while they are written they have another, with a dot before it.
    `named_s`, `written_s`: seconds since 1970, by its name and by the file system."""

    path: Path
    stem: str
    named_s: float
    kind: str
    size: int
    written_s: float


def _files_of(record: Record) -> dict[str, bytes]:
    """By kind; the record itself is the last."""
    told = {
        "call": record.call,
        "request_id": record.request_id,
        **({} if record.key is None else {"key": record.key}),
        "status": record.status,
        "took_s": round(record.took_s, 3),
        "fields": record.fields,
        "input_bytes": None if record.input_bytes is None else len(record.input_bytes),
        "output_bytes": len(record.output_bytes),
    }
    return {
        **({} if record.input_bytes is None else {"input": record.input_bytes}),
        f"output.{record.output_suffix}": record.output_bytes,
        "json": (json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode(),
    }


def _write_new(path: Path, content: bytes) -> None:
    _fill(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), content)


def _fill(descriptor: int, content: bytes) -> None:
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)


def _is_whole(files: list[_File]) -> bool:
    return any(file.kind == "json" and file.stem[0] != "." for file in files)


def _is_leftover(files: list[_File], now_s: float) -> bool:
    return all(now_s - file.written_s > LEFTOVER_S for file in files)


def _remove(files: list[_File]) -> None:
    """The record goes first: what a process that ends here leaves is not taken for whole."""
    for file in sorted(files, key=lambda file: file.kind != "json"):
        file.path.unlink(missing_ok=True)


def _told_time(now_s: float) -> str:
    return f"{time.strftime('%Y%m%dT%H%M%S', time.gmtime(now_s))}-{int(now_s % 1 * 1e9):09d}"


def _seconds_of(told: str) -> float:
    """Since 1970; 0 for a time that is none."""
    try:
        return calendar.timegm(time.strptime(told, "%Y%m%dT%H%M%S"))
    except ValueError:
        return 0.0
