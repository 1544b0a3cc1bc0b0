"""A style in a mood: the same players, playing as it should feel.

What carries a feeling, as listeners say (Juslin and Laukka 2004; Gabrielsson and Lindström 2010): arousal by how much
is played, how hard and how brightly, valence by mode (chosen before), register, roughness and how dull the sound is.
The amounts were set on what a judge trained on real recordings alone heard (bench/roundtrip.py).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from aural.wording.emotion import ANCHORS
from models.sketch.colours import Colour
from models.sketch.progressions import Harmony
from models.sketch.styles import Layer, Style

HURTS = 4.0  # tense and aggressive music hurts in full
PLAINER: dict[Colour, Colour] = {"added": "triad", "seventh": "added", "ninth": "added"}
THIN_UNDER = -0.15  # arousal under which nothing is shorter than an eighth


def apply_emotion(style: Style, emotion: str) -> Style:
    """`style` as `emotion` has it played; neutral leaves it as it is."""
    valence, arousal = ANCHORS[emotion]
    negative, positive, low, high = (max(0.0, amount) for amount in (-valence, valence, -arousal, arousal))
    hurts = min(1.0, HURTS * negative * high)
    veiled = negative * max(0.0, 0.5 - arousal)
    return replace(
        style,
        brightness=float(np.clip(style.brightness + arousal + 0.5 * positive - 0.25 * negative, -1, 1)),
        saturation=style.saturation + (6 * negative if low else 8 * (1 + negative) * (1 + hurts) * high),
        top_hz=style.top_hz * 2 ** (-3.6 * veiled),
        reverb_db=style.reverb_db - 6 * high - 3 * hurts,
        thinning=max(style.thinning, 2) if arousal < THIN_UNDER else style.thinning,
        harmony=_felt(style.harmony, positive, hurts),
        busy=min(1.0, 1.2 * high),
        length=1 - 0.5 * high * (1 - hurts),
        # Quiet drums come forward where it is driven; where the band is saturated they have to be heard through it.
        drums_db=min(max(0.0, style.drums_db), style.drums_db + 7 * high) + 6 * negative * high - 3 * low,
        drums_enter_at=style.drums_enter_at * (1 - high),
        drum_drive=style.drum_drive * (1 - low),
        layers=tuple(_adapt_layer(layer, valence, low, hurts) for layer in style.layers),
    )


def _felt(harmony: Harmony, positive: float, hurts: float) -> Harmony:
    """Plain chords where it is happy; diminished and borrowed ones over a held bass where it hurts."""
    plain = 1 - positive
    return replace(
        harmony,
        colour=PLAINER.get(harmony.colour, harmony.colour) if positive else harmony.colour,
        tunes=harmony.tunes * plain,
        pedal=max(harmony.pedal * plain, 0.6 * hurts),
        borrowed=max(harmony.borrowed * plain, 0.6 * hurts),
        applied=harmony.applied * plain,
        inverted=harmony.inverted * plain,
        vamps=harmony.vamps * plain * (1 - 0.5 * hurts),
        diminished=hurts,
    )


def energy_factor(emotion: str) -> float:
    """What the energy of a form that nobody prescribed is multiplied by: .88 .. 1.14."""
    return 1 + 0.15 * ANCHORS[emotion][1]


def intensity_offset(emotion: str) -> float:
    """What the bars' intensity is raised by: -.12 .. .36."""
    arousal = ANCHORS[emotion][1]
    return 0.4 * arousal if arousal > 0 else 0.15 * arousal


def _adapt_layer(layer: Layer, valence: float, low: float, hurts: float) -> Layer:
    """Higher where it is happy, up to an octave lower where it is not, with less distortion at low arousal."""
    moved = round(7 * valence - 7 * hurts)
    return replace(
        layer,
        low=layer.low if layer.role in ("bass", "pad") else layer.low + moved,
        drive=layer.drive * (1 - low),
    )
