"""Registers: where instruments are at home, and a player's part where its instrument sounds."""

from __future__ import annotations

from dataclasses import replace

from models.sketch.score import Note
from models.sketch.styles import Layer, Role
from models.sketch.synth.ranges import RANGES

# (lowest, highest) bottom of a part, MIDI: a part spans an octave and a half upwards.
_REGISTERS: dict[str, tuple[int, int]] = {
    "violin": (55, 69), "fiddle": (55, 69), "viola": (48, 58), "cello": (40, 48), "cello_low": (36, 43),
    "contrabass": (28, 36), "contrabass_pizz": (28, 38), "strings": (48, 64), "staccato_strings": (48, 64),
    "tremolo_strings": (48, 62), "pizzicato": (48, 64), "flute": (60, 72), "piccolo": (72, 79), "recorder": (65, 74),
    "pan_flute": (60, 70), "whistle": (67, 76), "ocarina": (65, 74), "shakuhachi": (58, 67), "clarinet": (50, 64),
    "oboe": (58, 67), "english_horn": (52, 60), "bassoon": (36, 46), "shanai": (60, 68), "bagpipe": (58, 65),
    "sax": (49, 62), "soprano_sax": (57, 66), "alto_sax": (52, 61), "tenor_sax": (46, 56), "baritone_sax": (38, 46),
    "harmonica": (60, 69), "melodica": (58, 68), "accordion": (53, 65), "bandoneon": (50, 64), "trumpet": (55, 64),
    "muted_trumpet": (55, 66), "trombone": (41, 50), "tuba": (28, 36), "horn": (43, 55), "brass": (48, 60),
    "choir": (50, 58), "voice_ooh": (57, 67), "lead_guitar": (50, 65), "power_guitar": (40, 45),
    "clean_guitar": (45, 60), "crunch_guitar": (40, 60), "jazz_guitar": (45, 60), "muted_guitar": (50, 60),
    "nylon": (45, 62), "steel": (45, 62),
    "twelve_string": (45, 60), "ukulele": (60, 67), "mandolin": (55, 67), "banjo": (50, 62), "harp": (45, 66),
    "sitar": (50, 62), "kora": (53, 65), "koto": (53, 65), "shamisen": (53, 64), "dulcimer": (55, 67),
    "piano": (45, 69), "felt_piano": (48, 69), "honky_tonk": (48, 69), "epiano": (48, 66), "wurli": (48, 64),
    "harpsichord": (48, 65), "clavinet": (48, 60), "celesta": (65, 76), "organ": (48, 64), "church_organ": (45, 62),
    "percussive_organ": (48, 64), "marimba": (48, 65), "xylophone": (65, 76), "vibraphone": (53, 65),
    "kalimba": (57, 67), "glock": (72, 84), "music_box": (67, 76), "bells": (65, 77), "tubular_bells": (60, 67),
    "steel_drums": (57, 67),
}  # fmt: skip
_BASS_REGISTERS: dict[str, tuple[int, int]] = {
    "tuba": (26, 34), "bassoon": (34, 40), "cello": (36, 43), "trombone": (36, 43), "baritone_sax": (36, 43),
    "bass_808": (28, 34), "sub_bass": (28, 34), "growl": (28, 34), "contrabass": (28, 36),
}  # fmt: skip
BASSES = frozenset(
    {"bass", "finger_bass", "pick_bass", "slap_bass", "upright_bass", "fretless_bass", "sub_bass", "bass_808",
     "saw_bass", "synth_bass", "acid_bass", "growl", "reese", "contrabass", "contrabass_pizz", "chip_triangle"}
)  # fmt: skip
_BASS = (28, 38)

# Semitones that a role needs above the bottom of its register.
NEEDS: dict[Role, int] = {"bass": 14, "chords": 20, "arp": 22, "pad": 20, "melody": 21, "counter": 19}
# A part of each role for a voice that a style has no part for.
LINES: dict[Role, Layer] = {
    "bass": Layer("bass", (), ("R-------5---a---", "R---r---5---a---"), 0.0, -3.0, 33, reverb=0.08),
    "chords": Layer("chords", (), ("X-------x-------", "X---..x-X---..x-"), 0.0, -5.0, 53, -0.15, 0.25),
    "arp": Layer("arp", (), ("0-..1-..2-..1-..", "0-..2-..1-..2-.."), 0.0, -6.0, 57, 0.25, 0.25),
    "pad": Layer("pad", (), ("X---------------",), 0.0, -7.0, 53, 0.1, 0.4),
    "melody": Layer("melody", (), (), 0.0, -3.0, 64, 0.08, 0.3),
    "counter": Layer("counter", (), (), 0.0, -6.0, 60, -0.3, 0.3),
}


def comfortable_low(voice: str, role: Role, low: int) -> int:
    """`low`, or the nearest bottom of a part (MIDI) that lies well for the voice."""
    if role == "bass":
        lowest, highest = _BASS_REGISTERS.get(voice, _BASS)
    else:
        lowest, highest = _REGISTERS.get(voice, (low, low))
    return min(max(low, lowest), highest)


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
