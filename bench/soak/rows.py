"""What a case found: rows of a promise, the figure, and whether it was kept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

STOPPED = ("pitch", "feeling", "composer", "worker", "aural-architect", "main")
"""Processes that are stopped for a while, one after another."""
KILLED = ("pitch", "feeling", "composer", "worker", "workers", "aural-architect")
"""Processes that are killed, one after another; "workers" are all of them at once."""
CASES = {
    "load": ("1x", "2x", "10x"),
    "growth": ("mixed requests", "large files"),
    "stops": ("SIGTERM under load", "second SIGTERM"),
    "probes": ("probes: start", "probes: 10x", "probes: kill", "probes: drain"),
    "faults": (*(f"SIGSTOP: {role}" for role in STOPPED), *(f"kill -9: {role}" for role in (*KILLED, "main"))),
}
"""What the command line can name, and the cases whose rows come of it."""


@dataclass(frozen=True)
class Row:
    """`case`: one of CASES. `figure`: what was measured. `details`: what stands behind it."""

    case: str
    promise: str
    figure: str
    holds: bool
    details: dict[str, Any] = field(default_factory=dict)


def table(rows: Iterable[Row]) -> str:
    lines = [f"{'holds':<8}{'case':<26}{'promise':<58}figure"]
    lines += [f"{'yes' if row.holds else 'NO':<8}{row.case:<26}{row.promise:<58}{row.figure}" for row in rows]
    return "\n".join(lines)
