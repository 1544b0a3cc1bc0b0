"""The drum kits: which drums each has and where they stand. Those of acoustic styles are recorded."""

from __future__ import annotations

from dataclasses import replace

from aural.theory.keys import Key
from models.sketch.synth.kit import Block, Burst, Drum, Metal, Skin, Snare
from models.sketch.synth.sampled import SampledDrum

# Seen from the audience, -1 left .. 1 right. What is not named stands in the middle.
PAN = {
    "hat": 0.3, "open": 0.3, "ride": -0.35, "crash": -0.4, "cymbal": 0.3, "tom1": 0.35, "tom2": 0.0, "tom3": -0.4,
    "shaker": -0.45, "tamb": 0.45, "conga_hi": 0.4, "conga_lo": 0.25, "cowbell": -0.3, "clave": -0.4, "perc": -0.35,
    "brush": 0.15, "brush_tap": 0.1, "taiko_hi": 0.4, "taiko_lo": -0.1, "timpani": -0.2, "drum_hi": 0.3,
    "drum_lo": -0.15, "rim": 0.1, "castanets": 0.35, "woodblock": -0.3, "agogo_hi": 0.4, "agogo_lo": 0.3,
    "timbale_hi": -0.35, "timbale_lo": -0.2, "bongo_hi": 0.4, "bongo_lo": 0.25, "palmas": -0.25, "sleigh_bells": 0.4,
    "maracas": 0.45, "cabasa": -0.45, "triangle": 0.5, "conga_slap": 0.4, "tabla_hi": 0.25, "tabla_lo": -0.15,
    "concert_bass_drum": -0.1, "snare_roll": 0.1,
}  # fmt: skip
# Share of each piece that goes to the reverb; .12 where not named.
ROOM = {
    "kick": 0.02, "snare": 0.22, "clap": 0.3, "rim": 0.25, "taiko_lo": 0.4, "taiko_hi": 0.4, "timpani": 0.4,
    "cymbal": 0.3, "hat": 0.06, "open": 0.08, "concert_bass_drum": 0.4, "snare_roll": 0.3, "palmas": 0.25,
}  # fmt: skip


def _standard(key: int, level: float = 1.0, cents: int = 0) -> SampledDrum:
    return SampledDrum("standard_kit", key, level, cents)


# What a percussionist adds to any kit but the chips'.
_HAND: dict[str, Drum] = {
    "castanets": _standard(85, 0.7),
    "woodblock": _standard(76, 0.7),
    "agogo_hi": _standard(67, 0.6),
    "agogo_lo": _standard(68, 0.6),
    "timbale_hi": _standard(65, 0.7),
    "timbale_lo": _standard(66, 0.8),
    "bongo_hi": _standard(60, 0.9),
    "bongo_lo": _standard(61, 0.95),
    "conga_slap": _standard(62, 1.1),
    "palmas": _standard(39, 0.7, cents=250),
    "sleigh_bells": _standard(83, 0.5),
    "maracas": _standard(70, 0.6),
    "cabasa": _standard(69, 0.6),
    "triangle": _standard(81, 0.4),
    "tabla_hi": _standard(60, 0.7, cents=400),
    "tabla_lo": _standard(64, 0.8, cents=-500),
}
_PERCUSSION: dict[str, Drum] = {
    **_HAND,
    "shaker": _standard(82, 0.45),
    "tamb": _standard(54, 0.4),
    "conga_hi": _standard(63, 1.1),
    "conga_lo": _standard(64, 1.15),
    "cowbell": _standard(56, 0.6),
    "clave": _standard(75, 0.5),
    "rim": _standard(37, 0.7),
    "clap": _standard(39, 0.75),
    "perc": _standard(77, 0.6),
    "brush_tap": SampledDrum("brush_kit", 38, 0.6),
    "brush": SampledDrum("brush_kit", 40, 0.6),
    "crash": _standard(49, 0.5),
    "ride": _standard(51, 0.55),
    "tom1": _standard(50, 1.3),
    "tom2": _standard(47, 1.25),
    "tom3": _standard(43, 1.2),
}
_HATS: dict[str, Drum] = {"hat": _standard(42, 0.36), "open": _standard(46, 0.42)}
_ACOUSTIC: dict[str, Drum] = {**_PERCUSSION, **_HATS, "kick": _standard(36, 1.15), "snare": _standard(38)}
_POWER: dict[str, Drum] = {
    **_ACOUSTIC,
    "kick": SampledDrum("power_kit", 36),
    "snare": SampledDrum("power_kit", 38, 1.05),
    "tom1": SampledDrum("power_kit", 48, 1.1),
    "tom2": SampledDrum("power_kit", 45, 1.1),
    "tom3": SampledDrum("power_kit", 43, 1.2),
}
_SKINS_OF_THE_WORLD: dict[str, Drum] = {
    "drum_lo": _standard(86, 1.4, cents=300),
    "drum_hi": _standard(60, 1.1),
}

