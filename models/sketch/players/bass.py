"""The bass player: pattern lines, walking lines, and a way from each chord to the next."""

from __future__ import annotations

import numpy as np

from models.sketch.form import Bar
from models.sketch.harmony import Chord
from models.sketch.players.pattern import Pace, events
from models.sketch.score import BEATS_PER_BAR, STEPS_PER_BAR, STEPS_PER_BEAT, Note
from models.sketch.styles import Layer

WALK = "walk"
VELOCITY = {"R": 0.9, "r": 0.65, "5": 0.72, "8": 0.8, "3": 0.7, "7": 0.7, "a": 0.62}


def play_bass(
    layer: Layer, bars: list[Bar], patterns: dict[str, str], *, pace: Pace, rng: np.random.Generator
) -> list[Note]:
    """Play `bars` with one pattern per section; an approach note leads to the root of the bar that follows."""
    notes: list[Note] = []
    for bar, following in zip(bars, [*bars[1:], bars[0]], strict=True):
        pattern = patterns[bar.section]
        target = following.chords[0]
        if pattern == WALK:
            notes.extend(_walk(layer, bar, target, rng))
            continue
        for event in events(pattern, bar.index, pace.thin):
            chord = bar.chord_at(event.step)
            midi = _pitch(event.symbol, chord, target, layer.low)
            velocity = VELOCITY[event.symbol] * (0.8 + 0.2 * bar.intensity)
            if event.step % STEPS_PER_BEAT:
                velocity *= 0.4 + 0.6 * pace.off_beat
            beat = bar.beat + event.step / STEPS_PER_BEAT
            notes.append(Note(beat, event.steps / STEPS_PER_BEAT, midi, velocity))
    return notes


def _root(chord: Chord, low: int) -> int:
    return low + (chord.root - low) % 12


def _pitch(symbol: str, chord: Chord, target: Chord, low: int) -> int:
    root = _root(chord, low)
    third = next((i for i in chord.intervals if i in (3, 4)), 7)
    fifth = next((i for i in chord.intervals if i in (6, 7)), 7)
    if symbol == "a":
        return _approach(root, _root(target, low), chord)
    above = {"R": 0, "r": 0, "5": fifth, "8": 12, "3": third, "7": 10 if 10 in chord.intervals else 12}[symbol]
    return root + above


def _approach(origin: int, target: int, chord: Chord) -> int:
    """A step of the scale below or above the target, on the side that the line comes from."""
    if origin == target:
        return origin + (7 if 7 in chord.intervals else 12)
    side = -1 if origin < target else 1
    scale = chord.scale()
    return next(target + side * step for step in (1, 2, 3) if (target + side * step) % 12 in scale)


def _walk(layer: Layer, bar: Bar, target: Chord, rng: np.random.Generator) -> list[Note]:
    """Four quarters: root, chord or scale tones between, and a leading tone into the next root."""
    notes: list[Note] = []
    position = _root(bar.chords[0], layer.low)
    for beat in range(BEATS_PER_BAR):
        chord = bar.chord_at(beat * STEPS_PER_BEAT)
        root = _root(chord, layer.low)
        changed = beat * STEPS_PER_BEAT % (STEPS_PER_BAR // len(bar.chords)) == 0
        if changed:
            position = root
        elif beat == BEATS_PER_BAR - 1:
            position = _approach(position, _root(target, layer.low), chord)
        else:
            tones = [root + i for i in (*chord.intervals, 12) if i <= 12 and root + i != position]
            near = sorted(tones, key=lambda tone: abs(tone - position - 3))[:3]
            position = near[int(rng.integers(len(near)))]
        velocity = (0.85 if beat % 2 == 0 else 0.78) * (0.8 + 0.2 * bar.intensity)
        notes.append(Note(bar.beat + beat, 0.92, position, velocity))
        if rng.random() < 0.12 * bar.intensity:
            notes.append(Note(bar.beat + beat + 0.5, 0.3, position, velocity * 0.6))
    return notes
