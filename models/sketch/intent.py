"""What a request comes down to: everything that the composer decides before writing a note."""

from __future__ import annotations

from dataclasses import dataclass

from aural.theory.keys import Key
from aural.theory.metre import COMMON_TIME, Metre
from models.sketch.styles import Role


@dataclass(frozen=True)
class RequestedInstrument:
    """An instrument that was asked for: the voice that plays it and the roles it would rather take."""

    voice: str
    roles: tuple[Role, ...]


@dataclass(frozen=True)
class Intent:
    """`instruments`: instruments asked for; `solo`: nothing but them; `without`: families left out ("drums", ...)."""

    style_id: str
    emotion: str
    bpm: float
    key: Key
    instruments: tuple[RequestedInstrument, ...] = ()
    solo: bool = False
    without: frozenset[str] = frozenset()
    metre: Metre = COMMON_TIME
