"""The drum kits: which drums each has and where they stand."""

from __future__ import annotations

from dataclasses import replace

from aural.theory.keys import Key
from models.sketch.synth.kit import Block, Burst, Drum, Metal, Skin, Snare
from models.sketch.synth.tone import midi_to_hz

# Seen from the audience, -1 left .. 1 right. What is not named stands in the middle.
PAN = {
    "hat": 0.3, "open": 0.3, "ride": -0.35, "crash": -0.4, "cymbal": 0.3, "tom1": 0.35, "tom2": 0.0, "tom3": -0.4,
    "shaker": -0.45, "tamb": 0.45, "conga_hi": 0.4, "conga_lo": 0.25, "cowbell": -0.3, "clave": -0.4, "perc": -0.35,
    "brush": 0.15, "brush_tap": 0.1, "taiko_hi": 0.4, "taiko_lo": -0.1, "timpani": -0.2, "drum_hi": 0.3,
    "drum_lo": -0.15, "rim": 0.1,
}  # fmt: skip
# Share of each piece that goes to the reverb; .12 where not named.
ROOM = {
    "kick": 0.02, "snare": 0.22, "clap": 0.3, "rim": 0.25, "taiko_lo": 0.4, "taiko_hi": 0.4, "timpani": 0.4,
    "cymbal": 0.3, "hat": 0.06, "open": 0.08,
}  # fmt: skip

_PERCUSSION: dict[str, Drum] = {
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
_HATS: dict[str, Drum] = {
    "hat": Metal(430, (6500, 15900), 0.03, 0.45, level=0.8),
    "open": Metal(430, (6000, 15900), 0.13, 0.45, level=0.7),
}
_ACOUSTIC: dict[str, Drum] = {
    **_PERCUSSION,
    **_HATS,
    "kick": Skin(58, 130, 0.022, 0.11, 0.35, (1200, 5000), mode=0.15),
    "snare": Snare(195, 0.06, 0.5, (1500, 11000), 0.1, 0.6),
}
_ELECTRO: dict[str, Drum] = {
    **_PERCUSSION,
    "hat": Metal(520, (7500, 15900), 0.026, 0.4, level=0.75),
    "open": Metal(520, (7000, 15900), 0.12, 0.4, level=0.65),
    "kick": Skin(49, 230, 0.026, 0.16, 0.3, drive=0.8),
    "snare": Snare(185, 0.08, 0.5, (1500, 14000), 0.13, 0.6),
    "clap": Burst((1000, 8000), 0.08, repeats=4, level=0.8),
}
_SKINS_OF_THE_WORLD: dict[str, Drum] = {
    "drum_lo": Skin(78, 105, 0.04, 0.24, 0.3, (500, 3000), mode=0.3),
    "drum_hi": Skin(225, 260, 0.015, 0.08, 0.45, (900, 5000), mode=0.45, level=0.7),
}

_WARM_KICK = Skin(54, 160, 0.02, 0.12, 0.45, drive=0.4)

KITS: dict[str, dict[str, Drum]] = {
    "acoustic": _ACOUSTIC,
    "folk": {
        **_ACOUSTIC,
        "kick": Skin(64, 95, 0.02, 0.1, 0.25, (600, 2500)),
        "clap": Burst((900, 5000), 0.04, repeats=3, level=0.4),
    },
    "rock": {
        **_ACOUSTIC,
        "kick": Skin(54, 150, 0.02, 0.12, 0.6, (1800, 6000), mode=0.1, drive=0.7),
        "snare": Snare(180, 0.09, 0.6, (1300, 12000), 0.16, 0.6, drive=0.5),
    },
    "metal": {
        **_ACOUSTIC,
        "kick": Skin(56, 190, 0.012, 0.08, 1.0, (2500, 8000), drive=0.8),
        "snare": Snare(205, 0.08, 0.6, (1500, 13000), 0.14, 0.7, drive=0.8),
    },
    "pop": {
        **_ACOUSTIC,
        "kick": Skin(52, 170, 0.022, 0.13, 0.4, drive=0.5),
        "snare": Snare(200, 0.08, 0.55, (1600, 14000), 0.15, 0.65, drive=0.3),
    },
    "jazz": {
        **_ACOUSTIC,
        "kick": Skin(68, 105, 0.02, 0.1, 0.15, (700, 2500), mode=0.2),
        "snare": Snare(215, 0.05, 0.35, (1800, 10000), 0.07, 0.5),
        "ride": Metal(410, (4500, 15900), 0.24, 0.22, level=0.65),
        "hat": Metal(400, (5500, 15900), 0.035, 0.5, level=0.7),
    },
    "soul": {
        **_ACOUSTIC,
        "kick": Skin(55, 120, 0.022, 0.12, 0.3, drive=0.4),
        "snare": Snare(175, 0.06, 0.5, (1300, 10000), 0.1, 0.6),
    },
    "reggae": {
        **_ACOUSTIC,
        "kick": Skin(52, 110, 0.025, 0.16, 0.2),
        "snare": Snare(260, 0.05, 0.6, (1800, 11000), 0.09, 0.5),
    },
    "disco": {**_ACOUSTIC, "kick": _WARM_KICK, "open": Metal(430, (6000, 15900), 0.09, 0.4, level=0.55)},
    "latin": {**_ACOUSTIC, **_SKINS_OF_THE_WORLD, "kick": Skin(60, 100, 0.02, 0.11, 0.2)},
    "world": {**_PERCUSSION, **_HATS, **_SKINS_OF_THE_WORLD},
    "orchestra": {
        **_PERCUSSION,
        "taiko_lo": Skin(58, 92, 0.05, 0.38, 0.35, (250, 1800), mode=0.35, drive=0.4),
        "taiko_hi": Skin(115, 160, 0.03, 0.18, 0.4, (400, 3000), mode=0.35, level=0.75),
        "timpani": Skin(82, 86, 0.03, 0.5, 0.15, (300, 1500), mode=0.3, level=0.8, tuned=True),
        "cymbal": Metal(290, (3000, 15900), 0.6, 0.7, attack_s=0.02, level=0.5),
        "snare": Snare(200, 0.05, 0.4, (1600, 11000), 0.1, 0.6, level=0.7),
    },
    "soft": {
        **_PERCUSSION,
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
        "snare": Snare(180, 0.06, 0.55, (900, 6500), 0.1, 0.55, drive=0.3),
        "hat": Metal(430, (4500, 10500), 0.026, 0.6, level=0.65),
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
    return {piece: _tuned(drum, key) if isinstance(drum, Skin) else drum for piece, drum in KITS[name].items()}


def _tuned(drum: Skin, key: Key) -> Skin:
    """The tonic nearest to the drum's own pitch."""
    if not drum.tuned:
        return drum
    nearest = min((midi_to_hz(octave + key.tonic) for octave in (24, 36, 48)), key=lambda f: abs(f - drum.hz))
    return replace(drum, hz=nearest, top_hz=drum.top_hz * nearest / drum.hz)
