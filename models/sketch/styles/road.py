"""Styles of front porch, road and study: country, folk, world, latin, lofi."""

from __future__ import annotations

from models.sketch.progressions import Harmony
from models.sketch.styles.drumming_band import DRUMMING_BAND
from models.sketch.styles.drumming_machine import DRUMMING_MACHINE
from models.sketch.styles.style import Layer, Style, Tune

COUNTRY = Style(
    style_id="country", bpm=(92, 126), mode="major",
    harmony=Harmony(applied=0.12, tunes=0.1, inverted=0.1),
    drumming=DRUMMING_BAND["country"],
    kit="acoustic",
    layers=(
        Layer("bass", ("upright_bass", "finger_bass"), ("R---....5---....", "R---r---5---a---"), enters_at=0.1,
              level_db=-3, low=33, reverb=0.05),
        Layer("chords", ("steel", "twelve_string"), ("b---x-x-b---x-xx", "b-x-X-x-b-x-X-xx"), enters_at=0.0,
              level_db=-5, low=50, pan=-0.4, reverb=0.15, defines=True),
        Layer("arp", ("banjo", "mandolin"), ("0121302101213021", "3121012131210121"), enters_at=0.55, level_db=-9,
              low=60, pan=0.5, reverb=0.15, defines=True),
        Layer("melody", ("fiddle", "harmonica", "clean_guitar", "steel"), (), enters_at=0.3, level_db=-4, low=64,
              pan=0.15, reverb=0.25, delay=0.08),
        Layer("counter", ("clean_guitar", "fiddle"), (), enters_at=0.6, level_db=-9, low=60, pan=0.4, reverb=0.25,
              delay=0.1),
        Layer("pad", ("strings",), ("X---------------",), enters_at=0.85, level_db=-14, low=55, reverb=0.35),
    ),
    tune=Tune(("O---o-o-O-o-o---", "O-o-o-o-O---o---", "O---o---O-o-o-o-"), pentatonic=True, leap=0.35),
    drumless=0.2, swing=0.54, pairs_per_beat=2, human_ms=10, drums_db=-1, reverb_s=1.0, reverb_db=-16,
)  # fmt: skip

FOLK = Style(
    style_id="folk", bpm=(84, 118), mode="major",
    harmony=Harmony(tunes=0.15, inverted=0.1, vamps=0.15),
    drumming=DRUMMING_BAND["folk"],
    kit="folk",
    layers=(
        Layer("chords", ("steel", "nylon", "twelve_string"), ("b-1-2-1-f-1-3-2-", "b-x-x-xxf-x-x-x-"), enters_at=0.0,
              level_db=-3, low=50, pan=-0.25, reverb=0.2),
        Layer("arp", ("nylon", "harp", "mandolin"), ("2-3-1-2-3-1-2-3-", "0-1-2-3-2-1-2-1-"), enters_at=0.45,
              level_db=-8, low=57, pan=0.45, reverb=0.25),
        Layer("bass", ("upright_bass",), ("R-------5-------", "R---r---5---a---"), enters_at=0.3, level_db=-5, low=33,
              reverb=0.05),
        Layer("melody", ("flute", "fiddle", "whistle", "accordion", "recorder"), (), enters_at=0.25, level_db=-4,
              low=67, pan=0.1, reverb=0.35, delay=0.05),
        Layer("counter", ("cello", "clarinet", "viola"), (), enters_at=0.6, level_db=-9, low=52, pan=0.35, reverb=0.35),
        Layer("pad", ("strings",), ("X---------------",), enters_at=0.8, level_db=-14, low=52, reverb=0.4),
    ),
    tune=Tune(("O---o-o-O-o-o---", "O-o-o---O-o-o---", "O-----o-O---o---", "O-o-o-o-O---o-o-"), leap=0.2),
    drumless=0.4, human_ms=14, voicing="open", fill="light", drums_enter_at=0.2, drums_db=-4, reverb_s=1.3,
    reverb_db=-14,
)  # fmt: skip

