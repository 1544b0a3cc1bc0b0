"""How long work has taken lately."""

from __future__ import annotations

MEMORIES = (0.8, 0.95)
"""What earlier work still weighs with each new piece: of a memory of some five pieces, and of one of twenty."""


class Pace:
    """Seconds for a unit of work, by the memory that has it slower: where a short one forgets that a machine is slow
    under load, or a long one that it has been quick, nobody is let in who would wait too long.

    Sums, not speeds, are kept: a long piece says more than a short one, whose fixed costs would make every machine look
    slow.
    """

    def __init__(self) -> None:
        self._sums = [(0.0, 0.0) for _ in MEMORIES]  # seconds, units

    def learn(self, units: float, work_s: float) -> None:
        self._sums = [
            (kept * seconds + work_s, kept * done + units)
            for kept, (seconds, done) in zip(MEMORIES, self._sums, strict=True)
        ]

    @property
    def unit_s(self) -> float | None:
        """None while nothing has been learned."""
        return max((seconds / units for seconds, units in self._sums if units), default=None)
