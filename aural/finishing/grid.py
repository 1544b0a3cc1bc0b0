"""The grid: beats as they were heard become a smooth count of beats and bars, in the tempo that was asked for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import solveh_banded

from aural.theory.metre import COMMON_METRE, METRES, MetreName, heard_metre
from aural.types import MOST_STRETCH, TAKE_RATE_HZ, Doubles, Tempo

LEAST_BEATS = 6
FOLDS = (1.0, 2.0, 0.5, 4.0, 0.25)
STIFFNESS = 300.0  # of the count against its beats: what changes within some four beats is taken for jitter
NEAR_S, PASSES = 0.015, 6  # beats that lie further off than this pull no harder (Huber)
STEADY_S = 0.012  # a count that stays so near to a straight line is one


@dataclass(frozen=True, eq=False)
class Grid:
    """`at`: (beats,) samples at 32 kHz of beat 0, 1, ...; `first_bar`: the beat that opens the first whole bar, None
    where nothing tells."""

    at: Doubles
    metre: MetreName
    first_bar: int | None

    @property
    def beats_per_bar(self) -> int:
        return METRES[self.metre].beats

    @property
    def bpm(self) -> float:
        """Over all of it."""
        return float(60 * TAKE_RATE_HZ * (len(self.at) - 1) / (self.at[-1] - self.at[0]))

    @property
    def steady(self) -> bool:
        return bool(np.abs(self.at - _fit_line(self.at)).max() < 1e-6)

    def speed_to(self, bpm: float) -> float:
        """Source samples per target sample that bring it to `bpm`."""
        return bpm / self.bpm


def grid_of(tempo: Tempo, asked_bpm: float | None, asked_metre: MetreName | None = None) -> Grid | None:
    """The count of what was heard; None where nothing pulses, or not within 8 % of `asked_bpm` or an octave of it.

    Its bars are those of `asked_metre`, else of three where they are plainly heard, else of four.
    """
    if tempo.bpm is None or len(tempo.beats_s) < LEAST_BEATS:
        return None
    times_s = np.array(tempo.beats_s)
    numbers = _beat_numbers(times_s)
    bpm = 60 / float(np.polyfit(numbers, times_s, 1)[0])
    fold = 1.0 if asked_bpm is None else min(FOLDS, key=lambda f: abs(np.log(f * bpm / asked_bpm)))
    if asked_bpm is not None and abs(asked_bpm / (fold * bpm) - 1) > MOST_STRETCH:
        return None
    smooth = _smoothed(numbers, times_s)
    count = (np.arange(len(smooth) * fold) / fold)[: int(np.ceil((len(smooth) - 1) * fold)) + 1]
    at = np.interp(count, np.arange(len(smooth)), smooth) * TAKE_RATE_HZ
    metre = asked_metre or heard_metre(tempo.beats_per_bar, tempo.bars_confidence) or COMMON_METRE
    return Grid(at, metre, _first_bar(at, tempo, METRES[metre].beats))


def _beat_numbers(times_s: Doubles) -> NDArray[np.int64]:
    """Which beat each is: where one was missed, a number is."""
    spans = np.diff(times_s)
    return np.concatenate([[0], np.cumsum(np.maximum(1, np.rint(spans / np.median(spans))))]).astype(int)


def _smoothed(numbers: NDArray[np.int64], times_s: Doubles) -> Doubles:
    """(beats,) seconds of every number: as near to the times as a tempo that changes slowly comes."""
    size = int(numbers[-1]) + 1
    weights = np.ones(len(times_s))
    for _ in range(PASSES):
        diagonal, wanted = np.zeros(size), np.zeros(size)
        diagonal[numbers], wanted[numbers] = weights, weights * times_s
        smooth = solveh_banded(_banded_matrix(diagonal, STIFFNESS), wanted)
        weights = np.minimum(1.0, NEAR_S / np.maximum(np.abs(smooth[numbers] - times_s), 1e-9))
    line = np.polyval(np.polyfit(numbers, times_s, 1, w=weights), np.arange(size))
    return np.asarray(line if np.abs(smooth - line).max() < STEADY_S else smooth, np.float64)


def _banded_matrix(diagonal: Doubles, stiffness: float) -> Doubles:
    """Upper banded form of diag + stiffness * D'D, D the second difference."""
    size = len(diagonal)
    bands = np.zeros((3, size))
    for row, weight in enumerate((1.0, -2.0, 1.0)):
        for column, other in enumerate((1.0, -2.0, 1.0)):
            if column >= row:
                bands[2 - (column - row), column : size - 2 + column] += stiffness * weight * other
    bands[2] += diagonal + 1e-9
    return bands


def _first_bar(at: Doubles, tempo: Tempo, beats_per_bar: int) -> int | None:
    """Where most of the heard downbeats are, of the bar's beats."""
    if not tempo.downbeats_s:
        return None
    beats = np.abs(at[:, None] - np.array(tempo.downbeats_s) * TAKE_RATE_HZ).argmin(axis=0)
    return int(np.bincount(beats % beats_per_bar, minlength=beats_per_bar).argmax())


def _fit_line(at: Doubles) -> Doubles:
    numbers = np.arange(len(at))
    return np.asarray(np.polyval(np.polyfit(numbers, at, 1), numbers))
