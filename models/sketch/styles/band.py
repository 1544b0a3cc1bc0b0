"""Styles of a band with guitars: rock, pop, country, metal, blues, folk."""

from __future__ import annotations

from models.sketch.styles.style import Layer, Style, Tune

ROCK = Style(
    style_id="rock",
    bpm=(108, 144),
    mode="major",
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
        Layer("bass", ("pick_bass",), ("R-r-R-r-R-r-R-a-", "R-r-R-r-5-5-8-a-"), 0.12, -3, 33, reverb=0.03),
        Layer(
            "chords",
            ("power_guitar",),
            ("X-x-x-x-X-x-x-x-", "X-----x-X---x-x-"),
            0.45,
            -6,
            40,
            -0.55,
            0.12,
            drive=5,
            voicing="power",
        ),
        Layer(
            "chords",
            ("power_guitar",),
            ("X-------x-------", "X---x---X---x---"),
            0.6,
            -7,
            45,
            0.55,
            0.12,
            drive=4,
            voicing="power",
        ),
        Layer("arp", ("clean_guitar",), ("0-2-1-2-3-2-1-2-", "X---x-x-..x-x---"), 0.0, -7, 55, 0.25, 0.25, 0.12),
        Layer("pad", ("rock_organ",), ("X---------------",), 0.75, -12, 55, 0.0, 0.3),
        Layer("melody", ("lead_guitar",), (), 0.35, -4, 62, 0.05, 0.25, 0.2, drive=2.5),
    ),
    tune=Tune(("O---o-o-O---o---", "O-o-o---O---o-o-", "..o-o-o-O-----o-", "O-----o-O-o-o---"), pentatonic=True),
    human_ms=4,
    reverb_s=1.2,
    reverb_db=-16,
    delay_beats=0.5,
    drum_drive=1.5,
)

POP = Style(
    style_id="pop",
    bpm=(96, 124),
    mode="major",
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
        {
            "kick": "9...7...9..67...",
            "snare": "....9.......9...",
            "clap": "....7.......7...",
            "hat": "7363736373637363",
        },
    ),
    layers=(
        Layer(
            "bass",
            ("finger_bass", "synth_bass"),
            ("R-----r-R-----a-", "R-r-R-r-R-r-5-a-"),
            0.2,
            -3,
            33,
            reverb=0.03,
        ),
        Layer("chords", ("piano", "epiano"), ("X-----x-X-----x-", "X---x---X---x-x-"), 0.0, -5, 55, -0.15, 0.25),
        Layer(
            "arp",
            ("pluck_synth", "steel"),
            ("0-2-1-3-2-1-3-2-", "3-2-1-2-0-1-2-1-"),
            0.5,
            -10,
            64,
            0.45,
            0.3,
            0.3,
        ),
        Layer("pad", ("warm_pad", "strings"), ("X---------------",), 0.55, -11, 55, 0.0, 0.4),
        Layer("melody", ("voice_ooh", "square_lead", "bells"), (), 0.3, -3, 64, 0.0, 0.3, 0.2),
        Layer("counter", ("strings", "glock"), (), 0.75, -10, 72, -0.35, 0.4),
    ),
    tune=Tune(("O-o-o---O---o-o-", "..o-o-o-O---o---", "O---o-o---o-O---", "O-o---o-O-o-o---")),
    human_ms=2,
    reverb_s=1.5,
    reverb_db=-14,
    brightness=0.2,
)

COUNTRY = Style(
    style_id="country",
    bpm=(92, 126),
    mode="major",
    progressions={
        "major": (
            ("I | I | IV | I | I | I | V | V", "IV | IV | I | I | V | V | I | I"),
            ("I | IV | I | V", "IV | I | V | I"),
            ("I | V | I | IV", "I | IV | V7 | I"),
        ),
        "minor": (("i | i | iv | i", "iv | i | V | i"), ("i | VII | i | V", "VI | iv | V | i")),
    },
    kit="acoustic",
    drums=(
        {"kick": "9.......9.......", "brush_tap": "....6.......6..."},
        {
            "kick": "9.......9.......",
            "snare": "....7.......7...",
            "hat": "5...6...5...6...",
            "brush_tap": "..3...3...3...3.",
        },
        {
            "kick": "9.......9.....5.",
            "snare": "..3.8.3...3.8.34",
            "hat": "6.4.7.4.6.4.7.4.",
            "tamb": "....5.......5...",
        },
    ),
    layers=(
        Layer(
            "bass",
            ("upright_bass", "finger_bass"),
            ("R---....5---....", "R---r---5---a---"),
            0.1,
            -3,
            33,
            reverb=0.05,
        ),
        Layer("chords", ("steel",), ("b---x-x-b---x-xx", "b-x-X-x-b-x-X-xx"), 0.0, -5, 50, -0.4, 0.15),
        Layer("arp", ("banjo",), ("0121302101213021", "3121012131210121"), 0.55, -9, 60, 0.5, 0.15),
        Layer("melody", ("fiddle", "harmonica", "clean_guitar"), (), 0.3, -4, 64, 0.15, 0.25, 0.08),
        Layer("counter", ("clean_guitar",), (), 0.6, -9, 60, 0.4, 0.25, 0.1),
        Layer("pad", ("strings",), ("X---------------",), 0.85, -14, 55, 0.0, 0.35),
    ),
    tune=Tune(("O---o-o-O-o-o---", "O-o-o-o-O---o---", "O---o---O-o-o-o-"), pentatonic=True, leap=0.35),
    swing=0.54,
    pairs_per_beat=2,
    human_ms=5,
    reverb_s=1.0,
    reverb_db=-16,
)

