"""Styles of a band with guitars: rock, pop, metal, blues."""

from __future__ import annotations

from models.sketch.styles.style import Layer, Style, Tune

ROCK = Style(
    style_id="rock", bpm=(108, 144), mode="major",
    progressions={
        "major": (
            ("I | I | IV | V", "I | V | IV | I"),
            ("I | IV | I | V", "IV | IV | I | V"),
            ("I | V | vi | IV", "I | IV | V | I"),
        ),
        "minor": (
            ("i | i | VI | v", "i | iv | VI | V"),
            ("i | VII | iv | i", "i | VI | iv | V"),
            ("i | iv | i | V", "i | VII | VI | V"),
        ),
    },
    kit="rock",
    drums=(
        {"kick": "9.......9.......", "hat": "7...5...7...5...", "snare": "....5.......5..."},
        {"kick": "9.......9.9.....", "snare": "....9.......9...", "hat": "8.5.7.5.8.5.7.5."},
        {"kick": "9.....7.9.9.....", "snare": "....9.......9..3", "ride": "9.6.8.6.9.6.8.6."},
    ),
    layers=(
        Layer("bass", ("pick_bass",), ("R-r-R-r-R-r-R-a-", "R-r-R-r-5-5-8-a-"), enters_at=0.12, level_db=-3, low=33,
              reverb=0.03),
        Layer("chords", ("power_guitar",), ("X-x-x-x-X-x-x-x-", "X-----x-X---x-x-"), enters_at=0.45, level_db=-6,
              low=40, pan=-0.55, reverb=0.12, drive=5, voicing="power"),
        Layer("chords", ("power_guitar",), ("X-------x-------", "X---x---X---x---"), enters_at=0.6, level_db=-7,
              low=45, pan=0.55, reverb=0.12, drive=4, voicing="power"),
        Layer("arp", ("clean_guitar",), ("0-2-1-2-3-2-1-2-", "X---x-x-..x-x---"), enters_at=0.0, level_db=-7, low=55,
              pan=0.25, reverb=0.25, delay=0.12),
        Layer("pad", ("rock_organ",), ("X---------------",), enters_at=0.75, level_db=-12, low=55, reverb=0.3),
        Layer("melody", ("lead_guitar",), (), enters_at=0.35, level_db=-4, low=62, pan=0.05, reverb=0.25, delay=0.2,
              drive=2.5),
    ),
    tune=Tune(("O---o-o-O---o---", "O-o-o---O---o-o-", "..o-o-o-O-----o-", "O-----o-O-o-o---"), pentatonic=True),
    human_ms=4, reverb_s=1.2, reverb_db=-16, delay_beats=0.5, drum_drive=1.5,
)  # fmt: skip

POP = Style(
    style_id="pop", bpm=(96, 124), mode="major",
    progressions={
        "major": (
            ("I | V | vi | IV", "IV | V | I | vi | IV | V | I | I"),
            ("I | vi | IV | V", "I | iii | IV | V"),
            ("Iadd9 | IV | I | V", "IV | I | V | vi | IV | I | V | I"),
        ),
        "minor": (
            ("i | VI | iv | V", "i | VII | VI | V"),
            ("i | iv | VI | V", "iv | i | V | i"),
            ("i | v | VI | iv", "i | VI | iv | v"),
        ),
    },
    kit="pop",
    drums=(
        {"kick": "9.......9.......", "clap": "....6.......6...", "shaker": "5.3.5.3.5.3.5.3."},
        {"kick": "9.....7.9.......", "snare": "....9.......9...", "hat": "7.5.7.5.7.5.7.56"},
        {"kick": "9...7...9..67...", "snare": "....9.......9...", "clap": "....7.......7...",
         "hat": "7363736373637363"},
    ),
    layers=(
        Layer("bass", ("finger_bass", "synth_bass"), ("R-----r-R-----a-", "R-r-R-r-R-r-5-a-"), enters_at=0.2,
              level_db=-3, low=33, reverb=0.03),
        Layer("chords", ("piano", "epiano"), ("X-----x-X-----x-", "X---x---X---x-x-"), enters_at=0.0, level_db=-5,
              low=55, pan=-0.15, reverb=0.25),
        Layer("arp", ("pluck_synth", "steel"), ("0-2-1-3-2-1-3-2-", "3-2-1-2-0-1-2-1-"), enters_at=0.5, level_db=-10,
              low=64, pan=0.45, reverb=0.3, delay=0.3),
        Layer("pad", ("warm_pad", "strings"), ("X---------------",), enters_at=0.55, level_db=-11, low=55,
              reverb=0.4),
        Layer("melody", ("voice_ooh", "square_lead", "bells"), (), enters_at=0.3, level_db=-3, low=64, reverb=0.3,
              delay=0.2),
        Layer("counter", ("strings", "glock"), (), enters_at=0.75, level_db=-10, low=72, pan=-0.35, reverb=0.4),
    ),
    tune=Tune(("O-o-o---O---o-o-", "..o-o-o-O---o---", "O---o-o---o-O---", "O-o---o-O-o-o---")),
    human_ms=2, reverb_s=1.5, reverb_db=-14, brightness=0.2,
)  # fmt: skip