_SYNTHESISED: dict[str, Drum] = {
    "shaker": Burst((5500, 14000), 0.028, attack_s=0.014, level=0.55),
    "tamb": Metal(900, (6500, 15900), 0.07, 0.6, level=0.4),
    "conga_hi": Skin(245, 290, 0.02, 0.11, 0.35, (800, 4000), mode=0.35, level=0.6),
    "conga_lo": Skin(165, 195, 0.025, 0.15, 0.25, (600, 3000), mode=0.3, level=0.7),
    "cowbell": Block(((587, 0.7), (845, 0.7), (1690, 0.2)), 0.09, level=0.4),
    "clave": Block(((2450, 1.0), (3900, 0.15)), 0.028, level=0.4),
    "rim": Block(((1720, 0.7), (480, 0.6), (2900, 0.3)), 0.018, 0.3, level=0.6),
    "clap": Burst((900, 6500), 0.06, repeats=4, level=0.75),
    "perc": Block(((930, 0.8), (1410, 0.5)), 0.035, level=0.45),
    "brush_tap": Burst((1200, 9000), 0.045, attack_s=0.004, level=0.5),
    "brush": Burst((1500, 9000), 0.13, attack_s=0.06, level=0.4),
    "crash": Metal(310, (3500, 15900), 0.55, 0.55, level=0.6),
    "ride": Metal(390, (4500, 15900), 0.2, 0.3, level=0.55),
    "tom1": Skin(170, 230, 0.05, 0.16, 0.25, mode=0.25, level=0.8),
    "tom2": Skin(125, 175, 0.05, 0.2, 0.25, mode=0.25, level=0.85),
    "tom3": Skin(88, 128, 0.06, 0.25, 0.25, mode=0.25, level=0.9),
}
_ELECTRO: dict[str, Drum] = {
    **_HAND,
    **_SYNTHESISED,
    "hat": Metal(520, (7500, 15900), 0.026, 0.4, level=0.75),
    "open": Metal(520, (7000, 15900), 0.12, 0.4, level=0.65),
    "kick": Skin(49, 230, 0.026, 0.16, 0.3, drive=0.8),
    "snare": Snare(185, 0.08, 0.5, (1500, 14000), 0.13, 0.6),
    "clap": Burst((1000, 8000), 0.08, repeats=4, level=0.8),
}

