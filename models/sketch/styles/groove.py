"""Styles of the groove: jazz, hip hop, reggae, soul, disco and funk."""

from __future__ import annotations

from models.sketch.progressions import Harmony
from models.sketch.styles.drumming_band import DRUMMING_BAND
from models.sketch.styles.style import Layer, Style, Tune

JAZZ = Style(
    style_id="jazz", bpm=(104, 168), mode="major",
    harmony=Harmony("seventh", applied=0.25, halves=0.4, tunes=0.25, borrowed=0.1),
    drumming=DRUMMING_BAND["jazz"],
    kit="jazz",
    layers=(
        Layer("bass", ("upright_bass",), ("walk",), enters_at=0.0, level_db=-2, low=33, reverb=0.06),
        Layer("chords", ("piano", "jazz_guitar", "epiano"), ("X-....x-....X---", "..x-....X---..x-",
              "X-----x-........"), enters_at=0.0, level_db=-6, low=53, pan=-0.3, reverb=0.2),
        Layer("arp", ("jazz_guitar", "vibraphone"), ("x...x...x...x...",), enters_at=0.5, level_db=-11, low=52,
              pan=0.45, reverb=0.15),
        Layer("melody", ("tenor_sax", "alto_sax", "muted_trumpet", "trumpet", "vibraphone", "clarinet", "piano",
              "trombone"), (), enters_at=0.25, level_db=-3, low=62, pan=0.12, reverb=0.3),
        Layer("counter", ("brass", "clarinet", "trombone", "flute"), (), enters_at=0.7, level_db=-9, low=60, pan=0.3,
              reverb=0.3),
    ),
    tune=Tune(("O-o-o-o-O---..o-", "..o-o-o-o-o-O---", "O---o-o-o-o-o-..", "o-o-O-----o-O---"),
              endings=("O---....o-o-O---", "O-o-O-----------", "O-------........"), leap=0.4),
    drumless=0.15, swing=0.64, human_ms=12, voicing="rootless", fill="light", drums_db=-3, reverb_s=1.2, reverb_db=-15,
)  # fmt: skip

HIPHOP = Style(
    style_id="hiphop", bpm=(82, 98), mode="minor",
    harmony=Harmony("seventh", vamps=0.4, applied=0.04, inverted=0.0),
    drumming=DRUMMING_BAND["hiphop"],
    kit="hiphop",
    layers=(
        Layer("bass", ("bass_808", "sub_bass", "finger_bass"), ("R-----r---R---a-", "R--R------5---a-"), enters_at=0.15,
              level_db=-1, low=28, reverb=0.0),
        Layer("chords", ("epiano", "piano", "wurli", "jazz_guitar"), ("X-----------x---", "X------x--------"),
              enters_at=0.0, level_db=-6, low=52, pan=-0.2, reverb=0.25, delay=0.1),
        Layer("arp", ("pizzicato", "bells", "harp", "clean_guitar"), ("..2...1...2...0.", "0..2..1...0..2.."),
              enters_at=0.5, level_db=-10, low=64, pan=0.45, reverb=0.3, delay=0.3),
        Layer("pad", ("strings", "choir"), ("X---------------",), enters_at=0.6, level_db=-12, low=55, reverb=0.4),
        Layer("melody", ("flute", "square_lead", "bells", "muted_trumpet", "voice_ooh"), (), enters_at=0.35,
              level_db=-8, low=67, pan=0.1, reverb=0.35, delay=0.3),
        Layer("counter", ("brass_stab", "strings"), (), enters_at=0.8, level_db=-10, low=58, pan=-0.3, reverb=0.25),
    ),
    tune=Tune(("O--o--o-....o-o-", "..o-o-o-O-------", "O-----o-o---...."), pentatonic=True, hook=True),
    swing=0.57, pairs_per_beat=2, human_ms=10, fill="stutter", drums_db=1, reverb_s=1.1, reverb_db=-16,
    brightness=-0.15, drum_drive=1.2,
)  # fmt: skip

