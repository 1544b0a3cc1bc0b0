"""Drum fills: the last beats of a section, down the drums or over one of them."""

from __future__ import annotations

import numpy as np

from aural.theory.metre import Metre
from models.sketch.score import steps_per_beat
from models.sketch.styles import DrumPattern

# Where fills of a kind go, from drum to drum.
WAYS: dict[str, tuple[tuple[str, ...], ...]] = {
    "toms": (("snare", "tom1", "tom2", "tom3"), ("snare", "snare", "tom1", "tom3"), ("tom1", "tom2", "tom3"),
             ("snare", "tom3", "snare", "tom3"), ("snare", "kick", "snare", "tom2")),
    "roll": (("snare",), ("snare", "clap"), ("snare", "tom2"), ("clap", "snare"), ("snare", "perc", "snare")),
    "stutter": (("snare", "hat"), ("kick", "snare"), ("hat", "hat", "snare"), ("snare", "rim", "kick", "snare")),
    "light": (("snare",), ("rim", "snare"), ("snare", "kick"), ("brush_tap", "snare"), ("rim", "tom1")),
    "reggae": (("rim", "tom1"), ("snare", "snare", "tom1"), ("rim", "rim", "tom2", "tom3"), ("tom1", "tom3")),
    "latin": (("conga_hi", "conga_lo"), ("drum_hi", "drum_lo"), ("conga_hi", "conga_hi", "conga_lo", "cowbell"),
              ("cowbell", "conga_lo")),
    "orchestra": (("timpani",), ("timpani", "cymbal"), ("timpani", "timpani", "snare")),
    "taiko": (("taiko_lo", "taiko_hi"), ("taiko_hi", "taiko_lo"), ("taiko_hi", "taiko_hi", "taiko_lo")),
    "none": ((),),
}  # fmt: skip
# A beat of a fill as strokes, by its division: sparse to dense.
BEATS: dict[int, tuple[str, ...]] = {
    2: ("x.x.", "x..x", "xx..", "x.xx", "xxx.", "xxxx", "..xx", ".xx."),
    3: ("x...x.", "x.x.x.", "x.xxx.", "..x.x.", "x.x.xx"),
}
SOFTEST, LOUDEST = 4, 9


def draw_fill(kind: str, metre: Metre, pieces: frozenset[str], rng: np.random.Generator) -> DrumPattern:
    """A beat or two at the end of a bar, growing louder: strokes per piece; none where the kit has no drum for it."""
    ways = [tuple(piece for piece in way if piece in pieces) for way in WAYS[kind]]
    ways = [way for way in ways if way]
    if not ways:
        return {}
    way = ways[int(rng.integers(len(ways)))]
    beats = int(rng.integers(1, 3)) if metre.beats > 2 else 1
    cells = BEATS[metre.division]
    rhythm = "".join(cells[int(rng.integers(len(cells)))] for _ in range(beats))
    strokes = [step for step, symbol in enumerate(rhythm) if symbol == "x"]
    size = beats * steps_per_beat(metre)
    fill = {piece: ["."] * size for piece in dict.fromkeys(way)}
    for number, step in enumerate(strokes):
        place = number / max(1, len(strokes) - 1)
        piece = way[min(len(way) - 1, int(place * len(way)))]
        fill[piece][step] = str(
            min(LOUDEST, round(SOFTEST + (LOUDEST - SOFTEST) * place + float(rng.uniform(-0.5, 0.5))))
        )
    return {piece: "".join(steps) for piece, steps in fill.items()}
