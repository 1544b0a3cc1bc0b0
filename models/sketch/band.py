"""The band: a style's players, with what was asked for put in and what was not wanted left out."""

from __future__ import annotations

from dataclasses import replace

from models.sketch.intent import Intent, RequestedInstrument
from models.sketch.styles import Layer, Style

DRUMS = "drums"
SOLO_ROLES = ("chords", "melody", "bass")
FAMILIES: dict[str, tuple[str, ...]] = {
    "guitar": ("nylon", "steel", "clean_guitar", "jazz_guitar", "muted_guitar", "lead_guitar", "power_guitar",
               "banjo"),
    "piano": ("piano", "felt_piano", "epiano", "wurli"),
    "strings": ("violin", "fiddle", "cello", "cello_low", "strings", "staccato_strings", "pizzicato"),
    "brass": ("trumpet", "muted_trumpet", "horn", "brass", "brass_stab"),
    "voice": ("voice_ooh", "choir"),
    "organ": ("organ", "rock_organ", "organ_stab"),
    "synth": ("warm_pad", "glass_pad", "dark_pad", "supersaw", "stab", "brass_synth", "pluck_synth", "saw_lead",
              "square_lead", "saw_bass", "synth_bass", "acid_bass", "reese", "growl"),
    "flute": ("flute", "whistle"),
}  # fmt: skip


def players(style: Style, intent: Intent) -> list[Layer]:
    """The layers that play."""
    unwanted = {voice for family in intent.without for voice in FAMILIES.get(family, ())}
    layers = []
    for layer in style.layers:
        voices = tuple(voice for voice in layer.voices if voice not in unwanted)
        if voices and layer.role not in intent.without:
            layers.append(replace(layer, voices=voices))
    for asked in intent.instruments:
        if asked.voice != DRUMS:
            layers = _assign_instrument(layers, asked)
    if intent.solo and intent.instruments:
        layers = _solo_layers(layers, intent.instruments)
    return layers


def _assign_instrument(layers: list[Layer], asked: RequestedInstrument) -> list[Layer]:
    """Give the asked voice the first of its roles that the style has; it plays from the start."""
    for role in asked.roles:
        for index, layer in enumerate(layers):
            if layer.role == role:
                entered = min(layer.enters_at, 0.15)
                # A distorted part stays driven only for the guitars it was written for.
                drive = layer.drive if "guitar" in asked.voice else 0.0
                changed = replace(layer, voices=(asked.voice,), enters_at=entered, drive=drive)
                return [*layers[:index], changed, *layers[index + 1 :]]
    return [*layers, Layer(asked.roles[0], (asked.voice,), ("X-------x-------",), 0.0, -5.0, 55)]


def _solo_layers(layers: list[Layer], instruments: tuple[RequestedInstrument, ...]) -> list[Layer]:
    """Only the asked instruments: the first of them takes over chords and melody where nobody has them."""
    voices = {asked.voice for asked in instruments}
    kept = [layer for layer in layers if voices & set(layer.voices)]
    lead = instruments[0].voice
    for role in SOLO_ROLES[:2]:
        if not any(layer.role == role for layer in kept):
            model = next((layer for layer in layers if layer.role == role), None)
            if model is not None:
                kept.append(replace(model, voices=(lead,), enters_at=0.0, drive=0.0))
    return kept


def has_drums(intent: Intent) -> bool:
    """Whether a drummer plays at all."""
    return "drums" not in intent.without and (not intent.solo or wants_drums(intent))


def wants_drums(intent: Intent) -> bool:
    """Whether drums were asked for by name: then they play from the start."""
    return any(asked.voice == DRUMS for asked in intent.instruments)
