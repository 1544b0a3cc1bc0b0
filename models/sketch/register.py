"""Registers: a player's part where the instrument that plays it sounds."""

from __future__ import annotations

from dataclasses import replace

from models.sketch.score import Note
from models.sketch.styles import Layer, Role
from models.sketch.synth.ranges import RANGES

# Semitones that a role needs above the bottom of its register.
NEEDS: dict[Role, int] = {"bass": 14, "chords": 20, "arp": 22, "pad": 20, "melody": 21, "counter": 19}


def registered(layer: Layer, voice: str) -> Layer:
    """The layer moved, by octaves where that will do, to where the voice can play all of it."""
    lowest, highest = RANGES[voice]
    top = max(lowest, highest - NEEDS[layer.role])
    low = layer.low
    while low < lowest:
        low += 12
    while low > top and low - 12 >= lowest:
        low -= 12
    return replace(layer, low=max(lowest, min(low, top)))


def within_range(notes: list[Note], voice: str) -> list[Note]:
    """What lies outside a voice's range moved into it by octaves; a pitch that this doubles is played once."""
    lowest, highest = RANGES[voice]
    placed: dict[tuple[float, int], Note] = {}
    for note in notes:
        midi = note.midi
        while midi < lowest:
            midi += 12
        while midi > highest:
            midi -= 12
        same = placed.get((note.beat, midi))
        if same is None or same.velocity < note.velocity:
            placed[note.beat, midi] = note if midi == note.midi else replace(note, midi=midi)
    return list(placed.values())
