"""A style in a mood: the same players, playing as it should feel.

What carries a feeling, as listeners say (Juslin and Laukka 2004; Gabrielsson and Lindström 2010): arousal by how much
is played, how hard and how brightly, valence by mode (chosen before), register, roughness and how dull the sound is.
The amounts were set on what a judge trained on real recordings alone heard (bench/roundtrip.py).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from aural.wording.emotion import ANCHORS
from models.sketch.progressions import Harmony
from models.sketch.styles import Layer, Style

THIN_UNDER = -0.15  # arousal under which nothing is shorter than an eighth


def apply_emotion(style: Style, emotion: str) -> Style:
    """`style` as `emotion` has it played; neutral leaves it as it is."""
    valence, arousal = ANCHORS[emotion]
    negative, low, high = max(0.0, -valence), max(0.0, -arousal), max(0.0, arousal)
    veiled = negative * max(0.0, 0.5 - arousal)
    return replace(
        style,
        brightness=float(np.clip(style.brightness + arousal + 0.25 * valence, -1, 1)),
        saturation=style.saturation + (6 * negative if low else (8 + 8 * negative) * high),
        top_hz=style.top_hz * 2 ** (-3.6 * veiled),
        thinning=max(style.thinning, 2) if arousal < THIN_UNDER else style.thinning,
        harmony=_felt(style.harmony, valence, arousal),
        busy=min(1.0, 1.2 * high),
        length=float(np.clip(1 - 0.45 * negative * high - 0.15 * high + 0.1 * low, 0.5, 1.0)),
        # Quiet drums come forward where it is driven; where the band is saturated they have to be heard through it.
        drums_db=min(max(0.0, style.drums_db), style.drums_db + 7 * high) + 6 * negative * high - 3 * low,
        drums_enter_at=style.drums_enter_at * (1 - high),
        drum_drive=style.drum_drive * (1 - low),
        layers=tuple(_adapt_layer(layer, negative, low) for layer in style.layers),
    )


def _felt(harmony: Harmony, valence: float, arousal: float) -> Harmony:
    """Fewer and darker chords over a held bass where it is tense, more colours where it is tender or dreams."""
    tension = max(0.0, -valence) * max(0.0, arousal)
    softness = max(0.0, valence) * max(0.0, -arousal)
    return replace(
        harmony,
        pedal=min(1.0, harmony.pedal + 0.8 * tension),
        borrowed=min(1.0, harmony.borrowed + 0.6 * tension),
        vamps=harmony.vamps * (1 - tension),
        diminished=min(1.0, 1.2 * tension),
        inverted=min(1.0, harmony.inverted + 0.3 * softness),
    )


def energy_factor(emotion: str) -> float:
    """What the energy of a form that nobody prescribed is multiplied by: .88 .. 1.14."""
    return 1 + 0.15 * ANCHORS[emotion][1]


def intensity_offset(emotion: str) -> float:
    """What the bars' intensity is raised by: -.12 .. .36."""
    arousal = ANCHORS[emotion][1]
    return 0.4 * arousal if arousal > 0 else 0.15 * arousal


def _adapt_layer(layer: Layer, negative: float, low: float) -> Layer:
    """Up to five semitones lower for negative valence, with less distortion at low arousal."""
    return replace(
        layer,
        low=layer.low if layer.role in ("bass", "pad") else layer.low - round(7 * negative),
        drive=layer.drive * (1 - low),
    )
