"""What a batch says of a file: one row, whose columns are these fields."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Any, Literal, TypeAlias, get_type_hints

Status: TypeAlias = Literal["ok", "failed"]
Cell: TypeAlias = str | float | None


@dataclass(frozen=True)
class Row:
    """`path`: below the folder. None: nothing of the kind is heard, or the file could not be analysed.

    `error_code` and `reason`: of a file that could not be; the rest of its row is empty.
    """

    path: str
    status: Status = "ok"
    duration_s: float | None = None
    bpm: float | None = None
    bpm_confidence: float | None = None
    key: str | None = None
    key_confidence: float | None = None
    camelot: str | None = None
    emotion: str | None = None
    valence: float | None = None
    arousal: float | None = None
    style: str | None = None
    loudness_lufs: float | None = None
    energy_mean: float | None = None
    prompt: str | None = None
    error_code: str | None = None
    reason: str | None = None

    def cells(self) -> dict[str, Cell]:
        return asdict(self)

    @classmethod
    def of_cells(cls, cells: dict[str, Any]) -> Row:
        """What `cells` gave. Raises ValueError for what is none of it."""
        kinds = {name: (float, int, type(None)) if name in NUMBERS else (str, type(None)) for name in COLUMNS}
        if cells.keys() != kinds.keys() or not isinstance(cells["path"], str):
            raise ValueError("These are not a row's columns.")
        if not all(isinstance(value, kinds[name]) for name, value in cells.items()):
            raise ValueError("A cell is of another kind than its column.")
        return cls(**cells)


COLUMNS = tuple(field.name for field in fields(Row))
NUMBERS = frozenset(name for name, kind in get_type_hints(Row).items() if kind == float | None)


def failed(path: str, code: str, reason: str) -> Row:
    return Row(path, "failed", error_code=code, reason=reason)
