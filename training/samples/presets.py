"""Which presets of FluidR3Mono_GM are shipped, under which names, and how densely their keys stay sampled."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Cut:
    """A preset of the font.

    `low`, `high`: the keys that are needed. `gap`: recordings that lie fewer semitones above the last one kept are left
    out, and their neighbours play their keys. `tuned`: each recording is brought to the pitch that it should have; not
    where a preset is out of tune on purpose, or has no pitch that could be measured.
    """

    bank: int
    program: int
    low: int = 0
    high: int = 127
    gap: int = 1
    tuned: bool = True


@dataclass(frozen=True)
class Kit:
    """A drum kit of the font, and the keys that are needed of it."""

    program: int
    keys: tuple[int, ...]


FAMILIES: dict[str, dict[str, Cut | Kit]] = {
    "keys": {
        "grand": Cut(0, 0, 24, 106),
        "honky_tonk": Cut(0, 3, 24, 106, tuned=False),
        "rhodes": Cut(0, 4, 28, 100),
        "wurlitzer": Cut(0, 5, 33, 96, gap=6),
        "harpsichord": Cut(0, 6, 29, 89, gap=5),
        "clavinet": Cut(0, 7),
        "celesta": Cut(0, 8),
        "glockenspiel": Cut(0, 9, 79, 108, gap=4),
        "music_box": Cut(0, 10, 60, 96, gap=6),
        "vibraphone": Cut(0, 11, 53, 89),
        "marimba": Cut(0, 12),
        "xylophone": Cut(0, 13, 65, 108, gap=6),
        "tubular_bells": Cut(0, 14, tuned=False),
        "dulcimer": Cut(0, 15),
        "kalimba": Cut(0, 108),
        "steel_drums": Cut(0, 114),
        "drawbar_organ": Cut(0, 16),
        "percussive_organ": Cut(0, 17, 36, 96, gap=9),
        "rock_organ": Cut(0, 18, 36, 96, gap=7),
        "church_organ": Cut(0, 19, 36, 96, gap=8),
        "reed_organ": Cut(0, 20),
        "accordion": Cut(0, 21),
        "harmonica": Cut(0, 22),
        "bandoneon": Cut(0, 23, tuned=False),
    },
    "plucked": {
        "nylon_guitar": Cut(0, 24),
        "steel_guitar": Cut(0, 25),
        "jazz_guitar": Cut(0, 26),
        "clean_guitar": Cut(0, 27),
        "muted_guitar": Cut(0, 28),
        "twelve_string": Cut(8, 25, tuned=False),
        "mandolin": Cut(16, 25),
        "ukulele": Cut(8, 24),
        "banjo": Cut(0, 105),
        "harp": Cut(0, 46),
        "sitar": Cut(0, 104),
        "shamisen": Cut(0, 106),
        "koto": Cut(0, 107),
        "acoustic_bass": Cut(0, 32),
        "finger_bass": Cut(0, 33, 24, 62),
        "pick_bass": Cut(0, 34, 24, 62),
        "fretless_bass": Cut(0, 35, 24, 62, tuned=False),
        "slap_bass": Cut(0, 36, 24, 62),
    },
    "strings": {
        "violin": Cut(0, 40, 55, 100),
        "viola": Cut(0, 41, 48, 91, gap=5),
        "cello": Cut(0, 42, 36, 76, gap=5),
        "contrabass": Cut(0, 43, 24, 60, gap=3),
        "strings": Cut(0, 48, 28, 96, gap=4),
        "pizzicato": Cut(0, 45, 28, 96),
        "choir_aah": Cut(0, 52, 40, 84, gap=4),
        "voice_ooh": Cut(0, 53),
        "bagpipe": Cut(0, 109, tuned=False),
    },
    "winds": {
        "trumpet": Cut(0, 56),
        "muted_trumpet": Cut(0, 59),
        "trombone": Cut(0, 57),
        "tuba": Cut(0, 58),
        "french_horn": Cut(0, 60),
        "brass_section": Cut(0, 61, 41, 82, gap=7),
        "soprano_sax": Cut(0, 64, 56, 87, gap=5),
        "alto_sax": Cut(0, 65, 49, 80, gap=4),
        "tenor_sax": Cut(0, 66, 44, 81, gap=5),
        "baritone_sax": Cut(0, 67, 36, 69, gap=6),
        "oboe": Cut(0, 68),
        "english_horn": Cut(0, 69, gap=5),
        "bassoon": Cut(0, 70, gap=4),
        "clarinet": Cut(0, 71),
        "piccolo": Cut(0, 72),
        "flute": Cut(0, 73),
        "recorder": Cut(0, 74),
        "pan_flute": Cut(0, 75),
        "shakuhachi": Cut(0, 77),
        "whistle": Cut(0, 78),
        "ocarina": Cut(0, 79),
        "shanai": Cut(0, 111),
    },
    "drums": {
        "standard_kit": Kit(0, (
            36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 54, 56, 60, 61, 62, 63, 64, 65, 66, 67, 68,
            69, 70, 75, 76, 77, 81, 82, 83, 85, 86, 87,
        )),
        "power_kit": Kit(16, (36, 38, 40, 43, 45, 48)),
        "room_kit": Kit(8, (36,)),
        "jazz_kit": Kit(32, (36, 38, 40)),
        "brush_kit": Kit(40, (38, 39, 40)),
        "orchestra_kit": Kit(48, (36, 38, 57)),
        "marching_kit": Kit(56, (48, 50)),
        "timpani": Cut(0, 47, tuned=False),
    },
}  # fmt: skip
