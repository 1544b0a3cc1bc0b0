"""How a piece ends: on its tonic, at a bar line, and quietly."""

from __future__ import annotations

import numpy as np

from aural.types import Floats
from bench.composer.score import Score

BLOCK_S = 0.5
HELD_BEATS, QUIETER_DB, ON_LINE_BEATS = 2.0, 12.0, 0.25


def held_tonic_beats(score: Score, body_s: float) -> float:
    """Beats from where the last chord on the tonic begins to the body's end; 0 where the last chord is another."""
    start = None
    for beat, chord in reversed(score.chords):
        if chord.root != score.key.tonic:
            break
        start = beat
    return 0.0 if start is None else score.beat_at(body_s) - start


def beats_from_bar_line(score: Score, body_s: float) -> float:
    """Between the body's end and the nearest bar line of the file."""
    end = score.beat_at(body_s)
    return min(abs(end - line) for line in score.bar_lines)


def end_drop_db(body: Floats, rate_hz: int) -> float:
    """How far the last half second lies under the median of the body's half seconds. `body`: (time,) mono."""
    block = round(BLOCK_S * rate_hz)
    levels_db = [_level_db(body[start : start + block]) for start in range(0, len(body) - block + 1, block)]
    return float(np.median(levels_db)) - _level_db(body[-block:])


def _level_db(samples: Floats) -> float:
    return float(20 * np.log10(np.sqrt(np.mean(np.square(samples, dtype=np.float64))) + 1e-9))
