"""Waveforms, drawn. No more than numpy and the axes that are given."""

from __future__ import annotations

from typing import Any

import numpy as np

from aural.types import Floats

INK = "#27364b"
COLUMNS = 4000
"""More than a picture has pixels."""


def draw_waveform(axes: Any, lows: Floats, highs: Floats, duration_s: float) -> None:
    """`lows`, `highs`: (columns,) the least and the greatest sample of each of equal parts."""
    times_s = np.arange(len(lows)) * duration_s / max(1, len(lows))
    axes.fill_between(times_s, lows, highs, color=INK, linewidth=0)
    axes.set(ylabel="amplitude", ylim=(-1.05, 1.05))
    axes.spines[["top", "right"]].set_visible(False)


def peaks(samples: Floats, columns: int = COLUMNS) -> tuple[Floats, Floats]:
    """(time,) to the least and the greatest of at most so many equal parts."""
    edges = np.linspace(0, len(samples), min(columns, len(samples)) + 1)[:-1].astype(int)
    return np.minimum.reduceat(samples, edges), np.maximum.reduceat(samples, edges)
