"""Exactly these players: a soloist, a duo or an ensemble without a band behind it."""

from __future__ import annotations

from dataclasses import replace

from models.sketch.intent import RequestedInstrument
from models.sketch.registers import BASSES, LINES, comfortable_low
from models.sketch.styles import Layer, Role, Style

# Who can play chords and a melody at once.
KEYS = frozenset(
    {"piano", "felt_piano", "honky_tonk", "epiano", "wurli", "harpsichord", "clavinet", "celesta", "organ",
     "rock_organ", "church_organ", "percussive_organ", "accordion", "bandoneon", "marimba", "xylophone", "vibraphone",
     "kalimba", "glock", "music_box", "bells", "tubular_bells", "steel_drums"}
)  # fmt: skip
PLUCKED = frozenset(
    {"nylon", "steel", "twelve_string", "clean_guitar", "jazz_guitar", "muted_guitar", "ukulele", "mandolin", "banjo",
     "harp", "kora", "koto", "shamisen", "dulcimer"}
)  # fmt: skip
# Several who play or sing together: chords, and a melody over them.
SECTIONS = frozenset(
    {"strings", "staccato_strings", "tremolo_strings", "pizzicato", "brass", "choir", "saw_lead", "supersaw",
     "pluck_synth", "stab", "square_lead"}
)  # fmt: skip
HARMONY: tuple[Role, ...] = ("chords", "arp", "pad")
# With the root below: for whoever has no bass player.
ACCOMPANIMENTS = {"keys": ("b-1-2-1-f-1-2-1-", "b---x---f---x-x-"), "plucked": ("b-1-2-1-f-1-3-1-", "b-2-1-2-f-2-1-2-")}
LONG_NOTES = ("0---1---2---1---", "0-------2---1---")  # of one line within the harmony
SECTION_PATTERNS = ("X-------X-------", "X---------------")


def exact_layers(style: Style, instruments: tuple[RequestedInstrument, ...]) -> list[Layer]:
    """A layer for each instrument, in the first of its roles that is free, and a second where one would be missing:
    whoever can plays the melody beside the chords, or the chords below the melody. All play from start to end."""
    layers: list[Layer] = []
    for asked in _with_a_leader(instruments):
        taken = {layer.role for layer in layers}
        role = next((role for role in asked.roles if role not in taken), None) or _free_role(asked, taken)
        layers.append(_layer(style, role, asked.voice))
    has_bass = any(layer.role == "bass" for layer in layers)
    layers = [layer if has_bass else _with_bass_notes(layer) for layer in layers]
    roles = {layer.role for layer in layers}
    for asked in instruments:
        missing = _second_role(asked, roles)
        if missing is not None:
            added = _layer(style, missing, asked.voice)
            layers.append(added if has_bass else _with_bass_notes(added))
            roles.add(missing)
    return layers


def _with_a_leader(instruments: tuple[RequestedInstrument, ...]) -> tuple[RequestedInstrument, ...]:
    """Where nobody would rather have the melody than anything else, the first who plays one line at a time has it."""
    if any(asked.roles[0] == "melody" for asked in instruments):
        return instruments
    polyphonic = KEYS | PLUCKED | SECTIONS
    leader = next((a for a in instruments if "melody" in a.roles and a.voice not in polyphonic), None)
    return tuple(replace(asked, roles=("melody",)) if asked is leader else asked for asked in instruments)


def _free_role(asked: RequestedInstrument, taken: set[Role]) -> Role:
    """A role for whoever finds all of theirs taken: another line where one is free, else one beside the first."""
    lines: tuple[Role, ...] = ("counter", "arp", "pad") if asked.voice not in BASSES else ()
    return next((role for role in lines if role not in taken), asked.roles[0])


def _second_role(asked: RequestedInstrument, roles: set[Role]) -> Role | None:
    """What this player adds to an ensemble that lacks a melody or chords."""
    alone = asked.voice in KEYS | PLUCKED | SECTIONS
    if "melody" not in roles and (alone or "melody" in asked.roles):
        return "melody"
    if alone and not roles & set(HARMONY) and "chords" in asked.roles + ("chords",) * (asked.voice in KEYS | PLUCKED):
        return "chords"
    return "pad" if asked.voice in SECTIONS and not roles & set(HARMONY) else None


def _layer(style: Style, role: Role, voice: str) -> Layer:
    """The style's own part of this role, or a plain one, for the voice."""
    own = next((layer for layer in style.layers if layer.role == role), LINES[role])
    if voice == role:  # whoever it is in the style
        return replace(own, enters_at=0.0) if own.voices else replace(own, voices=("finger_bass",), enters_at=0.0)
    singable = voice in KEYS | PLUCKED | SECTIONS or role in ("melody", "counter", "bass")
    model = own if singable or _is_pad(voice) or voice == "power_guitar" else LINES[role]
    layer = replace(
        model,
        voices=(voice,),
        enters_at=0.0,
        drive=model.drive if "guitar" in voice and voice not in PLUCKED else 0.0,
        voicing="power" if voice == "bagpipe" else model.voicing if voice == "power_guitar" else "",
        low=comfortable_low(voice, role, model.low),
        ducks=0.0,
    )
    if not singable and role in HARMONY and not _is_pad(voice) and voice not in ("power_guitar", "bagpipe"):
        return replace(layer, patterns=LONG_NOTES)  # one note at a time
    if voice in SECTIONS and role == "pad":
        return replace(layer, patterns=SECTION_PATTERNS)
    return layer


def _is_pad(voice: str) -> bool:
    return voice.endswith("_pad") or voice == "tanpura"


def _with_bass_notes(layer: Layer) -> Layer:
    """Chords with the roots below them, where nobody else plays those."""
    (voice,) = layer.voices if len(layer.voices) == 1 else ("",)
    if layer.role not in ("chords", "arp") or any("b" in pattern for pattern in layer.patterns):
        return layer
    if voice in KEYS:
        return replace(layer, patterns=ACCOMPANIMENTS["keys"])
    return replace(layer, patterns=ACCOMPANIMENTS["plucked"]) if voice in PLUCKED else layer