KITS: dict[str, dict[str, Drum]] = {
    "acoustic": _ACOUSTIC,
    "folk": {**_ACOUSTIC, "kick": SampledDrum("jazz_kit", 36, 0.9), "clap": _standard(39, 0.45)},
    "rock": _POWER,
    "metal": {
        **_POWER,
        # A clicking kick and a driven snare, as the style's amplifiers have them.
        "kick": Skin(56, 190, 0.012, 0.08, 1.0, (2500, 8000), drive=0.8),
        "snare": SampledDrum("power_kit", 40),
    },
    "pop": {**_ACOUSTIC, "kick": SampledDrum("room_kit", 36, 1.25), "snare": _standard(40, 1.1)},
    "jazz": {
        **_ACOUSTIC,
        "kick": SampledDrum("jazz_kit", 36, 0.9),
        "snare": SampledDrum("jazz_kit", 38, 0.85),
        "ride": _standard(51, 0.7),
    },
    "soul": {**_ACOUSTIC, "snare": SampledDrum("jazz_kit", 40, 0.9)},
    "reggae": {**_ACOUSTIC, "snare": _standard(40, 0.9, cents=300)},
    "disco": {**_ACOUSTIC, "kick": SampledDrum("room_kit", 36, 1.25), "open": _standard(46, 0.38, cents=100)},
    "latin": {**_ACOUSTIC, **_SKINS_OF_THE_WORLD, "kick": SampledDrum("jazz_kit", 36, 0.9)},
    "world": {**_PERCUSSION, **_HATS, **_SKINS_OF_THE_WORLD},
    "orchestra": {
        **_PERCUSSION,
        "taiko_lo": _standard(87, 1.4),
        "taiko_hi": _standard(86, 1.4, cents=400),
        "timpani": SampledDrum("timpani", 43, 2.6, tuned=True),
        "cymbal": SampledDrum("orchestra_kit", 57, 0.5),
        "snare": SampledDrum("orchestra_kit", 38, 0.6),
        "snare_roll": SampledDrum("marching_kit", 48, 0.8),
        "concert_bass_drum": SampledDrum("orchestra_kit", 36, 1.0),
    },
    "soft": {
        **_HAND,
        **_SYNTHESISED,
        "kick": Skin(52, 75, 0.03, 0.16, 0.05, (300, 1200)),
        "shaker": Burst((4500, 12000), 0.05, attack_s=0.03, level=0.3),
    },
    "hiphop": {
        **_ELECTRO,
        "kick": Skin(50, 150, 0.028, 0.2, 0.35, drive=0.9),
        "snare": Snare(190, 0.07, 0.6, (1200, 11000), 0.11, 0.6, drive=0.6),
    },
    "lofi": {
        **_ACOUSTIC,
        "kick": Skin(56, 115, 0.025, 0.13, 0.15, (500, 2500), drive=0.5),
        "snare": SampledDrum("jazz_kit", 40, 0.85),
    },
    "electro": _ELECTRO,
    "house": {**_ELECTRO, "kick": Skin(50, 220, 0.024, 0.17, 0.35, drive=0.6)},
    "techno": {**_ELECTRO, "kick": Skin(47, 260, 0.03, 0.19, 0.4, drive=1.6)},
    "dnb": {
        **_ELECTRO,
        "kick": Skin(56, 210, 0.018, 0.1, 0.5, drive=0.8),
        "snare": Snare(215, 0.07, 0.6, (1400, 14000), 0.12, 0.7, drive=0.7),
        "ride": Metal(430, (5500, 15900), 0.12, 0.3, level=0.4),
    },
    "eighties": {
        **_ELECTRO,
        "kick": Skin(54, 170, 0.024, 0.14, 0.4, drive=0.5),
        "snare": Snare(175, 0.11, 0.6, (1200, 12000), 0.24, 0.75, drive=0.4),
        "tom2": Skin(105, 210, 0.08, 0.25, 0.2),
    },
    "chip": {
        "kick": Skin(60, 420, 0.02, 0.07, 0.0, drive=2.5, level=0.7),
        "snare": Burst((800, 15900), 0.05, level=1.0),
        "hat": Burst((7000, 15900), 0.014, level=0.6),
        "crash": Burst((3000, 15900), 0.22, level=0.6),
    },
}


def tuned_kit(name: str, key: Key) -> dict[str, Drum]:
    """A kit whose tuned drums sound the tonic of `key`."""
    return {piece: _tuned(drum, key) for piece, drum in KITS[name].items()}


def _tuned(drum: Drum, key: Key) -> Drum:
    """The tonic nearest to the drum's own pitch."""
    if not isinstance(drum, SampledDrum) or not drum.tuned:
        return drum
    return replace(
        drum, key=min((octave + key.tonic for octave in (24, 36, 48)), key=lambda midi: abs(midi - drum.key))
    )
