"""What a clip is known to have, what an answer to it earns, and how sure a mean of earnings is.

Tempo: Acc1 within 4 %, Acc1c the same where the octave is certain, Acc2 also half, double, third or triple. Key: exact,
and MIREX's weights (fifth .5, relative .3, parallel .2). The best guess counts, also where the service says null.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from aural.theory.keys import Key

WITHIN = 0.04
OCTAVES = (1.0, 2.0, 0.5, 3.0, 1 / 3)
COLUMNS = ("acc1", "acc1c", "acc2", "key_exact", "key_mirex")
DRAWS = 2000


@dataclass(frozen=True)
class Row:
    """A clip of the manifest and what is true of it. `name`: its path as the manifest has it."""

    name: str
    path: Path
    subset: str
    split: str
    source: str
    bpm: float | None
    octave_certain: bool
    key: Key | None


@dataclass(frozen=True)
class Answer:
    """A best guess. `key`: any spelling."""

    bpm: float | None
    key: str | None


def read(manifest: Path) -> list[Row]:
    """The rows of a manifest: columns path (beside it), subset, split, source, bpm, octave_certain, key."""
    with manifest.open(newline="") as lines:
        return [
            Row(
                name=line["path"],
                path=manifest.parent / line["path"],
                subset=line.get("subset", ""),
                split=line.get("split", ""),
                source=line.get("source", ""),
                bpm=float(line["bpm"]) if line.get("bpm") else None,
                octave_certain=line.get("octave_certain") == "1",
                key=Key.parse(line["key"]) if line.get("key") else None,
            )
            for line in csv.DictReader(lines)
        ]


def earned(row: Row, answer: Answer) -> dict[str, float]:
    """In percent, by column; columns without truth are absent."""
    points: dict[str, float] = {}
    if row.bpm:
        bpm = answer.bpm or 0.0
        hits = [100.0 * (abs(bpm - octave * row.bpm) <= WITHIN * octave * row.bpm) for octave in OCTAVES]
        points |= {"acc1": hits[0], "acc2": max(hits)}
        if row.octave_certain:
            points["acc1c"] = hits[0]
    if row.key:
        closeness = likeness(row.key, Key.parse(answer.key)) if answer.key else 0.0
        points |= {"key_exact": 100.0 * (closeness == 1), "key_mirex": 100 * closeness}
    return points


def likeness(truth: Key, guess: Key) -> float:
    """MIREX's weight of a guess."""
    if guess == truth:
        return 1.0
    if guess in (truth.transposed(7), truth.transposed(5)):
        return 0.5
    if guess == truth.relative:
        return 0.3
    return 0.2 if guess.tonic == truth.tonic else 0.0


def means(points: Sequence[Mapping[str, float]]) -> dict[str, tuple[float, float, float, int]]:
    """By column: mean, 95 % bootstrap interval, and over how many clips."""
    draw = np.random.default_rng(0)
    told = {}
    for column in COLUMNS:
        values = np.array([one[column] for one in points if column in one])
        if len(values):
            drawn = values[draw.integers(len(values), size=(DRAWS, len(values)))].mean(axis=1)
            low, high = np.percentile(drawn, (2.5, 97.5))
            told[column] = (float(values.mean()), float(low), float(high), len(values))
    return told


def groups(rows: Sequence[Row]) -> dict[str, list[int]]:
    """Indices of rows: all, by split, by subset, and those that no soundfont player made."""
    found: dict[str, list[int]] = {"all": list(range(len(rows)))}
    for index, row in enumerate(rows):
        found.setdefault(f"split {row.split}", []).append(index)
        found.setdefault(row.subset, []).append(index)
        if "fluidsynth" not in row.source:
            found.setdefault("not fluidsynth", []).append(index)
        elif "fluidsynth tim" in row.source or "fluidsynth opl" in row.source:
            found.setdefault("fonts unseen in training", []).append(index)
        else:
            found.setdefault("fonts seen in training", []).append(index)
    return found
