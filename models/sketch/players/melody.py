"""The melody: phrases over the chords, a motif that comes back changed, passing notes, breath, and a close at home."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from models.sketch.form import Bar
from models.sketch.harmony import Chord
from models.sketch.players.themes import Theme
from models.sketch.rhythm import Event, Pace, accent, events, varied
from models.sketch.score import Note, steps_per_beat
from models.sketch.sections import PHRASE_BARS, SectionName
from models.sketch.styles import Layer, Tune

SPAN = 17  # semitones from the bottom of the register to the highest note that is sung often
LOUD, SOFT = 0.88, 0.7
REACH = 9  # semitones that a note may be from the one before
# How likely a melody moves by each interval in semitones, as in songs: half of it by step.
MOVES = np.array([0.16, 0.40, 0.46, 0.17, 0.15, 0.075, 0.01, 0.05, 0.012, 0.012])
ON_BEAT_OUTSIDE = 0.42  # how likely a note outside the chord falls on a beat, of one in it
OFF_BEAT_OUTSIDE = 0.95
LONG_OUTSIDE = 0.6  # of a beat or more
RUB = 0.12  # a long note a semitone above one of the chord's
RESOLVES = 0.06  # leaving a note outside the chord by more than a step
FOLLOWS = 4.0  # the shape of the motif
STRAY = 5.0  # semitones from where the phrase lies, one standard deviation
VARIES = 0.4  # how often an inner bar of a section that comes back is changed
RETURNS = 0.6  # how often a bar that was sung over the same chords is sung again


@dataclass(frozen=True)
class _Line:
    """Where a melody is: its last notes and the chord that the last had."""

    midi: int
    before: int
    outside: bool


def play_melody(
    layer: Layer,
    bars: list[Bar],
    themes: dict[SectionName, Theme],
    tune: Tune,
    *,
    pace: Pace,
    rng: np.random.Generator,
) -> list[Note]:
    """Sing `bars`: in each the cell that its place in the phrase asks for, led through the chords."""
    notes: list[Note] = []
    middle = layer.low + SPAN // 2
    line = _Line(middle, middle, False)
    shapes: dict[tuple[str, str], tuple[int, ...]] = {}
    known: dict[tuple[str, int, bool, tuple[Chord, ...]], list[Note]] = {}
    for bar in bars:
        theme = themes[bar.section]
        if bar.ends:
            notes.append(_last_note(bar, line))
            continue
        name = (bar.section, bar.place % PHRASE_BARS, bar.closes, bar.chords)
        if name in known and rng.random() < RETURNS:
            sung = [replace(note, beat=note.beat % bar.metre.beats + bar.beat) for note in known[name]]
            line = _line_after(sung, bar)
            notes.extend(sung)
            continue
        cell, closing = _cell_of(bar, theme, rng)
        found = events(cell, bar.metre, pace.thin)
        if not found:
            continue
        place = bar.place % PHRASE_BARS
        centre = middle + theme.lift + theme.arch[place % len(theme.arch)]
        shape = shapes.get((bar.section, cell))
        sung, line = _bar_notes(found, bar, line, shape, centre, layer.low, tune, rng, closing)
        shapes.setdefault((bar.section, cell), tuple(note.midi - sung[0].midi for note in sung))
        sung = [note if note.beat % 1 == 0 else _softer(note, pace) for note in sung]
        known.setdefault(name, sung)
        notes.extend(sung)
    return notes


def _line_after(sung: list[Note], bar: Bar) -> _Line:
    last = sung[-1]
    before = sung[-2] if len(sung) > 1 else last
    return _Line(last.midi, before.midi, last.midi % 12 not in bar.chords[-1].pitch_classes)


def _last_note(bar: Bar, line: _Line) -> Note:
    tonic = nearest((bar.chords[0].root,), line.midi)
    return Note(bar.beat, bar.metre.beats, tonic, SOFT)


def _softer(note: Note, pace: Pace) -> Note:
    return replace(note, velocity=note.velocity * (0.5 + 0.5 * pace.off_beat))


def _cell_of(bar: Bar, theme: Theme, rng: np.random.Generator) -> tuple[str, str]:
    """The rhythm of a bar, and which close it is of, if any."""
    place = bar.place % PHRASE_BARS
    symbol = theme.order[place]
    period = 2 * PHRASE_BARS
    last = bar.closes or (bar.place % period == period - 1 and not bar.comes_round)
    if last:
        return theme.closes[1], "full"
    if symbol < 0:
        return theme.closes[0], "half"
    cell = theme.cells[symbol]
    if place and (bar.round or bar.place >= PHRASE_BARS) and rng.random() < VARIES:
        cell = varied(cell, bar.metre, rng, soft="o")
    return cell, ""


def _bar_notes(
    found: tuple[Event, ...],
    bar: Bar,
    line: _Line,
    shape: tuple[int, ...] | None,
    centre: int,
    low: int,
    tune: Tune,
    rng: np.random.Generator,
    closing: str,
) -> tuple[list[Note], _Line]:
    beat_steps = steps_per_beat(bar.metre)
    notes: list[Note] = []
    for number, event in enumerate(found):
        chord = bar.chord_at(event.step)
        meant = None
        if shape is not None and number and number < len(shape):
            meant = notes[0].midi + shape[number]
        candidates = np.arange(max(low - 2, line.midi - REACH), min(low + SPAN + 4, line.midi + REACH) + 1)
        if not len(candidates):
            candidates = np.array([nearest(chord.triad, low + SPAN // 2)])
        weights = _weights(candidates, event, chord, line, meant, centre, tune, beat_steps)
        if closing and number == len(found) - 1:
            weights = weights * _close_weights(candidates, chord, closing)
        midi = int(candidates[int(rng.choice(len(candidates), p=weights / weights.sum()))])
        velocity = (LOUD if event.symbol == "O" else SOFT) * (0.75 + 0.25 * bar.intensity)
        velocity *= accent(bar.metre, event.step)
        notes.append(
            Note(
                bar.beat + event.step / beat_steps,
                event.steps / beat_steps * 0.96,
                midi,
                velocity * _swell(centre, midi),
            )
        )
        line = _Line(midi, line.midi, midi % 12 not in chord.pitch_classes)
    return notes, line


def _swell(centre: int, midi: int) -> float:
    """A line gets louder as it rises."""
    return float(np.clip(1 + 0.012 * (midi - centre), 0.88, 1.12))


def _weights(
    candidates: NDArray[np.int_],
    event: Event,
    chord: Chord,
    line: _Line,
    meant: int | None,
    centre: int,
    tune: Tune,
    beat_steps: int,
) -> NDArray[np.float64]:
    """How much each pitch is wanted next; never all zero."""
    classes = candidates % 12
    chordal = _members(chord.pitch_classes)
    inside = chordal[classes]
    scale = _members(chord.scale(tune.pentatonic))[classes]
    move = candidates - line.midi
    size = np.abs(move)
    leaps = np.where(size >= 3, 0.45 + 1.2 * tune.leap, 1.0)
    weights = MOVES[np.minimum(size, REACH)] * leaps * np.where(scale | inside, 1.0, 1e-6)
    on_beat, long = event.step % beat_steps == 0, event.steps >= beat_steps
    outside = ON_BEAT_OUTSIDE if on_beat else OFF_BEAT_OUTSIDE
    weights *= np.where(inside, 1.0, outside * (LONG_OUTSIDE if long and not on_beat else 1.0))
    if event.steps * 2 >= beat_steps:
        rubs = ~inside & chordal[(classes - 1) % 12]
        weights *= np.where(rubs, RUB, 1.0)
    if line.outside:
        weights *= np.where((size >= 1) & (size <= 2), 1.0, RESOLVES)
    last = line.midi - line.before
    if abs(last) >= 5:
        weights *= np.where(np.sign(move) == np.sign(last), 0.12, 1.0)
    elif abs(last) in (1, 2):
        weights *= np.where(np.sign(move) == np.sign(last), 1.25, 1.0)
    if last == 0:
        weights *= np.where(size == 0, 0.25, 1.0)
    weights *= np.exp(-0.5 * ((candidates - centre) / STRAY) ** 2)
    if meant is not None:
        weights *= np.where(np.abs(candidates - meant) <= 1, FOLLOWS, 1.0)
    return np.asarray(weights + 1e-12 * inside + 1e-15, np.float64)


def _close_weights(candidates: NDArray[np.int_], chord: Chord, closing: str) -> NDArray[np.float64]:
    """A phrase closes on the tonic where the chord holds it, half of one on another of the chord's notes."""
    classes = candidates % 12
    tonic = chord.key.tonic
    if closing == "full" and tonic in chord.pitch_classes:
        return np.where(classes == tonic, 1e9, 1.0)
    return np.where(_members(chord.triad)[classes] & (classes != tonic), 1e9, 1.0)


@lru_cache(maxsize=1024)
def _members(classes: tuple[int, ...]) -> NDArray[np.bool_]:
    """(12,) which pitch classes are among these."""
    return np.isin(np.arange(12), classes)


def nearest(classes: tuple[int, ...], midi: int) -> int:
    """The note nearest to `midi` whose pitch class is one of `classes`."""
    return min(range(midi - 6, midi + 7), key=lambda m: (m % 12 not in classes, abs(m - midi)))
