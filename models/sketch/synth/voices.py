"""One note of any voice."""

from __future__ import annotations

from aural.types import Floats
from models.sketch.synth.orchestra import Voice
from models.sketch.synth.sampled import Sampled, play_sample
from models.sketch.synth.struck import strike
from models.sketch.synth.tone import Tone, play


def render_note(voice: Voice, midi: int, gate_s: float, velocity: float, brightness: float, seed: int) -> Floats:
    """Render one note. Returns (1 or 2, time) float32 at 32 kHz."""
    if isinstance(voice, Sampled):
        return play_sample(voice, midi, gate_s, velocity, brightness, seed)
    if isinstance(voice, Tone):
        return play(voice, midi, gate_s, velocity, brightness, seed)
    return strike(voice, midi, gate_s, velocity, brightness, seed)
