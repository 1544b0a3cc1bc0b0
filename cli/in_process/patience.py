"""Nobody is refused in this process because it is slow: who asked waits for himself alone."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from aural.flow.admission import ListeningAdmission, ListeningJob
from models.latency import LatencyEstimator, Pending
from models.metrics_sink import Outcome


class PatientListening(ListeningAdmission):
    """Lets everyone in, however long it may take."""

    @contextmanager
    def admit(self, left_s: float) -> Iterator[ListeningJob]:
        del left_s
        with super().admit(math.inf) as job:
            yield job


@dataclass(frozen=True)
class Patient:
    """A `LatencyEstimator` that foresees no wait that one could be refused for; what has begun it does estimate."""

    measured: LatencyEstimator

    def learn(self, duration_s: float, work_s: float) -> None:
        self.measured.learn(duration_s, work_s)

    def eta_s(self, duration_s: float, ahead: Sequence[Pending], opening_s: float = 0.0) -> None:
        del duration_s, ahead, opening_s

    def left_s(self, own: Pending, beside: Sequence[Pending]) -> float | None:
        return self.measured.left_s(own, beside)


class Uncounted:
    """A `MetricsSink` that nobody reads."""

    def waited(self, wait_s: float) -> None: ...

    def first_audio(self, after_s: float) -> None: ...

    def composing(self, slots: int) -> None: ...

    def ended(self, outcome: Outcome) -> None: ...
