"""Styles of machines: electronic, house, techno, drum and bass, synthwave, chiptune."""

from __future__ import annotations

from models.sketch.styles.style import Layer, Style, Tune

ELECTRONIC = Style(
    style_id="electronic", bpm=(108, 130), mode="minor",
    progressions={
        "major": (("I | V | vi | IV", "I | IV | vi | V"), ("Iadd9 | IV | I | V", "IV | V | I | I")),
        "minor": (("i | VI | iv | v", "i | iv | VI | V"), ("i | i | VI | v", "i | VII | VI | V")),
    },
    kit="electro", edge="growl",
    drums=(
        {"kick": "9.......9.......", "hat": "..5...5...5...5."},
        {"kick": "9...9...9...9...", "clap": "....8.......8...", "hat": "..7...7...7...7.",
         "shaker": "5353535353535353"},
        {"kick": "9...9...9...9..5", "clap": "....9.......9...", "open": "..7...7...7...7.",
         "hat": "7356735673567356", "perc": "...5..5....5..5."},
    ),
    layers=(
        Layer("bass", ("saw_bass", "synth_bass"), ("..R-..R-..R-..R-", "R.R.R.8.R.R.5.8."), enters_at=0.25,
              level_db=-3, low=31, reverb=0.0, ducks=0.6),
        Layer("arp", ("pluck_synth",), ("0213021302130213", "0.2.1.3.2.0.3.1."), enters_at=0.0, level_db=-6, low=60,
              pan=0.2, reverb=0.3, delay=0.4),
        Layer("chords", ("supersaw", "stab"), ("X--x--x-X--x--x-", "X-----x-----x---"), enters_at=0.5, level_db=-6,
              low=55, reverb=0.3, delay=0.15, ducks=0.5),
        Layer("pad", ("warm_pad", "glass_pad"), ("X---------------",), enters_at=0.0, level_db=-8, low=52, reverb=0.4,
              ducks=0.5),
        Layer("melody", ("saw_lead", "square_lead"), (), enters_at=0.4, level_db=-5, low=67, reverb=0.3, delay=0.35),
        Layer("counter", ("bells", "pluck_synth"), (), enters_at=0.7, level_db=-9, low=72, pan=-0.4, reverb=0.4,
              delay=0.35),
    ),
    tune=Tune(("O--o--o-O--o--o-", "O-o-o-o-O---o---", "..o-o-o-O-----o-"), hook=True, leap=0.4),
    human_ms=0, fill="roll", reverb_s=1.8, reverb_db=-13, brightness=0.15,
)  # fmt: skip

HOUSE = Style(
    style_id="house", bpm=(120, 127), mode="minor",
    progressions={
        "major": (("Imaj7 | vi7 | ii7 | V7sus4", "Imaj7 | IVmaj7 | ii7 | V7"), ("I | I | IV | V", "I | vi | IV | V")),
        "minor": (("i7 | i7 | iv7 | v7", "i9 | VImaj7 | iv9 | v7"), ("i7 | iv7 | i7 | v7", "i7 | VII | iv7 | v7")),
    },
    kit="house", edge="growl",
    drums=(
        {"kick": "9...9...9...9...", "shaker": "4.3.4.3.4.3.4.3."},
        {"kick": "9...9...9...9...", "clap": "....8.......8...", "open": "..8...8...8...8.",
         "shaker": "5354535453545354"},
        {"kick": "9...9...9...9...", "clap": "....9.......9..4", "open": "..9...9...9...9.",
         "hat": "73.573.573.573.5", "conga_hi": "...5..4....5..4.", "conga_lo": "......6.......6."},
    ),
    layers=(
        Layer("bass", ("synth_bass", "sub_bass"), ("..R-..R-..R-.R8-", ".R.R..5-.R.R..8-"), enters_at=0.2,
              level_db=-2, low=31, reverb=0.0, ducks=0.6),
        Layer("chords", ("epiano", "stab"), ("X..x..x...x..x..", "..X-..X-.x..X-.."), enters_at=0.0, level_db=-5,
              low=55, pan=-0.1, reverb=0.3, delay=0.25, ducks=0.3),
        Layer("chords", ("organ_stab",), ("...x..x....x..x.", "X..X..X...X.X..."), enters_at=0.55, level_db=-8,
              low=57, pan=0.35, reverb=0.25, delay=0.15, ducks=0.3),
        Layer("pad", ("warm_pad", "strings"), ("X---------------",), enters_at=0.4, level_db=-11, low=55, reverb=0.4,
              ducks=0.7),
        Layer("melody", ("voice_ooh", "square_lead", "flute"), (), enters_at=0.45, level_db=-6, low=65, pan=0.1,
              reverb=0.4, delay=0.35),
        Layer("counter", ("bells",), (), enters_at=0.75, level_db=-12, low=72, pan=-0.4, reverb=0.4, delay=0.4),
    ),
    tune=Tune(("..o-..o-O---....", "O--o--o-........", "..o-o-..o-o-O---"), pentatonic=True, hook=True),
    swing=0.54, pairs_per_beat=2, human_ms=0, voicing="rootless", fill="roll", reverb_s=1.6, reverb_db=-14,
)  # fmt: skip