WORLD = Style(
    style_id="world", bpm=(92, 120), mode="minor",
    harmony=Harmony(vamps=0.6, pedal=0.2, tunes=0.05),
    drumming=DRUMMING_BAND["world"],
    kit="world",
    layers=(
        Layer("pad", ("tanpura",), ("X---------------",), enters_at=0.0, level_db=-7, low=45, reverb=0.4),
        Layer("arp", ("kora", "kalimba", "koto", "dulcimer"), ("0-231-302-130-21", "0-2-3-1-2-3-0-1-"), enters_at=0.0,
              level_db=-5, low=60, pan=-0.35, reverb=0.3, delay=0.15),
        Layer("bass", ("upright_bass", "finger_bass"), ("R--R--5-R---8---", "R-----5-8--5--a-"), enters_at=0.25,
              level_db=-3, low=31, reverb=0.05),
        Layer("chords", ("marimba", "nylon", "steel_drums"), ("X..x..x.X..x..x.", "..x...x...x..x.."), enters_at=0.45,
              level_db=-8, low=55, pan=0.4, reverb=0.25),
        Layer("melody", ("flute", "sitar", "oboe", "pan_flute", "shakuhachi", "shanai"), (), enters_at=0.2, level_db=-3,
              low=65, pan=0.1, reverb=0.4, delay=0.2),
        Layer("counter", ("marimba", "voice_ooh"), (), enters_at=0.65, level_db=-9, low=64, pan=-0.2, reverb=0.35),
    ),
    tune=Tune(("O-oo--o-O--o--o-", "O---oo-oO-o-o---", "..o-o-oooo--O---"), pentatonic=True, leap=0.25),
    human_ms=12, voicing="bare", fill="latin", reverb_s=1.6, reverb_db=-13,
)  # fmt: skip

LATIN = Style(
    style_id="latin", bpm=(96, 132), mode="major",
    harmony=Harmony("seventh", applied=0.15, halves=0.2, tunes=0.2),
    drumming=DRUMMING_MACHINE["latin"],
    kit="latin",
    layers=(
        Layer("bass", ("upright_bass", "finger_bass"), ("R-----5-5---8---", "R-----5---5-a---"), enters_at=0.1,
              level_db=0, low=31, reverb=0.04),
        Layer("chords", ("nylon",), ("b-x..x.xb..x.x..", "bx.xb-.x.x.xb-x."), enters_at=0.0, level_db=-4, low=52,
              pan=-0.3, reverb=0.2),
        Layer("arp", ("piano", "marimba"), ("X-x.x-.xx-.x.x-.", "X.0x.0x.0x.0x.x0"), enters_at=0.4, level_db=-8, low=60,
              pan=0.35, reverb=0.2),
        Layer("melody", ("flute", "trumpet", "nylon", "alto_sax", "trombone"), (), enters_at=0.25, level_db=-5,
              low=66, pan=0.1, reverb=0.3, delay=0.1),
        Layer("counter", ("brass", "marimba", "trombone"), (), enters_at=0.6, level_db=-8, low=62, pan=-0.25,
              reverb=0.3),
        Layer("pad", ("strings",), ("X---------------",), enters_at=0.85, level_db=-14, low=57, reverb=0.4),
    ),
    tune=Tune(("O--o--o-o---O---", "..o-o-o-O--o--o-", "O-o-..o-o-o-O---"), leap=0.35),
    human_ms=10, voicing="rootless", fill="latin", reverb_s=1.3, reverb_db=-15, brightness=0.1,
)  # fmt: skip

LOFI = Style(
    style_id="lofi", bpm=(70, 88), mode="minor",
    harmony=Harmony("ninth", vamps=0.15, applied=0.12, halves=0.2),
    drumming=DRUMMING_MACHINE["lofi"],
    kit="lofi",
    layers=(
        Layer("chords", ("epiano", "felt_piano", "wurli"), ("X-------x-----x-", "X-----x---------"), enters_at=0.0,
              level_db=-3, low=52, pan=-0.1, reverb=0.25, delay=0.06),
        Layer("bass", ("upright_bass", "sub_bass", "finger_bass"), ("R-----r-..5-..a-", "R---..r-R---5---"),
              enters_at=0.2, level_db=-3, low=31, reverb=0.02),
        Layer("arp", ("nylon", "jazz_guitar"), ("....2-3-....1-2-", "..1-2---..3-1---"), enters_at=0.4, level_db=-8,
              low=60, pan=0.4, reverb=0.3, delay=0.25),
        Layer("melody", ("vibraphone", "felt_piano", "muted_trumpet", "flute", "alto_sax"), (), enters_at=0.3,
              level_db=-5, low=65, pan=0.1, reverb=0.35, delay=0.3),
        Layer("pad", ("warm_pad", "strings"), ("X---------------",), enters_at=0.5, level_db=-12, low=55, reverb=0.4),
        Layer("counter", ("bells", "celesta"), (), enters_at=0.75, level_db=-13, low=74, pan=-0.4, reverb=0.4,
              delay=0.4),
    ),
    tune=Tune(("..o-o-o-O-------", "O---..o-o-o-O---", "O--o--o-....o-o-"), pentatonic=True, leap=0.35),
    swing=0.59, pairs_per_beat=2, human_ms=16, voicing="rootless", fill="light", reverb_s=1.3, reverb_db=-14,
    brightness=-0.45, drum_drive=1.0,
)  # fmt: skip

ROAD = (COUNTRY, FOLK, WORLD, LATIN, LOFI)
