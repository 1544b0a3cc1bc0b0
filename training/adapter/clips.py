"""Labelled clips as the trainers take them: what was heard of each, and its row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.affect_network import tag_logits
from training.adapter.manifest import Row, groups_of


@dataclass(frozen=True, eq=False)
class Features:
    """What the adapter gets of a set of clips: (clips, n) each; n is 0 where an ear has no tags."""

    descriptors: NDArray[np.float32]
    embedding: NDArray[np.float32]
    tags: NDArray[np.float32]

    def __getitem__(self, chosen: NDArray[np.bool_] | NDArray[np.int_]) -> Features:
        return Features(self.descriptors[chosen], self.embedding[chosen], self.tags[chosen])


@dataclass(frozen=True, eq=False)
class Clips:
    """`rows[i]` labels row i of `features`. `ear`: whose embedding it is, "tagger" or "clap"."""

    features: Features
    rows: Sequence[Row]
    ear: str = "tagger"

    @property
    def signs(self) -> NDArray[np.float64]:
        """(clips, 2) of valence and arousal."""
        return np.array([row.signs for row in self.rows], np.float64)

    @property
    def groups(self) -> NDArray[np.str_]:
        return groups_of(self.rows)

    @property
    def logits(self) -> NDArray[np.float64]:
        """(clips, tags) log odds."""
        return np.stack([tag_logits(tags).numpy() for tags in self.features.tags])

    @property
    def descriptors(self) -> NDArray[np.float64]:
        return self.features.descriptors.astype(np.float64)

    def __getitem__(self, chosen: NDArray[np.bool_] | NDArray[np.int_]) -> Clips:
        places = np.arange(len(self.rows))[chosen]
        return Clips(self.features[chosen], [self.rows[i] for i in places], self.ear)


def stacked(rows: Iterable[dict[str, NDArray[np.float32]]]) -> Features:
    gathered = list(rows)
    return Features(*(np.stack([row[name] for row in gathered]) for name in ("descriptors", "embedding", "tags")))
