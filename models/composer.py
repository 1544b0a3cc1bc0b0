"""What every composer is: something that turns a request into a take and can be stopped."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from aural.types import Floats, MusicRequest, Take

SKETCH = "sketch-1"
"""What the built-in composer is called."""

Progress = Callable[[float], None]
"""Called with the fraction done, at least twice a second; whatever it raises stops the work and comes out."""

Emit = Callable[[Floats], None]
"""Called in order with blocks (2, n) of the take's samples, each once it is final; together they are all of them."""


class Composer(Protocol):
    """Thread-safe only where its docstring says so."""

    @property
    def name(self) -> str: ...

    def compose(self, request: MusicRequest, progress: Progress, emit: Emit | None = None) -> Take:
        """The body lasts exactly `request.duration_s` (rounded to a sample), its tail `TAIL_S` more."""
        ...

    def step_count(self, request: MusicRequest) -> int | None:
        """How many steps of the same length `compose` will take; None for a composer that does not know."""
        ...

    def report(self) -> dict[str, Any]:
        """For /info (see models/report.py); `aural.flow.ports.Capabilities.of` reads what it can."""
        ...
