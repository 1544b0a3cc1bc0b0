"""Tempo and key against clips whose truth is known. `python -m bench.listening MANIFEST.csv`

The manifest has the columns path (beside it), subset, split, bpm, octave_certain and key; bpm or key may be empty.
Tempo: Acc1 within 4 %, Acc1c the same where the octave is certain, Acc2 also half, double, third or triple. Key: exact,
and MIREX's weights (fifth .5, relative .3, parallel .2). The best guess counts, also where the service says null; how
often it does is counted too. Prints the table and writes bench/results/listening.json.
"""

from __future__ import annotations

import csv
import json
import platform
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from aural.audio.clip import ANALYSIS_RATE_HZ
from aural.audio.decode import decode
from aural.keys import Key
from aural.listening.key import estimate_key
from aural.listening.tempo import estimate_tempo

RESULT = Path(__file__).parents[1] / "bench" / "results" / "listening.json"
PROCESSES = 2
WITHIN = 0.04
OCTAVES = (1.0, 2.0, 0.5, 3.0, 1 / 3)
COLUMNS = ("acc1", "acc1c", "acc2", "tempo_null", "key_exact", "key_mirex", "key_null", "cpu_s")


@dataclass(frozen=True)
class Row:
    """A clip of the manifest and what is true of it."""

    path: Path
    subset: str
    split: str
    bpm: float | None
    octave_certain: bool
    key: Key | None


def main() -> None:
    rows = read(Path(sys.argv[1]))
    with ProcessPoolExecutor(PROCESSES) as pool:
        scores = list(pool.map(score, rows))
    groups = {"all": rows} | {f"split {name}": [r for r in rows if r.split == name] for name in ("dev", "test")}
    groups |= {name: [r for r in rows if r.subset == name] for name in sorted({row.subset for row in rows})}
    by_path = {row.path: values for row, values in zip(rows, scores, strict=True)}
    table = {name: mean([by_path[row.path] for row in members]) for name, members in groups.items()}
    print(f"{'':14}" + "".join(f"{column:>12}" for column in ("clips", *COLUMNS)))
    for name, line in table.items():
        print(f"{name:14}" + "".join(f"{line.get(column, float('nan')):12.3g}" for column in ("clips", *COLUMNS)))
    RESULT.write_text(json.dumps({"machine": platform.machine(), "groups": table}, indent=1) + "\n")


def read(manifest: Path) -> list[Row]:
    """The rows of a manifest."""
    with manifest.open(newline="") as lines:
        return [
            Row(
                path=manifest.parent / line["path"],
                subset=line["subset"],
                split=line["split"],
                bpm=float(line["bpm"]) if line["bpm"] else None,
                octave_certain=line["octave_certain"] == "1",
                key=Key.parse(line["key"]) if line["key"] else None,
            )
            for line in csv.DictReader(lines)
        ]


def score(row: Row) -> dict[str, float]:
    """What a clip earns, in percent, by column; columns without truth are absent."""
    samples = decode(row.path.read_bytes()).at(ANALYSIS_RATE_HZ).samples
    begun_s = time.process_time()
    tempo, (key, _) = estimate_tempo(samples), estimate_key(samples)
    earned = {"cpu_s": time.process_time() - begun_s}
    if row.bpm:
        bpm = estimate_tempo(samples, guess=True).bpm or 0.0
        hits = [100.0 * (abs(bpm - octave * row.bpm) <= WITHIN * octave * row.bpm) for octave in OCTAVES]
        earned |= {"acc1": hits[0], "acc2": max(hits), "tempo_null": 100.0 * (tempo.bpm is None)}
        if row.octave_certain:
            earned["acc1c"] = hits[0]
    if row.key:
        guess = estimate_key(samples, guess=True)[0].key
        closeness = likeness(row.key, Key.parse(guess)) if guess else 0.0
        earned |= {"key_exact": 100.0 * (closeness == 1), "key_mirex": 100 * closeness}
        earned["key_null"] = 100.0 * (key.key is None)
    return earned


def likeness(truth: Key, guess: Key) -> float:
    """MIREX's weight of a guess."""
    if guess == truth:
        return 1.0
    if guess in (truth.transposed(7), truth.transposed(5)):
        return 0.5
    if guess == truth.relative:
        return 0.3
    return 0.2 if guess.tonic == truth.tonic else 0.0


def mean(scores: list[dict[str, float]]) -> dict[str, float]:
    """Means by column over those that have it, and how many clips there are."""
    columns = [column for column in COLUMNS if any(column in earned for earned in scores)]
    means = {column: round(float(np.mean([s[column] for s in scores if column in s])), 3) for column in columns}
    return {"clips": len(scores), **means}


if __name__ == "__main__":
    main()
