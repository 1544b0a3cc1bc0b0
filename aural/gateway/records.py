"""LOGS=true: each request leaves a JSON record, its input and its output in a folder of bounded size."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


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
    """`keep` writes one request's files, then removes the oldest until the folder is within `max_bytes`."""

    folder: Path
    max_bytes: int

    def keep(self, record: Record) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
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
        self._prune()

    def _prune(self) -> None:
        # Names begin with the time, so name order is age order; ours only: `.input`, `.output.*`, `.json`.
        files = sorted(path for path in self.folder.iterdir() if path.is_file())
        sizes = {path: path.stat().st_size for path in files}
        total = sum(sizes.values())
        for path in files:
            if total <= self.max_bytes:
                return
            path.unlink(missing_ok=True)
            total -= sizes[path]