TECHNO = Style(
    style_id="techno", bpm=(126, 138), mode="minor",
    progressions={
        "major": (("I | I | I | I", "I | I | V | I"), ("I | I | IV | I", "I | I | I | V")),
        "minor": (("i | i | i | i", "i | i | iv | i"), ("i | i | i | v", "i | i | VI | v")),
    },
    kit="techno", edge="growl",
    drums=(
        {"kick": "9...9...9...9..."},
        {"kick": "9...9...9...9...", "hat": "..8...8...8...8.", "clap": "....6.......6...",
         "perc": "...4.....5.....4"},
        {"kick": "9...9...9...9...", "open": "..8...8...8...8.", "hat": "6464646464646464",
         "clap": "....8.......8...", "perc": "..4..5.3..4..5.3", "rim": "...5..5....5..5."},
    ),
    layers=(
        Layer("bass", ("acid_bass", "saw_bass"), (".RrR.R8r.RrR.5R8", "..R...R...R..RR."), enters_at=0.2, level_db=-3,
              low=31, reverb=0.05, delay=0.05, ducks=0.6),
        Layer("arp", ("pluck_synth", "stab"), ("0..0..2.0..1..2.", "0.02.01.0.02.31."), enters_at=0.0, level_db=-6,
              low=55, pan=0.2, reverb=0.35, delay=0.45, ducks=0.3),
        Layer("chords", ("stab",), ("......X.........", "...X.......X...."), enters_at=0.45, level_db=-6, low=52,
              pan=-0.25, reverb=0.5, delay=0.5),
        Layer("pad", ("dark_pad",), ("X---------------",), enters_at=0.35, level_db=-11, low=48, reverb=0.5,
              ducks=0.7),
        Layer("melody", ("square_lead", "bells"), (), enters_at=0.65, level_db=-9, low=62, pan=0.15, reverb=0.4,
              delay=0.5),
    ),
    tune=Tune(("O..o..o.........", "..o...o...o.O...", "O..o.....o.o...."), pentatonic=True, hook=True, leap=0.2),
    human_ms=0, fill="roll", voicing="bare", reverb_s=2.2, reverb_db=-13, drum_drive=1.5, brightness=-0.1,
)  # fmt: skip

DRUM_AND_BASS = Style(
    style_id="drum_and_bass", bpm=(168, 176), mode="minor",
    progressions={
        "major": (("Imaj9 | Imaj9 | vi7 | V7sus4", "IVmaj7 | V | I | I"), ("I | V | vi | IV", "I | I | IV | V")),
        "minor": (("i9 | i9 | VImaj7 | v7", "i7 | iv7 | VImaj7 | V7"), ("i | i | iv | V", "i | VII | VI | V")),
    },
    kit="dnb", edge="growl",
    drums=(
        {"kick": "9.........8.....", "hat": "8...8...8...8...", "rim": "....6.......6..."},
        {"kick": "9.........9.....9.........9..6..", "snare": "....9.......9.......9..2.2..9...",
         "hat": "9.4.9.4.9.4.9.4.9.4.9.4.9.4.9.45", "tamb": "6...6...6...6..."},
        {"kick": "9.........9..5..9...5.....9.....", "snare": "....9..3.2..9..2....9..3.4..9.34",
         "hat": "9.4.9.4.9.4.9.4.9.4.9.4.9.4.9.4.", "ride": "8...8...8...8...8...8...8...8..."},
    ),
    layers=(
        Layer("bass", ("reese", "sub_bass"), ("R-----R---r-5---", "R---------8-R-a-"), enters_at=0.2, level_db=-2,
              low=28, reverb=0.02, ducks=0.3),
        Layer("pad", ("glass_pad", "warm_pad"), ("X---------------",), enters_at=0.0, level_db=-8, low=53,
              reverb=0.5),
        Layer("chords", ("epiano", "stab"), ("X-----x---------", "..X---..X-------"), enters_at=0.2, level_db=-7,
              low=55, pan=-0.2, reverb=0.4, delay=0.35),
        Layer("arp", ("pluck_synth", "bells"), ("0-..2-..1-..3-..", "..3-..2-..1-..2-"), enters_at=0.35, level_db=-10,
              low=67, pan=0.4, reverb=0.4, delay=0.4),
        Layer("melody", ("voice_ooh", "saw_lead", "flute"), (), enters_at=0.45, level_db=-5, low=65, reverb=0.4,
              delay=0.35),
    ),
    tune=Tune(("O-----o-O-------", "O---o---O---o---", "....o-o-O-------"), leap=0.35),
    human_ms=0, voicing="open", fill="roll", reverb_s=1.9, reverb_db=-14, drum_drive=1.5,
)  # fmt: skip

