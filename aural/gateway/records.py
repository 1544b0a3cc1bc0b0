"""LOGS=true: each request leaves a JSON record, its input and its output in a folder of bounded size."""

from __future__ import annotations

import json
import re
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

OURS = re.compile(r"\d{8}T\d{6}-\d{9}-[A-Za-z0-9._-]{1,64}\.(input|json|output\.[a-z]+)")
"""Names of files that `keep` writes. No other is ever removed."""


@dataclass
class Record:
    """What one request leaves behind."""

    call: str
    request_id: str
    fields: dict[str, Any] = field(default_factory=dict)
    input_bytes: bytes | None = None
    status: int = 200
    output_bytes: bytes = b""
    output_suffix: str = "json"
    took_s: float = 0.0


@dataclass(frozen=True)
class RecordFolder:
    """`keep` writes one request's files, then removes the oldest such files until they are within `max_bytes`.

    Files of others in the folder are neither counted nor touched. Several processes may share a folder.
    """

    folder: Path
    max_bytes: int

    def foreign_file_names(self) -> list[str]:
        """Names in the folder that are not ours."""
        if not self.folder.is_dir():
            return []
        return sorted(path.name for path in self.folder.iterdir() if not OURS.fullmatch(path.name))

    def keep(self, record: Record) -> None:
        """Raises OSError where the folder cannot be written; what is old goes all the same."""
        self.folder.mkdir(parents=True, exist_ok=True)
        try:
            self._write(record)
        finally:
            self._prune()

    def _write(self, record: Record) -> None:
        stem = f"{time.strftime('%Y%m%dT%H%M%S', time.gmtime())}-{time.time_ns() % 10**9:09d}-{record.request_id}"
        if record.input_bytes is not None:
            (self.folder / f"{stem}.input").write_bytes(record.input_bytes)
        (self.folder / f"{stem}.output.{record.output_suffix}").write_bytes(record.output_bytes)
        told = {
            "call": record.call,
            "request_id": record.request_id,
            "status": record.status,
            "took_s": round(record.took_s, 3),
            "fields": record.fields,
            "input_bytes": None if record.input_bytes is None else len(record.input_bytes),
            "output_bytes": len(record.output_bytes),
        }
        (self.folder / f"{stem}.json").write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n")

    def _prune(self) -> None:
        # Names begin with the time, so name order is age order.
        sizes = dict(
            sorted((path, size) for path in self.folder.iterdir() if (size := _size_of_ours(path)) is not None)
        )
        total = sum(sizes.values())
        for path, size in sizes.items():
            if total <= self.max_bytes:
                return
            path.unlink(missing_ok=True)
            total -= size


def _size_of_ours(path: Path) -> int | None:
    """None for what is not ours, and for what another process has just removed."""
    if not OURS.fullmatch(path.name):
        return None
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return None
