"""What a request comes down to: everything that the composer decides before writing a note."""

from __future__ import annotations

from dataclasses import dataclass

from aural.theory.chords import ChordSymbol
from aural.theory.keys import Key
from aural.theory.metre import COMMON_TIME, Metre
from models.sketch.styles import Role


@dataclass(frozen=True)
class RequestedInstrument:
    """An instrument that was asked for: the voice that plays it and the roles it would rather take.

    A voice that is named like its role ("bass") is whoever has that role in the style.
    """

    voice: str
    roles: tuple[Role, ...]


@dataclass(frozen=True)
class Intent:
    """`instruments`: who was asked for; with `exclusive` nobody else plays. `drums_wanted`: drums were asked for.

    `without`: voices, roles, "drums" and pieces of the kit that are left out; `not_soloing`: voices without a melody.
    `chords`: in the key, played instead of the style's; empty where none were asked for. `drum_pieces`: played beside
    the style's groove. `balance`: (role, voice or "drums", dB) of what should be louder or softer. `heard`: what of the
    prompt was used.
    """

    style_id: str
    emotion: str
    bpm: float
    key: Key
    instruments: tuple[RequestedInstrument, ...] = ()
    exclusive: bool = False
    without: frozenset[str] = frozenset()
    not_soloing: frozenset[str] = frozenset()
    drums_wanted: bool = False
    drum_pieces: tuple[str, ...] = ()
    metre: Metre = COMMON_TIME
    chords: tuple[ChordSymbol, ...] = ()
    balance: tuple[tuple[str, float], ...] = ()
    heard: tuple[str, ...] = ()
