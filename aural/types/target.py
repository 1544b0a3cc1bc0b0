"""What a finished take must be, and what was measured in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from aural.theory.metre import MetreName

if TYPE_CHECKING:
    from aural.types.music import Take

MOST_STRETCH = 0.08
"""Of speed, either way: more is heard as stretching."""


@dataclass(frozen=True)
class PostprocessOptions:
    """What is done with takes beyond composing: how many are made to keep the best of, and how loud it shall be (LUFS;
    None: as the composer's kind of music is). `keeps_all`: the others are kept as well. `rate_hz`: of the file that it
    is written to, for which nothing is done here but to reckon with its size.
    """

    candidates: int = 1
    loudness_lufs: float | None = None
    keeps_all: bool = False
    rate_hz: int = field(default=32_000, compare=False)


@dataclass(frozen=True)
class Target:
    """What a finished take must be. None: as it is. `duration_s`: of the body, unless it is a loop of `bars`.

    `loudness_lufs`: integrated loudness of the body, both channels (ITU-R BS.1770-4). `metre`: of its bars; None: as
    they are heard. `fades`: a fade-out is to be written into its end. `ends_softly`: so its end may be silent.
    """

    duration_s: float
    bpm: float | None = None
    key: str | None = None
    loop: bool = False
    bars: int | None = None
    loudness_lufs: float | None = None
    metre: MetreName | None = None
    fades: bool = False
    ends_softly: bool = False


@dataclass(frozen=True)
class Measurements:
    """What was measured in a take, and what was done to it. None: nothing to measure, or not measured.

    `stretched`: its length over what the composer made it; `transposed`: by so many semitones; `off`: names of what is
    not as it was asked for ("bpm", "key", "bars", "loudness", "silence"), or "unchecked" where it could not be
    finished.
    """

    bpm: float | None = None
    key: str | None = None
    stretched: float = 1.0
    transposed: float = 0.0
    lufs: float | None = None
    true_peak_dbfs: float | None = None
    off: tuple[str, ...] = ()


@dataclass(frozen=True)
class Score:
    """One candidate. `cost`: the least wins. `likeness`: CLAP's cosine to the prompt, None where no CLAP hears."""

    seed: int
    bpm: float | None
    key: str | None
    off: tuple[str, ...]
    likeness: float | None
    cost: float


@dataclass(frozen=True)
class Selection:
    """`chosen`: the place of the best candidate among `scores`. `asked`: how many were to be made. `takes`: all of
    them, finished, in the same order, each with its own seed; none where only the best was to be kept."""

    chosen: int
    scores: tuple[Score, ...]
    asked: int
    takes: Sequence[Take] = ()

    @property
    def ranking(self) -> list[int]:
        """The places of all candidates, best first; of equals the one that comes first."""
        return sorted(range(len(self.scores)), key=lambda place: self.scores[place].cost)
