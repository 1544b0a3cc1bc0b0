"""Lowest and highest note of instruments (MIDI), as orchestration books have them; electronic voices have no range."""

from __future__ import annotations

RANGES: dict[str, tuple[int, int]] = {
    # bowed and plucked strings
    "violin": (55, 100), "fiddle": (55, 93), "cello": (36, 76), "cello_low": (36, 76), "contrabass": (28, 60),
    "contrabass_pizz": (28, 60), "pizzicato": (36, 96), "harp": (24, 103), "kora": (41, 84), "sitar": (48, 84),
    "banjo": (48, 84),
    # guitars and basses
    "nylon": (40, 83), "steel": (40, 84), "clean_guitar": (40, 86), "jazz_guitar": (40, 84), "muted_guitar": (40, 84),
    "lead_guitar": (40, 88), "power_guitar": (40, 76), "finger_bass": (28, 62), "pick_bass": (28, 62),
    "slap_bass": (28, 62), "upright_bass": (28, 60),
    # winds
    "flute": (60, 96), "whistle": (74, 98), "clarinet": (50, 91), "oboe": (58, 91), "sax": (49, 81),
    "trumpet": (55, 82), "muted_trumpet": (55, 82), "horn": (41, 77), "harmonica": (60, 96), "melodica": (53, 89),
    # keys and struck
    "piano": (21, 108), "marimba": (45, 96), "vibraphone": (53, 89), "kalimba": (60, 88), "glock": (79, 108),
    "music_box": (60, 96), "bells": (60, 108),
    # voices
    "voice_ooh": (48, 84), "choir": (43, 81),
}  # fmt: skip
