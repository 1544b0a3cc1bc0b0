"""What a composer's job queue tells of its work, whoever counts it."""

from __future__ import annotations

from typing import Literal, Protocol

Outcome = Literal["done", "cancelled", "expired", "refused", "failed"]
OUTCOMES: tuple[Outcome, ...] = ("done", "cancelled", "expired", "refused", "failed")


class MetricsSink(Protocol):
    """What is measured at the composer."""

    def waited(self, wait_s: float) -> None:
        """From a request's arrival to its job."""
        ...

    def first_audio(self, after_s: float) -> None:
        """From a request's arrival to its first block of music."""
        ...

    def composing(self, slots: int) -> None:
        """So many slots are occupied now."""
        ...

    def ended(self, outcome: Outcome) -> None: ...
