"""How long composing takes on this machine: what admission by deadline reckons with."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol, Self

from aural.errors import CannotFinishInTime
from aural.flow.pace import Pace
from aural.settings import MAX_DURATION_S, MIN_DURATION_S
from aural.types import TAKE_RATE_HZ, MusicRequest


@dataclass(frozen=True)
class Pending:
    """A request that is composed or waits for it. `fraction_done`: 0 while it waits. `opening_s`: of its opening."""

    duration_s: float
    fraction_done: float
    opening_s: float = 0.0

    @classmethod
    def of(cls, request: MusicRequest, fraction_done: float = 0.0) -> Self:
        opening = 0 if request.opening is None else len(request.opening)
        return cls(request.duration_s, fraction_done, opening / TAKE_RATE_HZ)


class LatencyEstimator(Protocol):
    """Learns from takes how long others will take."""

    def learn(self, duration_s: float, work_s: float) -> None:
        """`duration_s` of music took `work_s`, from its job's beginning to its end."""
        ...

    def eta_s(self, duration_s: float, ahead: Sequence[Pending], opening_s: float = 0.0) -> float | None:
        """Seconds until a new request of that length is finished, when all of `ahead` came before it.

        `opening_s`: of the opening that it goes on from. What is returned never falls with `duration_s`; at 0 it is the
        wait for a job. None while nothing is known.
        """
        ...

    def left_s(self, own: Pending, beside: Sequence[Pending]) -> float | None:
        """Seconds until a request that has begun is finished, while those `beside` are composed too."""
        ...


class ThroughputEstimator:
    """For composers whose requests share nothing: `slots` at once, each at the same speed."""

    def __init__(self, slots: int):
        self._slots = slots
        self._pace = Pace()

    def learn(self, duration_s: float, work_s: float) -> None:
        self._pace.learn(duration_s, work_s)

    def eta_s(self, duration_s: float, ahead: Sequence[Pending], opening_s: float = 0.0) -> float | None:
        """The work that is left ahead, spread over the slots, and then the request's own. Openings cost nothing."""
        del opening_s
        second_s = self._pace.unit_s
        if second_s is None:
            return None
        left_s = sum(one.duration_s * (1 - one.fraction_done) for one in ahead)
        return (left_s / self._slots + duration_s) * second_s

    def left_s(self, own: Pending, beside: Sequence[Pending]) -> float | None:
        del beside
        return self.eta_s(own.duration_s * (1 - own.fraction_done), ())


def refuse_late(
    asked: Pending, takes: int, budget_s: float, ahead: Sequence[Pending], estimator: LatencyEstimator
) -> None:
    """Raises CannotFinishInTime unless so many takes like `asked` would be finished in time behind all of `ahead`.

    The longest duration that it names would do for each of them.
    """

    def eta_s(duration_s: float) -> float:
        others = [replace(asked, duration_s=duration_s)] * (takes - 1)
        return (
            estimator.eta_s(duration_s, [*ahead, *others], asked.opening_s) or 0.0
        )  # nothing known: everyone is let in

    if eta_s(asked.duration_s) <= budget_s:
        return
    fits_s = float(bisect_right(range(1, int(MAX_DURATION_S) + 1), budget_s, key=eta_s))
    queued_s = estimator.eta_s(0.0, ahead) or 0.0
    what, remedies = f"{asked.duration_s:g} s of music", list[str]()
    if fits_s >= MIN_DURATION_S:
        remedies.append(f"at most {fits_s:g} s")
    if takes > 1:
        what += f" with {takes} candidates"
        remedies.append("fewer candidates")
    raise CannotFinishInTime(
        f"{what} cannot be finished in the {budget_s:.0f} s that are left (queue: {queued_s:.0f} s). "
        + (f"Ask for {' or '.join(remedies)}." if remedies else "Try again later."),
        retry_after_s=max(1.0, round(queued_s)),
        extra={"longest_duration_s": fits_s},
    )
