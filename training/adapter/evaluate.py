"""How right an adapter is on labelled clips: signs of valence and arousal, quadrant, style; with intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from aural.wire import Evidence, Feeling
from aural.wording.style import STYLES
from models.adapter import Adapter
from training.adapter.data import Features, Row

RESAMPLES = 1000
# Ids that the bench's own score leaves out of style: no clip, or a label wider than the music.
STYLES_NOT_SCORED = ("cinematic", "ambient", "folk", "world")


@dataclass(frozen=True)
class Score:
    """A share of right answers with its 95 % interval over groups."""

    share: float
    low: float
    high: float
    count: int

    def __str__(self) -> str:
        return f"{self.share:.2f} [{self.low:.2f} {self.high:.2f}]" if self.count else "-"


def answers(adapter: Adapter, features: Features, *, hears: bool, describes: bool) -> NDArray[np.float64]:
    """(clips, 2): valence and arousal from the tagger's evidence, the descriptors, or both."""
    nothing = np.zeros_like(features.descriptors[0])
    rows = zip(features.descriptors, features.embedding, features.tags, strict=True)
    return np.array([
        adapter.feel(Evidence("tagger", embedding, tags if hears else None), row if describes else nothing).numpy()
        for row, embedding, tags in rows
    ])  # fmt: skip


def labels(adapter: Adapter, features: Features) -> list[Feeling]:
    rows = zip(features.descriptors, features.embedding, features.tags, strict=True)
    return [adapter.label(Evidence("tagger", embedding, tags), descriptors) for descriptors, embedding, tags in rows]


def share(right: NDArray[np.bool_], groups: NDArray[np.str_]) -> Score:
    """Mean and interval, resampling whole groups."""
    if not len(right):
        return Score(np.nan, np.nan, np.nan, 0)
    names, index = np.unique(groups, return_inverse=True)
    sums, sizes = np.bincount(index, right), np.bincount(index)
    draws = np.random.default_rng(0).integers(len(names), size=(RESAMPLES, len(names)))
    low, high = np.percentile(sums[draws].sum(axis=1) / sizes[draws].sum(axis=1), (2.5, 97.5))
    return Score(float(right.mean()), float(low), float(high), len(right))


def feeling_scores(rows: Sequence[Row], answer: NDArray[np.float64]) -> dict[str, Score]:
    """Valence and arousal sign and quadrant, over the rows that have both signs."""
    known = np.array([row.valence_sign != 0 and row.arousal_sign != 0 for row in rows], bool)
    truth = np.array([(row.valence_sign, row.arousal_sign) for row in rows])[known] > 0
    groups = np.array([row.group for row in rows])[known]
    right = (answer[known] > 0) == truth
    return {
        "valence": share(right[:, 0], groups),
        "arousal": share(right[:, 1], groups),
        "quadrant": share(right.all(axis=1), groups),
    }


def style_scores(rows: Sequence[Row], feelings: Sequence[Feeling]) -> dict[str, Score]:
    """Whether the true style comes first, or among the first three, out of all 23."""
    known = [i for i, row in enumerate(rows) if row.style_id in STYLES and row.style_id not in STYLES_NOT_SCORED]
    groups = np.array([rows[i].group for i in known])
    ranks = np.array([[name for name, _ in feelings[i].styles].index(rows[i].style_id) for i in known], int)
    return {"top1": share(ranks < 1, groups), "top3": share(ranks < 3, groups)}
