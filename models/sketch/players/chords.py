"""Chord players: comping, arpeggios and pads from one notation."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from models.sketch.form import Bar
from models.sketch.harmony import Chord
from models.sketch.players.accompany import figures
from models.sketch.rhythm import Event, Pace, accent, events
from models.sketch.score import Note, steps_per_beat
from models.sketch.styles import Layer
from models.sketch.voicing import TUNINGS, Voicing, voice

LOUD, SOFT, ARPEGGIO = 0.85, 0.6, 0.7
ACCENT = 1.15  # of what falls on a beat, so that the pulse is heard at the beat
ROLL_BEATS = 0.06  # between the notes of a last chord that is rolled


def play_chords(
    layer: Layer,
    bars: list[Bar],
    *,
    voicing: str,
    pace: Pace,
    busy: float,
    shared: np.random.Generator,
    rng: np.random.Generator,
) -> list[Note]:
    """Play `bars` (those in which the layer sounds)."""
    notes: list[Note] = []
    before: Voicing | None = None
    thin = 1 if layer.role == "pad" else pace.thin
    played = figures(layer.role, layer.patterns, bars, busy=busy, shared=shared, rng=rng)
    for bar in bars:
        if bar.ends:
            before = voice(bar.chords[0], before, low=layer.low, kind=voicing)
            notes.extend(_last_chord(bar, before, rolled=layer.role == "arp"))
            continue
        for event in _split_at_changes(events(played[bar.index], bar.metre, thin), bar):
            chord = bar.chord_at(event.step)
            before = voice(chord, before, low=layer.low, kind=voicing)
            under = 0 if voicing in TUNINGS else 12
            notes.extend(_event_notes(event, bar, chord, before, pace.off_beat, under))
    return notes


def _last_chord(bar: Bar, voiced: Voicing, *, rolled: bool) -> Iterator[Note]:
    for place, midi in enumerate(voiced):
        late = place * ROLL_BEATS if rolled else 0.0
        yield Note(bar.beat + late, bar.metre.beats - late, midi, SOFT + 0.1)


def _split_at_changes(found: tuple[Event, ...], bar: Bar) -> Iterator[Event]:
    """A held chord is struck again where the harmony moves under it."""
    span = bar.chord_steps
    for event in found:
        start, end = event.step, event.step + event.steps
        while start < end:
            stop = min(end, (start // span + 1) * span)
            yield Event(start, stop - start, event.symbol)
            start = stop


def _event_notes(event: Event, bar: Bar, chord: Chord, voiced: Voicing, off_beat: float, under: int) -> Iterator[Note]:
    """`under`: semitones below the chord where its bass is played; a guitar's chord has it already."""
    beat_steps = steps_per_beat(bar.metre)
    beat = bar.beat + event.step / beat_steps
    beats = event.steps / beat_steps
    pulse = ACCENT if event.step % beat_steps == 0 else 0.3 + 0.7 * off_beat
    touch = (0.7 + 0.3 * bar.intensity) * pulse * accent(bar.metre, event.step)
    if event.symbol in "Xx":
        velocity = min(1.0, touch * (LOUD if event.symbol == "X" else SOFT))
        for midi in voiced:
            yield Note(beat, beats, midi, velocity)
    elif event.symbol in "bf":
        low = voiced[0] - under
        root = low + (chord.lowest - low) % 12
        fifth = low + (chord.root + 7 - low) % 12 if 7 in chord.intervals else root
        yield Note(beat, beats, root if event.symbol == "b" else fifth, min(1.0, touch * LOUD))
    else:
        octave, index = divmod(int(event.symbol), len(voiced))
        # An arpeggio note rings under the next one, as under a pedal or free strings.
        yield Note(beat, max(beats, 0.5), voiced[index] + 12 * octave, min(1.0, touch * ARPEGGIO))
