"""What every composer is: something that turns a request into a take and can be stopped."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from aural.wire import MusicRequest, Take

Progress = Callable[[float], None]
"""Called with the fraction done, at least twice a second; whatever it raises stops the work and comes out."""


class Composer(Protocol):
    """Thread-safe only where its docstring says so."""

    @property
    def name(self) -> str: ...

    def compose(self, request: MusicRequest, progress: Progress) -> Take:
        """The body lasts exactly `request.duration_s` (rounded to a sample), its tail `TAIL_S` more."""
        ...

    def report(self) -> dict[str, Any]:
        """For /info (see models/report.py)."""
        ...
