"""What leaving something out takes away: the voices of a family, a role of the band."""

from __future__ import annotations

_GUITARS_ELECTRIC = ("clean_guitar", "crunch_guitar", "jazz_guitar", "muted_guitar", "lead_guitar", "power_guitar")
_GUITARS_ACOUSTIC = ("nylon", "steel", "twelve_string")
_SAXES = ("sax", "soprano_sax", "alto_sax", "tenor_sax", "baritone_sax")
_BRASS = ("trumpet", "muted_trumpet", "trombone", "tuba", "horn", "brass", "brass_stab")
_SYNTHS = (
    "warm_pad", "glass_pad", "dark_pad", "supersaw", "stab", "brass_synth", "pluck_synth", "saw_lead", "square_lead",
    "saw_bass", "synth_bass", "acid_bass", "reese", "growl",
)  # fmt: skip
_VOICES = ("voice_ooh", "choir")
_STRINGS = (
    "violin", "viola", "fiddle", "cello", "cello_low", "strings", "staccato_strings", "tremolo_strings", "pizzicato",
)  # fmt: skip
_FLUTES = ("flute", "piccolo", "recorder", "pan_flute", "whistle", "shakuhachi", "ocarina")

# What leaving a word's instrument out takes away, where it is more than its own voice.
FAMILIES: dict[str, tuple[str, ...]] = {
    "guitar": (*_GUITARS_ACOUSTIC, *_GUITARS_ELECTRIC),
    "electric guitar": _GUITARS_ELECTRIC,
    "distorted guitar": ("lead_guitar", "power_guitar"),
    "heavy guitar": ("lead_guitar", "power_guitar"),
    "acoustic guitar": _GUITARS_ACOUSTIC,
    "piano": ("piano", "felt_piano", "honky_tonk", "epiano", "wurli"),
    "keyboard": ("piano", "felt_piano", "honky_tonk", "epiano", "wurli", "organ", "rock_organ", "clavinet"),
    "electric piano": ("epiano", "wurli"),
    "organ": ("organ", "rock_organ", "organ_stab", "church_organ", "percussive_organ"),
    "hammond": ("organ", "rock_organ", "organ_stab", "percussive_organ"),
    "strings": _STRINGS,
    "orchestra": (*_STRINGS, *_BRASS, *_FLUTES, "clarinet", "oboe", "english_horn", "bassoon", "contrabass"),
    "violin": ("violin", "fiddle"),
    "cello": ("cello", "cello_low"),
    "trumpet": ("trumpet", "muted_trumpet"),
    "brass": _BRASS,
    "horns": (*_BRASS, *_SAXES),
    "woodwinds": (*_FLUTES, *_SAXES, "clarinet", "oboe", "english_horn", "bassoon"),
    "sax": _SAXES,
    "saxophone": _SAXES,
    "flute": ("flute", "pan_flute", "whistle", "piccolo"),
    "bells": ("bells", "glock", "tubular_bells"),
    "choir": ("choir",),
    "vocals": _VOICES,
    "voice": _VOICES,
    "vocal": _VOICES,
    "singing": _VOICES,
    "singer": _VOICES,
    "synth": _SYNTHS,
    "synthesizer": _SYNTHS,
    "pads": ("warm_pad", "glass_pad", "dark_pad"),
    "808": ("bass_808",),
}
VOCAL_VOICES = frozenset(_VOICES)

# What can be left out that is no instrument: roles of the band.
ROLE_WORDS: dict[str, str] = {
    "melody": "melody", "melodies": "melody", "tune": "melody", "lead melody": "melody", "chords": "chords",
    "arpeggio": "arp", "arpeggios": "arp", "arp": "arp",
}  # fmt: skip
DISTORTION: tuple[str, ...] = ("distortion", "distorted sounds", "overdrive", "fuzz")
"""Left out with the guitars that are distorted."""
LYRICS: tuple[str, ...] = ("lyrics", "words", "rapping", "vocal samples")
"""Left out with the voices, unless voices are asked for."""
