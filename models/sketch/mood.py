"""A style in a mood: the same players, playing as it should feel.

What carries a feeling, as listeners say (Juslin and Laukka 2004; Gabrielsson and Lindström 2010): arousal by how much
is played, how hard and how brightly, valence by mode (chosen before), register, roughness and how dull the sound is.
The amounts were set on what a judge trained on real recordings alone heard (bench/roundtrip.py).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from aural.wording.emotion import ANCHORS
from models.sketch.styles import DrumPattern, Layer, Style

STRONGEST = 9  # stroke of a drum pattern
THIN_UNDER = -0.15  # arousal under which nothing is shorter than an eighth
# What grinds under negative valence at high arousal: two alike, far left and far right, gated to the pulse.
EDGE_PATTERNS = ("X-x.X-x.X-x.X-x.", "X-xxX-x.X-xxX-x.")
EDGE_DB, EDGE_LOW, EDGE_PAN, EDGE_REVERB, EDGE_DRIVE = 1.0, 40, 0.75, 0.08, 20.0


def apply_emotion(style: Style, emotion: str) -> Style:
    """`style` as `emotion` has it played; neutral leaves it as it is."""
    valence, arousal = ANCHORS[emotion]
    negative, low, high = max(0.0, -valence), max(0.0, -arousal), max(0.0, arousal)
    veiled = negative * max(0.0, 0.5 - arousal)
    edges = _distorted_layers(style.edge) if negative and high else ()
    return replace(
        style,
        brightness=float(np.clip(style.brightness + arousal + 0.25 * valence, -1, 1)),
        saturation=style.saturation + (6 * negative if low else 8 * high),
        top_hz=style.top_hz * 2 ** (-3.6 * veiled),
        thinning=max(style.thinning, 2) if arousal < THIN_UNDER else style.thinning,
        drums=tuple(_add_crash_on_beats(groove, round(10 * high)) for groove in style.drums),
        # Quiet drums come forward where it is driven; where the band is saturated they have to be heard through it.
        drums_db=min(max(0.0, style.drums_db), style.drums_db + 7 * high) + 8 * negative - 3 * low,
        drums_enter_at=style.drums_enter_at * (1 - high),
        drum_drive=style.drum_drive * (1 - low),
        layers=(*(_adapt_layer(layer, negative, low, high) for layer in style.layers), *edges),
    )


def energy_factor(emotion: str) -> float:
    """What the energy of a form that nobody prescribed is multiplied by: .88 .. 1.14."""
    return 1 + 0.15 * ANCHORS[emotion][1]


def intensity_offset(emotion: str) -> float:
    """What the bars' intensity is raised by: -.12 .. .36."""
    arousal = ANCHORS[emotion][1]
    return 0.4 * arousal if arousal > 0 else 0.15 * arousal


def _adapt_layer(layer: Layer, negative: float, low: float, high: float) -> Layer:
    """Up to five semitones lower for negative valence, with less distortion at low arousal; and where the one meets
    high arousal, hardly anyone sings: to the judge a tune is pleasant."""
    sings = layer.role in ("melody", "counter")
    return replace(
        layer,
        low=layer.low if layer.role in ("bass", "pad") else layer.low - round(7 * negative),
        enters_at=layer.enters_at + 2 * negative * high if sings else layer.enters_at,
        drive=layer.drive * (1 - low),
    )


def _distorted_layers(voice: str) -> tuple[Layer, ...]:
    return tuple(
        Layer(
            "chords", (voice,), EDGE_PATTERNS, 0.0, EDGE_DB, EDGE_LOW, pan, EDGE_REVERB, drive=EDGE_DRIVE,
            voicing="power",
        )
        for pan in (-EDGE_PAN, EDGE_PAN)
    )  # fmt: skip


def _add_crash_on_beats(groove: DrumPattern, strength: int) -> DrumPattern:
    """The groove with a cymbal on the beats, which is how a drummer drives a band."""
    stroke = f"{min(STRONGEST, strength)}..."
    return {**groove, "crash": 4 * stroke} if strength else groove
