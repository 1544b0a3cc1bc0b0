"""The counter line: it answers the melody where that rests."""

from __future__ import annotations

import numpy as np

from models.sketch.form import Bar
from models.sketch.players.melody import SPAN, nearest
from models.sketch.score import Note, steps_per_beat
from models.sketch.styles import Layer

SOFT = 0.62
RESTS = 0.2  # how often it leaves a bar to the others


def play_counter(layer: Layer, bars: list[Bar], melody: list[Note], rng: np.random.Generator) -> list[Note]:
    """Chord tones, long under the melody's long notes, a turn into the next bar where there is time."""
    notes: list[Note] = []
    at = layer.low + 7
    for bar in bars:
        beats, division = bar.metre.beats, bar.metre.division
        velocity = SOFT * (0.8 + 0.2 * bar.intensity)
        if not bar.ends and rng.random() < RESTS:
            continue
        onset = 0.0 if bar.ends else _free_from(bar, melody, beats / 2)
        chord = bar.chord_at(int(onset * steps_per_beat(bar.metre)))
        at = nearest(chord.triad, at + int(rng.integers(-3, 4)))
        at = at - 12 if at > layer.low + SPAN else at + 12 if at < layer.low else at
        left = beats - onset
        if not bar.ends and left > 1.5 and rng.random() < 0.5:
            turn = _neighbour(at, bar.chords[-1].scale(pentatonic=True), int(rng.choice((-1, 1))))
            last = 1 / division
            notes.append(Note(bar.beat + onset, left - 1, at, velocity))
            notes.append(Note(bar.beat + beats - 1, 1 - last, turn, velocity * 0.9))
            notes.append(Note(bar.beat + beats - last, last * 0.9, at, velocity * 0.9))
        else:
            notes.append(Note(bar.beat + onset, left if bar.ends else left - 0.2, at, velocity))
    return notes


def _free_from(bar: Bar, melody: list[Note], latest: float) -> float:
    """Beats into the bar from where the melody is silent or holds, in half beats."""
    ends = [note.beat - bar.beat + note.beats for note in melody if 0 <= note.beat - bar.beat < bar.metre.beats]
    return float(np.ceil(min(max(ends, default=0.0), latest) * 2) / 2)


def _neighbour(midi: int, classes: tuple[int, ...], side: int) -> int:
    return next(midi + side * step for step in range(1, 8) if (midi + side * step) % 12 in classes)
