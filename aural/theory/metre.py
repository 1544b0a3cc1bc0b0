"""Metres: how many beats a bar has, and how they divide."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

MetreName = Literal["3/4", "4/4", "5/4", "6/8", "12/8"]
METRE_NAMES: tuple[MetreName, ...] = get_args(MetreName)
COMMON_METRE: MetreName = "4/4"
SURE_OF_THREE = 0.9
"""Bars of four are common: three are believed where they are plain."""


@dataclass(frozen=True)
class Metre:
    """`name`: as musicians write it: "6/8". `beats`: of a bar, as they are felt and as a tempo in bpm counts them: 6/8
    has two, each a dotted quarter.

    `division`: of a beat into equal parts, 2 (simple) or 3 (compound).
    """

    name: MetreName
    beats: int
    division: int

    @property
    def numerator(self) -> int:
        return int(self.name.split("/")[0])

    @property
    def denominator(self) -> int:
        return int(self.name.split("/")[1])

    @property
    def quarters_per_beat(self) -> float:
        """1, or 1.5 where the beat is a dotted quarter."""
        return self.numerator * 4 / self.denominator / self.beats


COMMON_TIME = Metre(COMMON_METRE, 4, 2)
METRES: dict[str, Metre] = {
    metre.name: metre
    for metre in (Metre("3/4", 3, 2), COMMON_TIME, Metre("5/4", 5, 2), Metre("6/8", 2, 3), Metre("12/8", 4, 3))
}


def heard_metre(beats_per_bar: int | None, confidence: float) -> MetreName | None:
    """3/4 where a listener is sure of three beats in a bar; None where it is any other metre, or nothing tells.

    `confidence`: 0..1, how sure the listener is of its bars.
    """
    return "3/4" if beats_per_bar == 3 and confidence >= SURE_OF_THREE else None