METAL = Style(
    style_id="metal", bpm=(120, 168), mode="minor",
    progressions={
        "major": (("I | I | IV | V", "I | bVII | IV | I"), ("I | V | IV | I", "I | IV | V | I")),
        "minor": (
            ("i | i | VI | v", "i | iv | VI | v"),
            ("i | i | i VI | iv v", "i | VII | VI | v"),
            ("i | iv | i | v", "i | i | iv | v"),
        ),
    },
    kit="metal",
    drums=(
        {"kick": "9.......9.......", "ride": "8...7...8...7...", "snare": "....7.......7..."},
        {"kick": "9.7.9.7.9.7.9.7.", "snare": "....9.......9...", "hat": "8...8...8...8..."},
        {"kick": "9777977797779777", "snare": "....9.......9...", "crash": "6...6...6...6..."},
    ),
    layers=(
        Layer("bass", ("pick_bass",), ("R-rrR-rrR-rrR-rr", "R-R-r-r-R-R-r-a-"), enters_at=0.1, level_db=-4, low=28,
              reverb=0.0, drive=1.5),
        Layer("chords", ("power_guitar",), ("X-xxX-xxX-xxX-xx", "X---..xxX---x-x-"), enters_at=0.0, level_db=-4,
              low=40, pan=-0.75, reverb=0.06, drive=12, voicing="power"),
        Layer("chords", ("power_guitar",), ("X-xxX-xxX-xxX-xx", "X---..xxX---x-x-"), enters_at=0.3, level_db=-4,
              low=40, pan=0.75, reverb=0.06, drive=11, voicing="tenth"),
        Layer("melody", ("lead_guitar",), (), enters_at=0.35, level_db=-5, low=64, reverb=0.25, delay=0.25, drive=6),
        Layer("pad", ("choir",), ("X---------------",), enters_at=0.7, level_db=-12, low=52, reverb=0.45),
    ),
    tune=Tune(("O-o-O-o-O-o-o-o-", "O---o-o-O---o-o-", "OoooO-o-OoooO-o-"), leap=0.45),
    human_ms=2, reverb_s=1.1, reverb_db=-18, delay_beats=0.75, drum_drive=2.0,
)  # fmt: skip

BLUES = Style(
    style_id="blues", bpm=(72, 112), mode="major",
    progressions={
        "major": (
            (
                "I | IV7 | I | I | IV7 | IV7 | I | I6 | V7 | IV7 | I | V7",
                "I | I | I | I7 | IV7 | IV7 | I | I | V7 | V7 | I | I V7",
            ),
        ),
        "minor": (
            (
                "i7 | i7 | i7 | i7 | iv7 | iv7 | i7 | i7 | VI | V7 | i7 | V7",
                "i7 | iv7 | i7 | i7 | iv7 | iv7 | i7 | i7 | V7 | iv7 | i7 | V7",
            ),
        ),
    },
    kit="acoustic",
    drums=(
        {"kick": "9.......9.......", "rim": "....6.......6...", "hat": "6...6...6...6..."},
        {"kick": "9.......9.....5.", "snare": "....8.......8...", "ride": "8...7.5.8...7.5."},
        {"kick": "9.....5.9.....6.", "snare": "..2.9.....2.9..3", "ride": "9.5.8.5.9.5.8.5.",
         "hat": "....6.......6..."},
    ),
    layers=(
        Layer("bass", ("finger_bass", "upright_bass"), ("R---3---5---a---", "R-r-3-3-5-5-a-a-"), enters_at=0.1,
              level_db=-2, low=33, reverb=0.05),
        Layer("chords", ("piano", "organ"), ("X---..x.X---..x.", "..x-X---..x-X-x-"), enters_at=0.0, level_db=-7,
              low=55, pan=-0.35, reverb=0.2),
        Layer("arp", ("clean_guitar",), ("b-x-b-x-b-x-b-x-",), enters_at=0.35, level_db=-8, low=45, pan=0.4,
              reverb=0.15),
        Layer("melody", ("lead_guitar", "harmonica", "sax"), (), enters_at=0.25, level_db=-3, low=62, pan=0.08,
              reverb=0.3, delay=0.12, drive=1.5),
        Layer("counter", ("organ", "brass"), (), enters_at=0.65, level_db=-9, low=60, pan=0.3, reverb=0.3),
    ),
    tune=Tune(("..o-o-o-O-------", "O-o-O---....o-o-", "..O---o-o-o-O---", "O---o-o-O-o-...."), pentatonic=True,
              leap=0.4),
    swing=0.64, human_ms=7, voicing="close", reverb_s=1.3, reverb_db=-15, phrase_bars=12,
)  # fmt: skip

BAND = (ROCK, POP, METAL, BLUES)
