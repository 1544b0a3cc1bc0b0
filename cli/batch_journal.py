"""The journal of a batch: which files are done, so that a run that was stopped goes on where it was."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from cli.batch_files import Found
from cli.batch_rows import Row


def journal_of(table: Path) -> Path:
    """Beside the table, hidden."""
    return table.with_name(f".{table.name}.journal")


@dataclass
class Journal:
    """One JSON line per file that was done, each on the disk before the next is begun.

    `made_by`: version and model set of what analyses. A line counts for a file of the same name, size, modification
    time, and `made_by`.
    """

    file: BinaryIO
    made_by: str
    _known: dict[str, dict[str, Any]] = field(default_factory=dict)

    def row(self, found: Found) -> Row | None:
        """None where the file is still to be done."""
        line = self._known.get(found.name)
        if line is None or line.get("identity") != self._identity(found):
            return None
        try:
            return Row.of_cells({"path": found.name, **line["row"]})
        except (KeyError, TypeError, ValueError):  # an older version's columns
            return None

    def add(self, found: Found, row: Row) -> None:
        cells = {name: value for name, value in row.cells().items() if name != "path"}
        line = {"path": found.name, "identity": self._identity(found), "row": cells}
        self._known[found.name] = line
        self.file.write(json.dumps(line).encode() + b"\n")
        self.file.flush()
        os.fsync(self.file.fileno())

    def read(self) -> None:
        """Takes in what is written there. A last line that was cut off is taken away: the next one begins anew."""
        self.file.seek(0)
        whole, _, torn = self.file.read().rpartition(b"\n")
        for text in whole.splitlines():
            try:
                line = json.loads(text)
                self._known[line["path"]] = line
            except (ValueError, KeyError, TypeError):  # a disk that was full: the file is done again
                continue
        if torn:
            self.file.truncate(len(whole) + 1 if whole else 0)
        self.file.seek(0, os.SEEK_END)

    def _identity(self, found: Found) -> list[Any]:
        return [found.size, found.mtime_ns, self.made_by]


class InUse(Exception):
    """Another run writes the same table."""


@contextmanager
def opened(table: Path, made_by: str, *, fresh: bool = False) -> Iterator[Journal]:
    """The table's journal, for this run alone. `fresh`: without what is in it. Raises InUse, OSError."""
    with journal_of(table).open("a+b") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)  # ends with the process, however that ends
        except BlockingIOError as cause:
            raise InUse(
                f"Another run is writing {table}. Wait for its end, or give this one another table (-o)."
            ) from cause
        if fresh:
            file.truncate(0)
        journal = Journal(file, made_by)
        journal.read()
        yield journal
