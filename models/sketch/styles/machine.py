"""Styles of machines: electronic, house, techno, drum and bass, synthwave, chiptune."""

from __future__ import annotations

from models.sketch.progressions import Harmony
from models.sketch.styles.drumming_machine import DRUMMING_MACHINE
from models.sketch.styles.style import Layer, Style, Tune

ELECTRONIC = Style(
    style_id="electronic", bpm=(108, 130), mode="minor",
    harmony=Harmony("added", vamps=0.15),
    drumming=DRUMMING_MACHINE["electronic"],
    kit="electro",
    layers=(
        Layer("bass", ("saw_bass", "synth_bass"), ("..R-..R-..R-..R-", "R.R.R.8.R.R.5.8."), enters_at=0.25, level_db=-3,
              low=31, reverb=0.0, ducks=0.6),
        Layer("arp", ("pluck_synth", "bells", "marimba"), ("0213021302130213", "0.2.1.3.2.0.3.1."), enters_at=0.0,
              level_db=-6, low=60, pan=0.2, reverb=0.3, delay=0.4),
        Layer("chords", ("supersaw", "stab"), ("X--x--x-X--x--x-", "X-----x-----x---"), enters_at=0.5, level_db=-6,
              low=55, reverb=0.3, delay=0.15, ducks=0.5),
        Layer("pad", ("warm_pad", "glass_pad", "choir"), ("X---------------",), enters_at=0.0, level_db=-8, low=52,
              reverb=0.4, ducks=0.5),
        Layer("melody", ("saw_lead", "square_lead", "voice_ooh"), (), enters_at=0.4, level_db=-5, low=67, reverb=0.3,
              delay=0.35),
        Layer("counter", ("bells", "pluck_synth"), (), enters_at=0.7, level_db=-9, low=72, pan=-0.4, reverb=0.4,
              delay=0.35),
    ),
    tune=Tune(("O--o--o-O--o--o-", "O-o-o-o-O---o---", "..o-o-o-O-----o-"), hook=True, leap=0.4),
    human_ms=0, fill="roll", reverb_s=1.8, reverb_db=-13, brightness=0.15,
)  # fmt: skip

HOUSE = Style(
    style_id="house", bpm=(120, 127), mode="minor",
    harmony=Harmony("ninth", vamps=0.35),
    drumming=DRUMMING_MACHINE["house"],
    kit="house",
    layers=(
        Layer("bass", ("synth_bass", "sub_bass", "finger_bass"), ("..R-..R-..R-.R8-", ".R.R..5-.R.R..8-"),
              enters_at=0.2, level_db=-2, low=31, reverb=0.0, ducks=0.6),
        Layer("chords", ("epiano", "stab", "piano"), ("X..x..x...x..x..", "..X-..X-.x..X-.."), enters_at=0.0,
              level_db=-5, low=55, pan=-0.1, reverb=0.3, delay=0.25, ducks=0.3),
        Layer("chords", ("organ_stab", "stab"), ("...x..x....x..x.", "X..X..X...X.X..."), enters_at=0.55, level_db=-8,
              low=57, pan=0.35, reverb=0.25, delay=0.15, ducks=0.3),
        Layer("pad", ("warm_pad", "strings"), ("X---------------",), enters_at=0.4, level_db=-11, low=55, reverb=0.4,
              ducks=0.7),
        Layer("melody", ("voice_ooh", "square_lead", "flute", "alto_sax"), (), enters_at=0.45, level_db=-6, low=65,
              pan=0.1, reverb=0.4, delay=0.35),
        Layer("counter", ("bells", "strings"), (), enters_at=0.75, level_db=-12, low=72, pan=-0.4, reverb=0.4,
              delay=0.4),
    ),
    tune=Tune(("..o-..o-O---....", "O--o--o-........", "..o-o-..o-o-O---"), pentatonic=True, hook=True),
    swing=0.54, pairs_per_beat=2, human_ms=0, voicing="rootless", fill="roll", reverb_s=1.6, reverb_db=-14,
)  # fmt: skip

TECHNO = Style(
    style_id="techno", bpm=(126, 138), mode="minor",
    harmony=Harmony(vamps=0.75, pedal=0.3, tunes=0.0),
    drumming=DRUMMING_MACHINE["techno"],
    kit="techno",
    layers=(
        Layer("bass", ("acid_bass", "saw_bass", "reese"), (".RrR.R8r.RrR.5R8", "..R...R...R..RR."), enters_at=0.2,
              level_db=0, low=31, reverb=0.05, delay=0.05, ducks=0.6),
        Layer("arp", ("pluck_synth", "stab"), ("0..0..2.0..1..2.", "0.02.01.0.02.31."), enters_at=0.0, level_db=-6,
              low=55, pan=0.2, reverb=0.35, delay=0.45, ducks=0.3, defines=True),
        Layer("chords", ("stab",), ("......X.........", "...X.......X...."), enters_at=0.45, level_db=-6, low=52,
              pan=-0.25, reverb=0.5, delay=0.5),
        Layer("pad", ("dark_pad", "choir"), ("X---------------",), enters_at=0.35, level_db=-15, low=48, reverb=0.5,
              ducks=0.7),
        Layer("melody", ("square_lead", "bells"), (), enters_at=0.65, level_db=-12, low=62, pan=0.15, reverb=0.4,
              delay=0.5),
    ),
    tune=Tune(("O..o..o.........", "..o...o...o.O...", "O..o.....o.o...."), pentatonic=True, hook=True, leap=0.2),
    human_ms=0, fill="roll", voicing="bare", reverb_s=2.2, reverb_db=-13, drum_drive=1.5, brightness=-0.1,
)  # fmt: skip