SYNTHWAVE = Style(
    style_id="synthwave", bpm=(84, 112), mode="minor",
    progressions={
        "major": (("I | vi | IV | V", "I | iii | IV | V"), ("I | V | IV | I", "IV | V | I | vi | IV | V | I | I")),
        "minor": (("i | VI | iv | V", "i | VII | VI | v"), ("i | iv | VI | v", "i | VI | iv | V")),
    },
    kit="eighties", edge="growl",
    drums=(
        {"kick": "9.......9.......", "hat": "5...5...5...5..."},
        {"kick": "9...9...9...9...", "snare": "....9.......9...", "hat": "7.6.7.6.7.6.7.6."},
        {"kick": "9...9...9...9...", "snare": "....9.......9...", "hat": "7464746474647464",
         "tom2": "..............6.", "clap": "....6.......6..."},
    ),
    layers=(
        Layer("bass", ("saw_bass",), ("RrrrRrrrRrrrRrrr", "R-r8R-r8R-r8R-r8"), enters_at=0.12, level_db=-3, low=31,
              reverb=0.02, ducks=0.3),
        Layer("pad", ("warm_pad",), ("X---------------",), enters_at=0.0, level_db=-7, low=53, reverb=0.4),
        Layer("arp", ("pluck_synth", "bells"), ("0123210301232103", "0-3-2-1-3-2-1-2-"), enters_at=0.3, level_db=-8,
              low=64, pan=-0.4, reverb=0.3, delay=0.4),
        Layer("chords", ("brass_synth",), ("X-----X---------", "X---------X-X---"), enters_at=0.6, level_db=-8,
              low=57, pan=0.25, reverb=0.35),
        Layer("melody", ("saw_lead", "square_lead"), (), enters_at=0.35, level_db=-3, low=67, reverb=0.35, delay=0.4),
        Layer("counter", ("bells", "glass_pad"), (), enters_at=0.75, level_db=-10, low=72, pan=0.4, reverb=0.4,
              delay=0.3),
    ),
    tune=Tune(("O-----o-O---o---", "O---o---O-------", "O--o--o-O---o-o-"), leap=0.4),
    human_ms=0, fill="toms", reverb_s=2.2, reverb_db=-12, brightness=0.05,
)  # fmt: skip

CHIPTUNE = Style(
    style_id="chiptune", bpm=(124, 160), mode="major",
    progressions={
        "major": (
            ("I | V | vi | IV", "IV | V | I | I"),
            ("I | IV | V | I", "vi | IV | V | I"),
            ("I | I | IV | V", "I | bVII | IV | V"),
        ),
        "minor": (("i | VII | VI | V", "i | iv | V | i"), ("i | VI | iv | V", "i | iv | VI | V")),
    },
    kit="chip", edge="growl",
    drums=(
        {"kick": "9.......9.......", "hat": "..5...5...5...5."},
        {"kick": "9.......9.......", "snare": "....9.......9...", "hat": "7.5.7.5.7.5.7.5."},
        {"kick": "9.....7.9..7....", "snare": "....9.......9..5", "hat": "7555755575557555"},
    ),
    layers=(
        Layer("bass", ("chip_triangle",), ("R-r-8-r-R-r-8-r-", "R-R-5-5-8-8-5-a-"), enters_at=0.1, level_db=-1,
              low=36, reverb=0.0),
        Layer("arp", ("chip_pulse25",), ("0123012301230123", "0120120120120123"), enters_at=0.0, level_db=-7, low=64,
              pan=-0.35, reverb=0.05, delay=0.15),
        Layer("chords", ("chip_pulse12",), ("X-..X-..X-..X-..", "..X-..X-..X-..X-"), enters_at=0.45, level_db=-11,
              low=60, pan=0.4, reverb=0.05),
        Layer("melody", ("chip_square",), (), enters_at=0.2, level_db=-2, low=69, pan=0.1, reverb=0.05, delay=0.2),
        Layer("counter", ("chip_pulse25",), (), enters_at=0.6, level_db=-7, low=72, pan=0.35, reverb=0.05,
              delay=0.25),
    ),
    tune=Tune(("O-o-O-o-o-o-O-o-", "OoooO-o-O-o-o---", "O--o--o-O--o--o-", "O-o-o-oooo--O---"),
              endings=("O-o-O-----------", "O---o---O-------", "OoooO-------...."), leap=0.5),
    human_ms=0, voicing="bare", fill="roll", reverb_s=0.5, reverb_db=-24, delay_beats=0.75, brightness=0.3,
)  # fmt: skip

MACHINE = (ELECTRONIC, HOUSE, TECHNO, DRUM_AND_BASS, SYNTHWAVE, CHIPTUNE)
