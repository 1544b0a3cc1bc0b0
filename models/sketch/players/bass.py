"""The bass player: figures, walking lines, and a way from each chord to the next."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from models.sketch.form import Bar
from models.sketch.harmony import Chord
from models.sketch.players.accompany import figures
from models.sketch.rhythm import Pace, accent, events
from models.sketch.score import Note, steps_per_beat
from models.sketch.styles import Layer

WALK = "walk"
VELOCITY = {"R": 0.9, "r": 0.65, "5": 0.72, "8": 0.8, "3": 0.7, "7": 0.7, "a": 0.62}
WALKING = 0.88
SKIPS, HALVES, ENCLOSURES = 0.22, 0.3, 0.15  # how often a walking line does not simply walk


def play_bass(
    layer: Layer,
    bars: list[Bar],
    *,
    pace: Pace,
    busy: float,
    shared: np.random.Generator,
    rng: np.random.Generator,
) -> list[Note]:
    """Play `bars`; an approach note leads to the bass of the bar that follows."""
    walks = WALK in layer.patterns
    played = {} if walks else figures("bass", layer.patterns, bars, busy=busy, shared=shared, rng=rng)
    notes: list[Note] = []
    for bar, following in zip(bars, [*bars[1:], bars[0]], strict=True):
        target = following.chords[0]
        if bar.ends:
            notes.append(_at_rest(bar, layer))
        elif walks:
            notes.extend(_walk(layer, bar, target, rng))
        else:
            notes.extend(_figure(played[bar.index], layer, bar, target, pace))
    return notes


def _at_rest(bar: Bar, layer: Layer) -> Note:
    return Note(bar.beat, bar.metre.beats, _bass(bar.chords[0], layer.low), VELOCITY["R"])


def _figure(pattern: str, layer: Layer, bar: Bar, target: Chord, pace: Pace) -> list[Note]:
    beat_steps = steps_per_beat(bar.metre)
    notes: list[Note] = []
    found = events(pattern, bar.metre, pace.thin)
    changes = range(bar.chord_steps, bar.steps, bar.chord_steps) if len(bar.chords) > 1 else ()
    for event in found:
        chord = bar.chord_at(event.step)
        midi = _pitch(event.symbol, chord, target, layer.low)
        velocity = VELOCITY[event.symbol] * (0.8 + 0.2 * bar.intensity) * accent(bar.metre, event.step)
        if event.step % beat_steps:
            velocity *= 0.4 + 0.6 * pace.off_beat
        stop = min([event.step + event.steps, *(step for step in changes if step > event.step)])
        notes.append(Note(bar.beat + event.step / beat_steps, (stop - event.step) / beat_steps, midi, velocity))
    struck = {event.step for event in found}
    for step in changes:
        if step not in struck:
            midi = _bass(bar.chord_at(step), layer.low)
            notes.append(Note(bar.beat + step / beat_steps, 1.0, midi, VELOCITY["R"] * (0.8 + 0.2 * bar.intensity)))
    return sorted(notes, key=lambda note: note.beat)


def _bass(chord: Chord, low: int) -> int:
    return low + (chord.lowest - low) % 12


def _pitch(symbol: str, chord: Chord, target: Chord, low: int) -> int:
    bass = _bass(chord, low)
    if symbol in "Rr":
        return bass
    if symbol == "8":
        return bass + 12
    if symbol == "a":
        return _approach(bass, _bass(target, low), chord)
    root = low + (chord.root - low) % 12
    third = next((i for i in chord.intervals if i in (3, 4)), 7)
    fifth = next((i for i in chord.intervals if i in (6, 7)), 7)
    return root + {"5": fifth, "3": third, "7": 10 if 10 in chord.intervals else 12}[symbol]


def _approach(origin: int, target: int, chord: Chord) -> int:
    """A step of the scale below or above the target, on the side that the line comes from."""
    if origin == target:
        return origin + (7 if 7 in chord.intervals else 12)
    side = -1 if origin < target else 1
    scale = chord.scale()
    return next((target + side * step for step in (1, 2, 3) if (target + side * step) % 12 in scale), target + side)


def _walk(layer: Layer, bar: Bar, target: Chord, rng: np.random.Generator) -> list[Note]:
    """A note a beat: the bass, chord or scale tones between, and a leading tone into the next; now and then in two, or
    with a skip between the beats."""
    metre = bar.metre
    beat_steps = steps_per_beat(metre)
    notes: list[Note] = []
    position = _bass(bar.chords[0], layer.low)
    in_two = metre.beats == 4 and bar.intensity < 0.6 and rng.random() < HALVES
    for beat in range(0, metre.beats, 2 if in_two else 1):
        chord = bar.chord_at(beat * beat_steps)
        if beat * beat_steps % bar.chord_steps == 0:
            position = _bass(chord, layer.low)
        elif beat == metre.beats - 1:
            position = _approach(position, _bass(target, layer.low), chord)
        else:
            position = _between(position, chord, layer.low, rng)
        velocity = WALKING * (0.8 + 0.2 * bar.intensity) * accent(metre, beat * beat_steps)
        notes.append(Note(bar.beat + beat, 1.9 if in_two else 0.92, position, velocity))
        if rng.random() < SKIPS * (0.5 + bar.intensity) and beat:
            after = 2 / 3 if metre.division == 3 else 0.5
            notes.append(Note(bar.beat + beat + after, 0.3, position, velocity * 0.6))
    return notes


def _between(position: int, chord: Chord, low: int, rng: np.random.Generator) -> int:
    """A tone of the chord, or of its scale in passing, near where the line is."""
    root = low + (chord.root - low) % 12
    if rng.random() < ENCLOSURES:
        passing = [position + step for step in (-2, -1, 1, 2) if (position + step) % 12 in chord.scale()]
        return passing[int(rng.integers(len(passing)))] if passing else position
    tones = [root + i for i in (*chord.intervals, 12) if i <= 12 and root + i != position]
    near: Sequence[int] = sorted(tones, key=lambda tone: abs(tone - position - 3))[:3]
    return near[int(rng.integers(len(near)))]
