"""Metres: how many beats a bar has, and how they divide."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

MetreName = Literal["3/4", "4/4", "5/4", "6/8", "12/8"]


@dataclass(frozen=True)
class Metre:
    """`beats`: of a bar, as they are felt and as a tempo in bpm counts them: 6/8 has two, each a dotted quarter.

    `division`: of a beat into equal parts, 2 (simple) or 3 (compound).
    """

    numerator: int
    denominator: int
    beats: int
    division: int

    @property
    def name(self) -> str:
        """As musicians write it: "6/8"."""
        return f"{self.numerator}/{self.denominator}"

    @property
    def quarters_per_beat(self) -> float:
        """1, or 1.5 where the beat is a dotted quarter."""
        return self.numerator * 4 / self.denominator / self.beats


COMMON_TIME = Metre(4, 4, 4, 2)
METRES: dict[str, Metre] = {
    metre.name: metre
    for metre in (Metre(3, 4, 3, 2), COMMON_TIME, Metre(5, 4, 5, 2), Metre(6, 8, 2, 3), Metre(12, 8, 4, 3))
}
