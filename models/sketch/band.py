"""The band: a style's players, with what was asked for put in and what was not wanted left out."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from models.sketch.intent import Intent, RequestedInstrument
from models.sketch.prompt.families import FAMILIES
from models.sketch.registers import LINES, comfortable_low
from models.sketch.soloists import exact_layers
from models.sketch.styles import Layer, Role, Style

DRUMS = "drums"
ALWAYS_THERE: tuple[Role, ...] = ("bass", "melody")
IN_THE_BAND = 0.55  # how often each of the others is
ENTERS_AT_MOST = 0.15  # of whoever was asked for
# Who takes over where everybody of a role was left out, the first that is welcome.
SUBSTITUTES: dict[Role, tuple[str, ...]] = {
    "bass": ("finger_bass", "upright_bass", "sub_bass"),
    "chords": ("piano", "clean_guitar", "organ", "warm_pad"),
    "melody": ("piano", "flute", "clean_guitar", "saw_lead"),
}


def lined_up(style: Style, rng: np.random.Generator) -> Style:
    """The style with those of its players who are in the band of one piece: bass, melody, who defines the style, and
    some of the others, and in some pieces no drummer."""
    optional = [place for place, layer in enumerate(style.layers) if layer.role not in ALWAYS_THERE]
    there = {place for place in optional if rng.random() < IN_THE_BAND or style.layers[place].defines}
    harmony = [place for place in optional if style.layers[place].role in ("chords", "arp", "pad")]
    if harmony and not there & set(harmony):
        there.add(harmony[int(rng.integers(len(harmony)))])
    kept = (layer for place, layer in enumerate(style.layers) if place not in optional or place in there)
    drummer_rests = rng.random() < style.drumless
    drums_enter_at = math.inf if drummer_rests else style.drums_enter_at
    return replace(style, layers=tuple(kept), drums_enter_at=drums_enter_at)


def players(style: Style, intent: Intent) -> list[Layer]:
    """The layers that play."""
    if intent.exclusive:
        layers = exact_layers(style, intent.instruments)
    else:
        layers = _welcome(style, intent)
        taken: set[int] = set()
        for asked in intent.instruments:
            layers = _assign_instrument(layers, asked, taken)
    return [_balanced(layer, intent.balance) for layer in layers]


def has_drums(intent: Intent) -> bool:
    """Whether a drummer plays at all."""
    return DRUMS not in intent.without and (not intent.exclusive or intent.drums_wanted)


def wants_drums(intent: Intent) -> bool:
    """Whether drums were asked for by name: then they play from the start."""
    return intent.drums_wanted and has_drums(intent)


def balanced_drums(style: Style, intent: Intent) -> Style:
    """The style with its drums as loud as was asked for."""
    return replace(style, drums_db=style.drums_db + dict(intent.balance).get(DRUMS, 0.0))


def _welcome(style: Style, intent: Intent) -> list[Layer]:
    """The style's layers with the voices that are not left out; where a role loses all of them, a substitute plays."""
    layers: list[Layer] = []
    lost: list[Layer] = []
    for layer in style.layers:
        if layer.role in intent.without:
            continue
        voices = tuple(voice for voice in layer.voices if _is_welcome(voice, layer.role, intent))
        (layers if voices else lost).append(replace(layer, voices=voices))
    for layer in lost:
        offered = [voice for voice in SUBSTITUTES.get(layer.role, ()) if _is_welcome(voice, layer.role, intent)]
        if offered and not any(other.role == layer.role for other in layers):
            layers.append(_taken_over(layer, offered[0]))
    return layers


def _is_welcome(voice: str, role: Role, intent: Intent) -> bool:
    return voice not in intent.without and not (voice in intent.not_soloing and role in ("melody", "counter"))


def _assign_instrument(layers: list[Layer], asked: RequestedInstrument, taken: set[int]) -> list[Layer]:
    """Give the asked voice the first of its roles that nobody asked for has; it plays from the start.

    `taken`: the places of layers that were given away, to which this one is added.
    """
    for role in asked.roles:
        for place, layer in enumerate(layers):
            if layer.role == role and place not in taken:
                taken.add(place)
                return [*layers[:place], _taken_over(layer, asked.voice), *layers[place + 1 :]]
    taken.add(len(layers))
    return [*layers, _taken_over(LINES[asked.roles[0]], asked.voice)]


def _taken_over(layer: Layer, voice: str) -> Layer:
    """The layer with another voice, in a register where it sounds like itself.

    A voice that is named like the role is whoever has it already.
    """
    entered = min(layer.enters_at, ENTERS_AT_MOST)
    if voice == layer.role and layer.voices:
        return replace(layer, enters_at=entered)
    # A distorted part stays driven only for the guitars it was written for.
    drive = layer.drive if "guitar" in voice else 0.0
    voicing = "power" if voice == "bagpipe" else layer.voicing if drive else "" if layer.drive else layer.voicing
    return replace(
        layer,
        voices=(voice,),
        enters_at=entered,
        drive=drive,
        voicing=voicing,
        low=comfortable_low(voice, layer.role, layer.low),
    )


def _balanced(layer: Layer, balance: tuple[tuple[str, float], ...]) -> Layer:
    change = sum(
        db for target, db in balance if target == layer.role or set(layer.voices) <= {target, *FAMILIES.get(target, ())}
    )
    return replace(layer, level_db=layer.level_db + change) if change else layer