METAL = Style(
    style_id="metal",
    bpm=(120, 168),
    mode="minor",
    progressions={
        "major": (
            ("I | I | IV | V", "I | bVII | IV | I"),
            ("I | V | IV | I", "I | IV | V | I"),
        ),
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
        Layer(
            "bass",
            ("pick_bass",),
            ("R-rrR-rrR-rrR-rr", "R-R-r-r-R-R-r-a-"),
            0.1,
            -4,
            28,
            reverb=0.0,
            drive=1.5,
        ),
        Layer(
            "chords",
            ("power_guitar",),
            ("X-xxX-xxX-xxX-xx", "X---..xxX---x-x-"),
            0.0,
            -4,
            40,
            -0.75,
            0.06,
            drive=12,
            voicing="power",
        ),
        Layer(
            "chords",
            ("power_guitar",),
            ("X-xxX-xxX-xxX-xx", "X---..xxX---x-x-"),
            0.3,
            -4,
            40,
            0.75,
            0.06,
            drive=11,
            voicing="tenth",
        ),
        Layer("melody", ("lead_guitar",), (), 0.35, -5, 64, 0.0, 0.25, 0.25, drive=6),
        Layer("pad", ("choir",), ("X---------------",), 0.7, -12, 52, 0.0, 0.45),
    ),
    tune=Tune(("O-o-O-o-O-o-o-o-", "O---o-o-O---o-o-", "OoooO-o-OoooO-o-"), leap=0.45),
    human_ms=2,
    reverb_s=1.1,
    reverb_db=-18,
    delay_beats=0.75,
    drum_drive=2.0,
)

BLUES = Style(
    style_id="blues",
    bpm=(72, 112),
    mode="major",
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
        {
            "kick": "9.....5.9.....6.",
            "snare": "..2.9.....2.9..3",
            "ride": "9.5.8.5.9.5.8.5.",
            "hat": "....6.......6...",
        },
    ),
    layers=(
        Layer(
            "bass",
            ("finger_bass", "upright_bass"),
            ("R---3---5---a---", "R-r-3-3-5-5-a-a-"),
            0.1,
            -2,
            33,
            reverb=0.05,
        ),
        Layer("chords", ("piano", "organ"), ("X---..x.X---..x.", "..x-X---..x-X-x-"), 0.0, -7, 55, -0.35, 0.2),
        Layer("arp", ("clean_guitar",), ("b-x-b-x-b-x-b-x-",), 0.35, -8, 45, 0.4, 0.15),
        Layer("melody", ("lead_guitar", "harmonica", "sax"), (), 0.25, -3, 62, 0.08, 0.3, 0.12, drive=1.5),
        Layer("counter", ("organ", "brass"), (), 0.65, -9, 60, 0.3, 0.3),
    ),
    tune=Tune(
        ("..o-o-o-O-------", "O-o-O---....o-o-", "..O---o-o-o-O---", "O---o-o-O-o-...."),
        pentatonic=True,
        leap=0.4,
    ),
    swing=0.64,
    human_ms=7,
    voicing="close",
    reverb_s=1.3,
    reverb_db=-15,
    phrase_bars=12,
)

FOLK = Style(
    style_id="folk",
    bpm=(84, 118),
    mode="major",
    progressions={
        "major": (
            ("I | IV | I | V", "vi | IV | I | V"),
            ("I | V | IV | I", "IV | I | V | I"),
            ("I | iii | IV | I", "I | IV | V | I"),
        ),
        "minor": (
            ("i | iv | i | v", "i | VI | iv | V"),
            ("i | VII | i | v", "i | iv | V | i"),
        ),
    },
    kit="folk",
    drums=(
        {"kick": "7.......7......."},
        {"kick": "8.......8.......", "shaker": "6.4.7.4.6.4.7.4.", "tamb": "....5.......5..."},
        {
            "kick": "9...6...9...6...",
            "shaker": "7353735373537353",
            "tamb": "....7.......7...",
            "clap": "....5.......5...",
        },
    ),
    layers=(
        Layer("chords", ("steel", "nylon"), ("b-1-2-1-f-1-3-2-", "b-x-x-xxf-x-x-x-"), 0.0, -3, 50, -0.25, 0.2),
        Layer("arp", ("nylon", "harp"), ("2-3-1-2-3-1-2-3-", "0-1-2-3-2-1-2-1-"), 0.45, -8, 57, 0.45, 0.25),
        Layer("bass", ("upright_bass",), ("R-------5-------", "R---r---5---a---"), 0.3, -5, 33, reverb=0.05),
        Layer("melody", ("flute", "fiddle", "whistle"), (), 0.25, -4, 67, 0.1, 0.35, 0.05),
        Layer("counter", ("cello", "clarinet"), (), 0.6, -9, 52, 0.35, 0.35),
        Layer("pad", ("strings",), ("X---------------",), 0.8, -14, 52, 0.0, 0.4),
    ),
    tune=Tune(("O---o-o-O-o-o---", "O-o-o---O-o-o---", "O-----o-O---o---", "O-o-o-o-O---o-o-"), leap=0.2),
    human_ms=7,
    voicing="open",
    fill="light",
    drums_enter_at=0.2,
    drums_db=-4,
    reverb_s=1.3,
    reverb_db=-14,
)

BAND = (ROCK, POP, COUNTRY, METAL, BLUES, FOLK)
