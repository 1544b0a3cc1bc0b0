"""What a genre or a situation says about music."""

from __future__ import annotations

from dataclasses import dataclass

from aural.theory.keys import Mode
from aural.theory.metre import MetreName
from models.sketch.intent import RequestedInstrument
from models.sketch.prompt.notation import players


@dataclass(frozen=True)
class Genre:
    """`style_id`: the nearest of the 23 styles; None where it could be any. `band`: who makes it sound like itself, as
    `notation` has it. `bpm`, `mode`, `emotion`, `metre`: where they are typical. `drums`: False without, True from the
    start. `pieces`: drums beside the style's; `without`: voices and roles of the style that would be out of place.
    """

    style_id: str | None
    band: str = ""
    bpm: tuple[float, float] | None = None
    mode: Mode | None = None
    emotion: str | None = None
    drums: bool | None = None
    metre: MetreName | None = None
    pieces: tuple[str, ...] = ()
    without: tuple[str, ...] = ()

    @property
    def players(self) -> tuple[RequestedInstrument, ...]:
        return players(self.band)