REGGAE = Style(
    style_id="reggae", bpm=(68, 92), mode="major",
    harmony=Harmony(vamps=0.35, tunes=0.05),
    drumming=DRUMMING_BAND["reggae"],
    kit="reggae",
    layers=(
        Layer("bass", ("finger_bass", "sub_bass"), ("R---3---5---....", "R-r-5---8---5-a-"), enters_at=0.08, level_db=0,
              low=30, reverb=0.0),
        Layer("chords", ("muted_guitar", "clean_guitar"), ("..X...X...X...X.", "..X...Xx..X...X."), enters_at=0.0,
              level_db=-8, low=57, pan=0.4, reverb=0.2, delay=0.1, defines=True),
        Layer("chords", ("organ", "percussive_organ"), ("..x-..x-..x-..x-", ".xx-.xx-.xx-.xx-"), enters_at=0.25,
              level_db=-9, low=55, pan=-0.4, reverb=0.2, delay=0.1),
        Layer("melody", ("melodica", "muted_trumpet", "sax", "trombone", "voice_ooh"), (), enters_at=0.3, level_db=-7,
              low=65, pan=0.05, reverb=0.35, delay=0.45),
        Layer("counter", ("brass", "trombone"), (), enters_at=0.65, level_db=-8, low=60, pan=0.25, reverb=0.35,
              delay=0.3),
        Layer("pad", ("organ",), ("X---------------",), enters_at=0.8, level_db=-14, low=55, reverb=0.3),
    ),
    tune=Tune(("O---o---O-------", "O---o-o-O---o---", "O-o-o---o---O---"), pentatonic=True),
    swing=0.56, pairs_per_beat=2, human_ms=10, fill="reggae", drums_db=2, reverb_s=1.6, reverb_db=-14,
    delay_beats=0.75, brightness=-0.1,
)  # fmt: skip

RNB_SOUL = Style(
    style_id="rnb_soul", bpm=(70, 96), mode="major",
    harmony=Harmony("ninth", applied=0.15, halves=0.2, borrowed=0.1),
    drumming=DRUMMING_BAND["rnb_soul"],
    kit="soul",
    layers=(
        Layer("bass", ("finger_bass", "sub_bass", "fretless_bass"), ("R-----r-..5-8-a-", "R--r--5-8---5-a-"),
              enters_at=0.15, level_db=-2, low=31, reverb=0.02),
        Layer("chords", ("epiano", "wurli", "piano"), ("X-----x---x-----", "X--x----..x-x---"), enters_at=0.0,
              level_db=-4, low=53, pan=-0.1, reverb=0.25, delay=0.08),
        Layer("arp", ("clean_guitar", "muted_guitar", "jazz_guitar"), ("..x-.x....x-.x..", "....2-1-....3-2-"),
              enters_at=0.45, level_db=-10, low=57, pan=0.5, reverb=0.2, delay=0.15),
        Layer("pad", ("warm_pad", "strings", "choir"), ("X---------------",), enters_at=0.5, level_db=-12, low=55,
              reverb=0.4),
        Layer("melody", ("voice_ooh", "alto_sax", "square_lead", "flute"), (), enters_at=0.3, level_db=-6, low=63,
              reverb=0.35, delay=0.2),
        Layer("counter", ("brass", "flute", "strings"), (), enters_at=0.75, level_db=-10, low=62, pan=-0.3,
              reverb=0.35),
    ),
    tune=Tune(("O--o--o-O---o-o-", "..o-oo--O-----o-", "O---o-o-..o-o-o-"), leap=0.35),
    drumless=0.1, swing=0.58, pairs_per_beat=2, human_ms=12, voicing="rootless", fill="light", drums_db=0, reverb_s=1.5,
    reverb_db=-14,
)  # fmt: skip

DISCO_FUNK = Style(
    style_id="disco_funk", bpm=(108, 124), mode="minor",
    harmony=Harmony("seventh", vamps=0.4, applied=0.1),
    drumming=DRUMMING_BAND["disco_funk"],
    kit="disco",
    layers=(
        Layer("bass", ("slap_bass", "finger_bass"), ("R-8-R-8-R-8-R-8-", "R--8..R-8-5-R-8a"), enters_at=0.15,
              level_db=0, low=31, reverb=0.0),
        Layer("chords", ("muted_guitar", "clean_guitar"), ("x.xX.xx.x.xX.xx.", "..xx..X...xx.X.x"), enters_at=0.2,
              level_db=-7, low=57, pan=0.5, reverb=0.1, defines=True),
        Layer("chords", ("epiano", "wurli", "clavinet"), ("X---..x---x-....", "X-------..x-x---"), enters_at=0.0,
              level_db=-7, low=54, pan=-0.35, reverb=0.2),
        Layer("pad", ("strings",), ("X---------------",), enters_at=0.5, level_db=-10, low=60, reverb=0.4),
        Layer("melody", ("brass", "saw_lead", "voice_ooh", "alto_sax"), (), enters_at=0.4, level_db=-7, low=64,
              pan=0.05, reverb=0.3, delay=0.1),
        Layer("counter", ("brass_stab", "strings"), (), enters_at=0.65, level_db=-7, low=62, pan=-0.25, reverb=0.3),
    ),
    tune=Tune(("O-o-..o-o-..O---", "..o-o-o-..o-O---", "O--o--o-..o-o-o-"), pentatonic=True, hook=True),
    human_ms=6, voicing="rootless", drums_db=-1, reverb_s=1.2, reverb_db=-15, brightness=0.2,
)  # fmt: skip

GROOVE = (JAZZ, HIPHOP, REGGAE, RNB_SOUL, DISCO_FUNK)
