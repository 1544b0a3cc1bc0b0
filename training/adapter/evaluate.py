"""How right feelings and styles are on labelled clips, with 95 % intervals over groups."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from aural.types import ClipFeatures
from aural.wording.style import STYLES
from models.adapter import Adapter
from training.adapter.clips import Clips
from training.adapter.manifest import QUADRANTS, Row, groups_of

RESAMPLES = 1000
# Ids that the bench's own score leaves out of style: no clip, or a label wider than the music.
STYLES_NOT_SCORED = ("cinematic", "ambient", "folk", "world")
FEELING_FIGURES = ("valence", "arousal", "quadrant", "quadrant F1", "valence R2", "arousal R2")
STYLE_FIGURES = ("first", "in three", "style F1")

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Answers:
    """`feelings`: (clips, 2) valence and arousal; `styles`: (clips, 23), the greater the likelier."""

    feelings: Array
    styles: Array

    def __getitem__(self, chosen: NDArray[np.bool_]) -> Answers:
        return Answers(self.feelings[chosen], self.styles[chosen])


@dataclass(frozen=True)
class Score:
    """A figure with its 95 % interval over groups."""

    share: float
    low: float
    high: float
    count: int

    def __str__(self) -> str:
        return f"{self.share:.2f} [{self.low:.2f} {self.high:.2f}]" if self.count else "-"


def answers(adapter: Adapter, clips: Clips, *, hears: bool = True, describes: bool = True) -> Answers:
    """What an adapter says from the ear's evidence, the descriptors, or both."""
    features = clips.features
    nothing = np.zeros_like(features.descriptors[0])
    feelings, styles = [], []
    for row, embedding, tags in zip(features.descriptors, features.embedding, features.tags, strict=True):
        told = row if describes else nothing
        heard = ClipFeatures(clips.ear, embedding, tags if len(tags) else None) if hears else NOBODY
        feelings.append(adapter.feel(heard, told).numpy())
        styles.append(adapter.style_logits(heard, told).numpy())
    return Answers(np.array(feelings), np.array(styles))


NOBODY = ClipFeatures("nobody", np.zeros(0, np.float32))


def resampled(
    figure: Callable[[NDArray[np.int_]], float], groups: NDArray[np.str_], resamples: int = RESAMPLES
) -> Score:
    """`figure` of all the places, and its interval when whole groups are drawn again; draws for which it is not
    defined (an R2 where all are alike) do not count."""
    if not len(groups):
        return Score(np.nan, np.nan, np.nan, 0)
    names, index = np.unique(groups, return_inverse=True)
    members = [np.flatnonzero(index == i) for i in range(len(names))]
    rng = np.random.default_rng(0)
    draws = [
        figure(np.concatenate([members[i] for i in rng.integers(len(names), size=len(names))]))
        for _ in range(resamples)
    ]
    defined = [draw for draw in draws if not np.isnan(draw)]
    low, high = np.percentile(defined, (2.5, 97.5)) if defined else (np.nan, np.nan)
    return Score(figure(np.arange(len(groups))), float(low), float(high), len(groups))


def share(right: NDArray[np.bool_], groups: NDArray[np.str_]) -> Score:
    """Share of right answers."""
    return resampled(lambda places: float(right[places].mean()), groups)


def macro_f1(truth: NDArray[np.int_], guess: NDArray[np.int_]) -> float:
    """Mean over the labels that occur in `truth`."""
    scores = []
    for label in np.unique(truth):
        both = np.count_nonzero((truth == label) & (guess == label))
        scores.append(2 * both / (np.count_nonzero(truth == label) + np.count_nonzero(guess == label)))
    return float(np.mean(scores))


def r_squared(truth: Array, guess: Array) -> float:
    spread = ((truth - truth.mean()) ** 2).sum()
    return float(1 - ((truth - guess) ** 2).sum() / spread) if spread > 0 else float("nan")


def quadrants(feelings: Array) -> NDArray[np.int_]:
    """(n,) numbers in the order of QUADRANTS."""
    signs = np.where(feelings > 0, 1, -1)
    table = np.array(list(QUADRANTS.values()))
    return np.asarray((signs[:, None] == table).all(axis=2).argmax(axis=1))


def feeling_scores(rows: Sequence[Row], feelings: Array) -> dict[str, Score]:
    """Signs, quadrants and their macro-F1, over the rows that have both signs; R2 over those with ratings, if any."""
    known = np.array([row.felt for row in rows], bool)
    truth = np.array([(row.valence, row.arousal) for row in rows]).reshape(-1, 2)[known]
    said, groups = feelings[known], groups_of(rows)[known]
    right = (said > 0) == (truth > 0)
    corners, guesses = quadrants(truth), quadrants(said)
    scores = {
        "valence": share(right[:, 0], groups),
        "arousal": share(right[:, 1], groups),
        "quadrant": share(right.all(axis=1), groups),
        "quadrant F1": resampled(lambda at: macro_f1(corners[at], guesses[at]), groups),
    }
    if any(len(np.unique(np.abs(column))) > 1 for column in truth.T):
        for i, name in enumerate(("valence", "arousal")):
            column, guess = truth[:, i], said[:, i]
            scores[f"{name} R2"] = resampled(lambda at, c=column, g=guess: r_squared(c[at], g[at]), groups)  # type: ignore[misc]
    return scores


def style_scores(rows: Sequence[Row], styles: Array, ignored: Sequence[str] = ()) -> dict[str, Score]:
    """Whether the true style comes first, or among the first three, and the macro-F1 of the first."""
    known = [i for i, row in enumerate(rows) if row.style_id in STYLES and row.style_id not in ignored]
    if not known:
        return {}
    truth = np.array([STYLES.index(rows[i].style_id) for i in known])
    order = np.argsort(-styles[known], axis=1, kind="stable")
    groups = groups_of(rows)[known]
    return {
        "first": share(order[:, 0] == truth, groups),
        "in three": share((order[:, :3] == truth[:, None]).any(axis=1), groups),
        "style F1": resampled(lambda at: macro_f1(truth[at], order[at, 0]), groups),
    }
