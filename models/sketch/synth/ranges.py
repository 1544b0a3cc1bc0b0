"""What can be played: the range of every voice, who plays one note at a time, and who strums.

Ranges are of sounding pitch, both ends included: the practical ones of Adler, The Study of Orchestration, and of
Piston, Orchestration, for what is in an orchestra, and those of the instruments' usual sizes for the others. A
synthesiser's are where its patch is of use.
"""

from __future__ import annotations

RANGES: dict[str, tuple[int, int]] = {
    # keys
    "piano": (21, 108), "felt_piano": (21, 108), "honky_tonk": (21, 108), "epiano": (28, 100), "wurli": (33, 96),
    "harpsichord": (29, 89), "clavinet": (29, 88), "celesta": (60, 108), "glock": (79, 108), "music_box": (60, 96),
    "vibraphone": (53, 89), "marimba": (45, 96), "xylophone": (65, 108), "kalimba": (60, 88), "dulcimer": (50, 86),
    "tubular_bells": (60, 77), "steel_drums": (55, 84), "bells": (60, 108), "organ": (36, 96), "rock_organ": (36, 96),
    "percussive_organ": (36, 96), "church_organ": (36, 96), "organ_stab": (36, 96), "accordion": (53, 93),
    "bandoneon": (48, 83), "melodica": (53, 89), "harmonica": (60, 96),
    # plucked
    "nylon": (40, 83), "steel": (40, 84), "twelve_string": (40, 84), "clean_guitar": (40, 86), "crunch_guitar": (40,
    86), "jazz_guitar": (40, 84),
    "muted_guitar": (40, 84), "lead_guitar": (40, 88), "power_guitar": (40, 76), "ukulele": (60, 81),
    "mandolin": (55, 88), "banjo": (48, 84), "harp": (24, 103), "kora": (41, 84), "sitar": (48, 84),
    "tanpura": (36, 67), "koto": (50, 86), "shamisen": (50, 81), "pizzicato": (36, 96),
    # bass
    "finger_bass": (28, 62), "pick_bass": (28, 62), "slap_bass": (28, 62), "fretless_bass": (28, 62),
    "upright_bass": (28, 60), "contrabass_pizz": (28, 60), "sub_bass": (24, 60), "bass_808": (24, 60),
    "saw_bass": (24, 64), "synth_bass": (24, 64), "acid_bass": (24, 67), "growl": (24, 64), "reese": (24, 60),
    "chip_triangle": (28, 84),
    # bowed and sung
    "violin": (55, 94), "fiddle": (55, 93), "viola": (48, 88), "cello": (36, 76), "cello_low": (36, 76),
    "contrabass": (28, 60), "strings": (28, 96), "tremolo_strings": (28, 96), "staccato_strings": (28, 96),
    "choir": (43, 81), "voice_ooh": (48, 84),
    # blown
    "flute": (60, 96), "piccolo": (74, 108), "recorder": (72, 98), "pan_flute": (55, 91), "whistle": (74, 98),
    "ocarina": (69, 89), "shakuhachi": (62, 88), "oboe": (58, 91), "english_horn": (52, 81), "bassoon": (34, 75),
    "clarinet": (50, 91), "soprano_sax": (56, 87), "alto_sax": (49, 80), "sax": (49, 81), "tenor_sax": (44, 75),
    "baritone_sax": (36, 68), "bagpipe": (55, 81), "shanai": (60, 84), "trumpet": (55, 82), "muted_trumpet": (55, 82),
    "trombone": (40, 72), "tuba": (28, 58), "horn": (41, 77), "brass": (41, 82), "brass_stab": (41, 82),
    # synthesisers
    "warm_pad": (36, 88), "glass_pad": (48, 96), "dark_pad": (36, 84), "supersaw": (36, 96), "stab": (36, 88),
    "brass_synth": (36, 88), "pluck_synth": (36, 100), "saw_lead": (48, 100), "square_lead": (48, 100),
    "chip_square": (48, 108), "chip_pulse25": (48, 108), "chip_pulse12": (48, 108),
}  # fmt: skip

MONOPHONIC = frozenset({
    "violin", "fiddle", "viola", "cello", "cello_low", "contrabass", "voice_ooh", "flute", "piccolo", "recorder",
    "pan_flute", "whistle", "ocarina", "shakuhachi", "oboe", "english_horn", "bassoon", "clarinet", "soprano_sax",
    "alto_sax", "sax", "tenor_sax", "baritone_sax", "bagpipe", "shanai", "trumpet", "muted_trumpet", "trombone", "tuba",
    "horn", "harmonica", "melodica", "finger_bass", "pick_bass", "slap_bass", "fretless_bass", "upright_bass",
    "contrabass_pizz", "sub_bass", "bass_808", "saw_bass", "synth_bass", "acid_bass", "growl", "reese", "chip_triangle",
    "saw_lead", "square_lead", "chip_square", "lead_guitar",
})  # fmt: skip
"""One note at a time."""

STRUMMED = frozenset({
    "nylon", "steel", "twelve_string", "clean_guitar", "crunch_guitar", "jazz_guitar", "muted_guitar", "power_guitar",
    "ukulele",
    "mandolin", "banjo",
})  # fmt: skip
"""Fretted strings that play chords: at most one note a string, one after the other."""
