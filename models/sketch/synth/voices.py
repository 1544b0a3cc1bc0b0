"""One note of any voice."""

from __future__ import annotations

from aural.types import Floats
from models.sketch.synth.orchestra import Voice
from models.sketch.synth.struck import Struck, render_fm_note, strike
from models.sketch.synth.tone import Tone, play


def render_note(voice: Voice, midi: int, gate_s: float, velocity: float, brightness: float, seed: int) -> Floats:
    """Render one note. Returns (1 or 2, time) float32 at 32 kHz."""
    if isinstance(voice, Tone):
        return play(voice, midi, gate_s, velocity, brightness, seed)
    if isinstance(voice, Struck):
        return strike(voice, midi, gate_s, velocity, brightness, seed)
    return render_fm_note(voice, midi, gate_s, velocity, brightness, seed)
