"""What crosses processes: frozen dataclasses with `to_wire` and `from_wire` (dicts of plain fields and arrays)."""

from __future__ import annotations

from dataclasses import fields
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]


class WireSerializable:
    """Crosses processes as a dict: plain fields and arrays as they are, tuples as tuples."""

    def to_wire(self) -> dict[str, Any]:
        return {f.name: getattr(self, f.name) for f in fields(self)}  # type: ignore[arg-type]

    @classmethod
    def from_wire(cls, wire: dict[str, Any]) -> Self:
        return cls(**wire)
