"""What a MIDI file of the composer says: notes by player, chords, sections, bar lines, tempo. Beats are quarters."""

from __future__ import annotations

import io
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

import mido

from aural.theory.keys import Key
from aural.theory.metre import METRES
from bench.composer.symbols import ChordSymbol

DRUMS = "drums"
EARLY = 1e-3
"""Beats by which a note may come before a bar line and belong to the bar that begins there: MIDI's ticks are whole."""
_TRACK = re.compile(r"(\w+?)(?:-\d+)?(?: \((\w+)\))?")


@dataclass(frozen=True, order=True)
class ScoreNote:
    """`beat`: onset; `beats`: length; `velocity`: 1..127."""

    beat: float
    beats: float
    midi: int
    velocity: int


@dataclass(frozen=True)
class ScorePart:
    """A player of `role` ("melody", "chords", "drums", ...) on `voice`, empty for the drums."""

    name: str
    role: str
    voice: str
    notes: tuple[ScoreNote, ...]


@dataclass(frozen=True)
class Signature:
    """A time signature from `beat` on."""

    beat: float
    numerator: int
    denominator: int

    @property
    def name(self) -> str:
        return f"{self.numerator}/{self.denominator}"

    @property
    def bar_beats(self) -> float:
        return self.numerator * 4 / self.denominator

    @property
    def felt_beats(self) -> float:
        """Quarter notes of a beat as it is felt: 1.5 in 6/8."""
        known = METRES.get(self.name)
        return known.quarters_per_beat if known else 4 / self.denominator


@dataclass(frozen=True)
class Score:
    """`chords`, `sections`: what begins where. `tempi`: (beat, quarter notes a minute). `end`: the file's, in beats."""

    parts: tuple[ScorePart, ...]
    chords: tuple[tuple[float, ChordSymbol], ...]
    sections: tuple[tuple[float, str], ...]
    key: Key
    signatures: tuple[Signature, ...]
    tempi: tuple[tuple[float, float], ...]
    end: float

    @cached_property
    def bar_lines(self) -> tuple[float, ...]:
        """From 0 to the first one at or after the end; a new signature begins a bar."""
        lines: list[float] = []
        for signature, following in zip(self.signatures, [*self.signatures[1:], None], strict=True):
            line = signature.beat
            while line < (self.end if following is None else following.beat) - EARLY:
                lines.append(line)
                line += signature.bar_beats
            if following is None:
                lines.append(line)
        return tuple(lines)

    @property
    def n_bars(self) -> int:
        """Of the body; the last may be cut short."""
        return len(self.bar_lines) - 1

    @property
    def metre(self) -> str:
        """The first signature, as "3/4"."""
        return self.signatures[0].name

    def place(self, beat: float, *, early: float = EARLY) -> tuple[int, float]:
        """The bar in which a beat lies, counted from 0, and how far in, 0 where it comes `early` or less before."""
        bar = max(0, bisect_right(self.bar_lines, beat + early) - 1)
        return bar, max(0.0, beat - self.bar_lines[bar])

    def seconds(self, beat: float) -> float:
        """When a beat sounds."""
        told_s = 0.0
        for (start, bpm), (until, _) in zip(self.tempi, [*self.tempi[1:], (beat, 0.0)], strict=True):
            told_s += max(0.0, min(beat, until) - start) * 60 / bpm
        return told_s

    def beat_at(self, seconds: float) -> float:
        """Which beat sounds then."""
        start, bpm = max(one for one in self.tempi if self.seconds(one[0]) <= seconds)
        return start + (seconds - self.seconds(start)) * bpm / 60

    def chord_at(self, beat: float) -> ChordSymbol | None:
        """The chord that sounds then; None before the first."""
        place = bisect_right([start for start, _ in self.chords], beat + EARLY)
        return self.chords[place - 1][1] if place else None

    def notes_of(self, role: str) -> list[ScoreNote]:
        """Of all players of a role, in order."""
        return sorted(note for part in self.parts if part.role == role for note in part.notes)


def read_score(midi: bytes) -> Score:
    """Read a file of type 1 as `models.sketch.midi` writes it. Raises ValueError where it has no key or no tempo."""
    file = mido.MidiFile(file=io.BytesIO(midi), clip=True)
    tracks = [list(_timed(track, file.ticks_per_beat)) for track in file.tracks]
    events = sorted((event for track in tracks for event in track), key=lambda event: event[0])
    keys = [message.key for _, message in events if message.type == "key_signature"]
    tempi = tuple((beat, mido.tempo2bpm(message.tempo)) for beat, message in events if message.type == "set_tempo")
    if not keys or not tempi:
        raise ValueError("The MIDI file has no key signature or no tempo; the composer's files have both.")
    parts = [_part(track.name, list(_notes(timed))) for track, timed in zip(file.tracks, tracks, strict=True)]
    return Score(
        parts=tuple(part for part in parts if part.notes),
        chords=tuple((beat, ChordSymbol.parse(message.text)) for beat, message in events if message.type == "text"),
        sections=tuple((beat, message.text) for beat, message in events if message.type == "marker"),
        key=Key.parse(keys[0]),
        signatures=_signatures(events),
        tempi=tempi,
        end=max(beat for beat, _ in events),
    )


def _timed(track: Iterable[mido.Message], ticks_per_beat: int) -> Iterator[tuple[float, mido.Message]]:
    ticks = 0
    for message in track:
        ticks += message.time
        yield ticks / ticks_per_beat, message


def _signatures(events: list[tuple[float, mido.Message]]) -> tuple[Signature, ...]:
    """MIDI says that 4/4 holds where nothing is written."""
    written = {
        beat: Signature(beat, message.numerator, message.denominator)
        for beat, message in events
        if message.type == "time_signature"
    }
    return tuple(({0.0: Signature(0.0, 4, 4)} | written).values())


def _notes(timed: list[tuple[float, mido.Message]]) -> Iterator[ScoreNote]:
    sounding: dict[int, list[tuple[float, int]]] = {}
    for beat, message in timed:
        if message.type == "note_on" and message.velocity:
            sounding.setdefault(message.note, []).append((beat, message.velocity))
        elif message.type in ("note_on", "note_off") and sounding.get(message.note):
            start, velocity = sounding[message.note].pop(0)
            yield ScoreNote(start, beat - start, message.note, velocity)


def _part(name: str, notes: list[ScoreNote]) -> ScorePart:
    match = _TRACK.fullmatch(name)
    role, voice = (match[1], match[2] or "") if match else (name, "")
    return ScorePart(name, role, voice, tuple(sorted(notes)))
