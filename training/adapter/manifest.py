"""A manifest: a CSV beside its clips that says what each feels like and what style it is.

Columns: `path` (audio) or `midi` (rendered; used where `path` is absent); and labels, at least one of
`quadrant` (Q1 to Q4), `valence` and `arousal` (-1..1), `emotion` (one of the ten words), `style_id` or `styles`
(several with ";"). Optional: `split` (train, dev or test; train), `source`, and `group` (clips of one song, artist or
album share one; each file is its own).
"""

from __future__ import annotations

import csv
import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from aural.wording.emotion import ANCHORS
from aural.wording.style import STYLES

LABELS = ("quadrant", "valence", "arousal", "emotion", "style_id", "styles")
SPLITS = ("train", "dev", "test")
# Signs of valence and arousal, and how far out a quadrant's clips lie on average: as the emotions' anchors do.
QUADRANTS = {"Q1": (1, 1), "Q2": (-1, 1), "Q3": (-1, -1), "Q4": (1, -1)}
FAR_OUT = 0.6
MOST_FAULTS_TOLD = 20


class BadManifest(ValueError):
    """What is wrong with a manifest, a line for each row at fault."""


class _Fault(ValueError):
    """What is wrong with a row."""


@dataclass(frozen=True)
class Row:
    """One labelled clip. `line`: in its manifest. `valence`, `arousal`: -1..1, NaN where unknown."""

    file: Path
    source: str
    split: str
    group: str
    valence: float = math.nan
    arousal: float = math.nan
    style_id: str = ""
    styles: frozenset[str] = frozenset()
    line: int = 0

    @property
    def is_midi(self) -> bool:
        """Whether it has to be played before it can be heard."""
        return self.file.suffix.lower() in (".mid", ".midi")

    @property
    def felt(self) -> bool:
        """Whether both valence and arousal are known, and on one side or the other."""
        return 0 not in self.signs

    @property
    def signs(self) -> tuple[int, int]:
        """Of valence and arousal; 0 where unknown."""
        return sign(self.valence), sign(self.arousal)


def groups_of(rows: Sequence[Row]) -> NDArray[np.str_]:
    """(n,) names of what belongs together; another source's group of the same name is another."""
    return np.array([f"{row.source}/{row.group}" for row in rows])


def files_sha256(rows: Sequence[Row]) -> str:
    """Of the rows' file names: which clips they were, in any order."""
    return hashlib.sha256("\n".join(sorted(row.file.name for row in rows)).encode()).hexdigest()


def middle_of(quadrant: str) -> tuple[float, float]:
    """Valence and arousal that stand for a quadrant."""
    valence_side, arousal_side = QUADRANTS[quadrant]
    return FAR_OUT * valence_side, FAR_OUT * arousal_side


def sign(value: float) -> int:
    return 0 if math.isnan(value) else int(np.sign(value))


def read_manifest(path: Path, *, other_styles: bool = False) -> list[Row]:
    """Raises BadManifest naming every row that cannot be used. `other_styles`: pass over styles that are not ours."""
    if not path.is_file():
        raise BadManifest(f"There is no manifest {path}.")
    try:
        with path.open(newline="", encoding="utf-8-sig") as lines:
            reader = csv.DictReader(lines)
            columns = reader.fieldnames or []
            if not {"path", "midi"} & set(columns) or not set(LABELS) & set(columns):
                raise BadManifest(
                    f"{path.name} has the columns {', '.join(columns) or 'of an empty file'}. "
                    f"It needs path (or midi) and at least one of {', '.join(LABELS)}."
                )
            table = [(reader.line_num, fields) for fields in reader]
    except (UnicodeDecodeError, csv.Error) as cause:
        raise BadManifest(f"{path.name} is not a CSV file in UTF-8 ({cause}). Export it again.") from cause
    rows, faults = [], []
    for line, fields in table:
        try:
            rows.append(_row(fields, path, line, other_styles))
        except _Fault as fault:
            faults.append(f"{path.name}, line {line}: {fault}")
    if faults:
        more = [f"... and {len(faults) - MOST_FAULTS_TOLD} more."] if len(faults) > MOST_FAULTS_TOLD else []
        raise BadManifest("\n".join([*faults[:MOST_FAULTS_TOLD], *more]))
    if not rows:
        raise BadManifest(f"{path.name} has no rows.")
    return rows


def _row(fields: Mapping[str | None, str | None], manifest: Path, line: int, other_styles: bool) -> Row:
    if None in fields or None in fields.values():
        raise _Fault("it has another number of cells than the first line has names.")
    cells = {str(name): str(cell).strip() for name, cell in fields.items()}
    names = [cells[column] for column in ("path", "midi") if cells.get(column)]
    files = [manifest.parent / name for name in names if (manifest.parent / name).is_file()]
    if not files:
        raise _Fault(f"none of the files it names is there ({', '.join(names) or 'it names none'}).")
    split = cells.get("split") or "train"
    if split not in SPLITS:
        raise _Fault(f"split {split!r} is not one of {', '.join(SPLITS)}.")
    valence, arousal = _feeling(cells)
    told = [name.strip() for name in (cells.get("style_id", ""), *cells.get("styles", "").split(";"))]
    unknown = sorted({name for name in told if name and name not in STYLES})
    if unknown and not other_styles:
        raise _Fault(f"style {', '.join(unknown)} is not one of {', '.join(STYLES)}.")
    styles = frozenset(name for name in told if name in STYLES)
    if math.isnan(valence) and not styles and not unknown:
        raise _Fault("it has no label: give quadrant, or valence and arousal, or emotion, or style_id.")
    return Row(
        file=files[0],
        source=cells.get("source") or manifest.stem,
        split=split,
        group=cells.get("group") or names[0],
        valence=valence,
        arousal=arousal,
        style_id=told[0] if told[0] in STYLES else "",
        styles=styles,
        line=line,
    )


def _feeling(cells: Mapping[str, str]) -> tuple[float, float]:
    """Valence and arousal: the ratings where there are any, else the emotion's anchor, else the quadrant's middle."""
    quadrant, emotion = cells.get("quadrant", ""), cells.get("emotion", "")
    if quadrant and quadrant not in QUADRANTS:
        raise _Fault(f"quadrant {quadrant!r} is not one of {', '.join(QUADRANTS)}.")
    if emotion and emotion not in ANCHORS:
        raise _Fault(f"emotion {emotion!r} is not one of {', '.join(ANCHORS)}.")
    ratings = tuple(_rating(cells.get(name, ""), name) for name in ("valence", "arousal"))
    if quadrant and any(given * side < 0 for given, side in zip(ratings, QUADRANTS[quadrant], strict=True)):
        raise _Fault(f"valence or arousal contradicts quadrant {quadrant}.")
    if math.isnan(ratings[0]) != math.isnan(ratings[1]):
        raise _Fault("valence and arousal belong together: give both or none.")
    if not math.isnan(ratings[0]):
        return ratings[0], ratings[1]
    if emotion:
        return ANCHORS[emotion]
    return middle_of(quadrant) if quadrant else (math.nan, math.nan)


def _rating(cell: str, name: str) -> float:
    if not cell:
        return math.nan
    try:
        value = float(cell)
    except ValueError as cause:
        raise _Fault(f"{name} {cell!r} must be a number from -1 to 1.") from cause
    if not -1 <= value <= 1:
        raise _Fault(f"{name} {cell!r} must be a number from -1 to 1.")
    return value