DRUM_AND_BASS = Style(
    style_id="drum_and_bass", bpm=(168, 176), mode="minor",
    harmony=Harmony("ninth", vamps=0.25),
    drumming=DRUMMING_MACHINE["drum_and_bass"],
    kit="dnb",
    layers=(
        Layer("bass", ("reese", "sub_bass"), ("R-----R---r-5---", "R---------8-R-a-"), enters_at=0.2, level_db=-2,
              low=28, reverb=0.02, ducks=0.3),
        Layer("pad", ("glass_pad", "warm_pad", "strings"), ("X---------------",), enters_at=0.0, level_db=-8, low=53,
              reverb=0.5),
        Layer("chords", ("epiano", "stab", "piano"), ("X-----x---------", "..X---..X-------"), enters_at=0.2,
              level_db=-7, low=55, pan=-0.2, reverb=0.4, delay=0.35),
        Layer("arp", ("pluck_synth", "bells", "harp"), ("0-..2-..1-..3-..", "..3-..2-..1-..2-"), enters_at=0.35,
              level_db=-10, low=67, pan=0.4, reverb=0.4, delay=0.4),
        Layer("melody", ("voice_ooh", "saw_lead", "flute"), (), enters_at=0.45, level_db=-5, low=65, reverb=0.4,
              delay=0.35),
    ),
    tune=Tune(("O-----o-O-------", "O---o---O---o---", "....o-o-O-------"), leap=0.35),
    human_ms=0, voicing="open", fill="roll", reverb_s=1.9, reverb_db=-14, drum_drive=1.5,
)  # fmt: skip

SYNTHWAVE = Style(
    style_id="synthwave", bpm=(84, 112), mode="minor",
    harmony=Harmony("added", pedal=0.12, tunes=0.18),
    drumming=DRUMMING_MACHINE["synthwave"],
    kit="eighties",
    layers=(
        Layer("bass", ("saw_bass",), ("RrrrRrrrRrrrRrrr", "R-r8R-r8R-r8R-r8"), enters_at=0.12, level_db=-3, low=31,
              reverb=0.02, ducks=0.3),
        Layer("pad", ("warm_pad", "glass_pad"), ("X---------------",), enters_at=0.0, level_db=-7, low=53, reverb=0.4),
        Layer("arp", ("pluck_synth", "bells"), ("0123210301232103", "0-3-2-1-3-2-1-2-"), enters_at=0.3, level_db=-8,
              low=64, pan=-0.4, reverb=0.3, delay=0.4),
        Layer("chords", ("brass_synth", "supersaw"), ("X-----X---------", "X---------X-X---"), enters_at=0.6,
              level_db=-8, low=57, pan=0.25, reverb=0.35),
        Layer("melody", ("saw_lead", "square_lead", "sax"), (), enters_at=0.35, level_db=-3, low=67, reverb=0.35,
              delay=0.4),
        Layer("counter", ("bells", "glass_pad"), (), enters_at=0.75, level_db=-10, low=72, pan=0.4, reverb=0.4,
              delay=0.3),
    ),
    tune=Tune(("O-----o-O---o---", "O---o---O-------", "O--o--o-O---o-o-"), leap=0.4),
    human_ms=0, fill="toms", reverb_s=2.2, reverb_db=-12, brightness=0.05,
)  # fmt: skip

CHIPTUNE = Style(
    style_id="chiptune", bpm=(124, 160), mode="major",
    harmony=Harmony(tunes=0.2, borrowed=0.12),
    drumming=DRUMMING_MACHINE["chiptune"],
    kit="chip",
    layers=(
        Layer("bass", ("chip_triangle",), ("R-r-8-r-R-r-8-r-", "R-R-5-5-8-8-5-a-"), enters_at=0.1, level_db=-1, low=36,
              reverb=0.0),
        Layer("arp", ("chip_pulse25",), ("0123012301230123", "0120120120120123"), enters_at=0.0, level_db=-7, low=64,
              pan=-0.35, reverb=0.05, delay=0.15),
        Layer("chords", ("chip_pulse12",), ("X-..X-..X-..X-..", "..X-..X-..X-..X-"), enters_at=0.45, level_db=-11,
              low=60, pan=0.4, reverb=0.05),
        Layer("melody", ("chip_square",), (), enters_at=0.2, level_db=-2, low=69, pan=0.1, reverb=0.05, delay=0.2),
        Layer("counter", ("chip_pulse25",), (), enters_at=0.6, level_db=-7, low=72, pan=0.35, reverb=0.05, delay=0.25),
    ),
    tune=Tune(("O-o-O-o-o-o-O-o-", "OoooO-o-O-o-o---", "O--o--o-O--o--o-", "O-o-o-oooo--O---"),
              endings=("O-o-O-----------", "O---o---O-------", "OoooO-------...."), leap=0.5),
    human_ms=0, voicing="bare", fill="roll", reverb_s=0.5, reverb_db=-24, delay_beats=0.75, brightness=0.3,
)  # fmt: skip

MACHINE = (ELECTRONIC, HOUSE, TECHNO, DRUM_AND_BASS, SYNTHWAVE, CHIPTUNE)
