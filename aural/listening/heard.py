"""What listening finds in a clip."""

from __future__ import annotations

from dataclasses import dataclass

from aural.wire import KeyGuess, Tempo, Wired


@dataclass(frozen=True)
class Heard(Wired):
    """`tuning_cents`: how far A4 lies from 440 Hz, -50..50. `energy_curve`: 0..1, one per half second."""

    tempo: Tempo
    key: KeyGuess
    tuning_cents: float
    energy_curve: tuple[float, ...]
