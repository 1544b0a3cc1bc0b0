"""How near the composer's music lies to real music, and how much it varies, by embeddings of the MSD tagger."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from aural.types import Doubles, Floats

SOURCES = ("4QAED", "Grekow-AV", "Emotify")
"""Of the manifest: recorded music. Its other sources are played by a synthesiser."""
CORE = (
    "classical", "electronic", "pop", "rock", "jazz", "hiphop", "country", "reggae", "disco_funk", "rnb_soul", "blues",
    "metal",
)  # fmt: skip
"""Styles of which there are enough real clips."""
WIDER = {"pop": ("pop", "pop_rock"), "rock": ("rock", "pop_rock")}
REFERENCE_CLIPS = 40  # of a style, drawn with a fixed seed
MAIN_DIRECTIONS = 40
SEEDS = 4


@dataclass(frozen=True)
class RealClip:
    """`name`: as the manifest has it, below `path`'s folder."""

    name: str
    path: Path
    style_id: str


def real_clips(data: Path) -> list[RealClip]:
    """The recorded music of a folder with manifest.csv (columns path, source, style_id)."""
    manifest = data / "manifest.csv"
    if not manifest.is_file():
        raise SystemExit(f"There is no {manifest}. Give a folder with labelled clips: DATA=folder.")
    with manifest.open(newline="", encoding="utf-8-sig") as lines:
        return [
            RealClip(line["path"], data / line["path"], line["style_id"])
            for line in csv.DictReader(lines)
            if line["source"] in SOURCES
        ]


@dataclass(frozen=True, eq=False)
class RealMusic:
    """`patches`: (patches, 200) of a draw that has as many clips of every style. `centre` (200,), `directions`
    (40, 200): in which real clips differ most, by their means."""

    patches: Floats
    centre: Doubles
    directions: Doubles

    @classmethod
    def of(cls, clips: Sequence[RealClip], embeddings: Sequence[Floats]) -> RealMusic:
        """`embeddings`: (patches, 200) of each clip."""
        by_name = {clip.name: heard for clip, heard in zip(clips, embeddings, strict=True)}
        rng = np.random.default_rng(1)
        drawn: set[str] = set()
        for style in CORE:
            names = sorted(clip.name for clip in clips if clip.style_id in WIDER.get(style, (style,)))
            rng.shuffle(names)
            drawn |= set(names[:REFERENCE_CLIPS])
        means = np.stack([by_name[name].mean(axis=0) for name in sorted(by_name)]).astype(np.float64)
        centre = means.mean(axis=0)
        _, _, directions = np.linalg.svd(means - centre, full_matrices=False)
        patches = np.concatenate([by_name[name] for name in sorted(drawn)])
        return cls(patches, centre, directions[:MAIN_DIRECTIONS])

    def spread(self, takes: Sequence[Floats]) -> float:
        """Mean distance between the takes' means, along the real clips' main directions."""
        placed = [self.directions @ (patches.mean(axis=0) - self.centre) for patches in takes]
        return float(np.mean([np.linalg.norm(one - other) for one, other in combinations(placed, 2)]))

    def kernel_distance(self, takes: Sequence[Floats]) -> float:
        """See `kernel_distance`, of all patches of the takes."""
        return kernel_distance(np.concatenate(takes), self.patches)


def kernel_distance(ours: Floats, real: Floats) -> float:
    """Unbiased squared maximum mean discrepancy times 1000, (n, width) against (m, width). Gretton et al. 2012.

    Gaussian kernel exp(-d^2 / w), w the median of the squared distances within `real`.
    """
    n, m = len(ours), len(real)
    within_real = _squared_distances(real, real)
    width = float(np.median(within_real[np.triu_indices(m, 1)]))
    of_ours, of_real, between = (
        np.exp(-distances / width)
        for distances in (_squared_distances(ours, ours), within_real, _squared_distances(ours, real))
    )
    return 1000 * (_mean_of_pairs(of_ours, n) + _mean_of_pairs(of_real, m) - 2 * float(between.mean()))


def _squared_distances(one: Floats, other: Floats) -> NDArray[np.float64]:
    one, other = np.asarray(one, np.float64), np.asarray(other, np.float64)
    squares = (one**2).sum(axis=1)[:, None] + (other**2).sum(axis=1)[None] - 2 * one @ other.T
    return np.asarray(np.maximum(squares, 0.0))


def _mean_of_pairs(kernel: NDArray[np.float64], n: int) -> float:
    return float((kernel.sum() - np.trace(kernel)) / (n * (n - 1)))


def share_named(rankings: Mapping[str, Sequence[tuple[str, ...]]], among: int) -> dict[str, float]:
    """By style that was asked: how often it is among the first `among` that were heard."""
    return {style: float(np.mean([style in ranking[:among] for ranking in heard])) for style, heard in rankings.items()}
