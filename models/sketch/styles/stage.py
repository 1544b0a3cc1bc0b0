"""Styles of stage and screen: classical, cinematic, ambient."""

from __future__ import annotations

from models.sketch.progressions import Harmony
from models.sketch.styles.drumming_machine import DRUMMING_MACHINE
from models.sketch.styles.style import Layer, Style, Tune

CLASSICAL = Style(
    style_id="classical", bpm=(84, 126), mode="major",
    harmony=Harmony(applied=0.2, inverted=0.2, halves=0.25, tunes=0.2),
    drumming=DRUMMING_MACHINE["classical"],
    kit="orchestra",
    layers=(
        Layer("chords", ("piano", "harp", "harpsichord"), ("b-2-1-2-b-2-1-2-", "b-1-2-3-2-1-2-1-"), enters_at=0.0,
              level_db=-4, low=52, pan=-0.2, reverb=0.3),
        Layer("bass", ("cello_low", "contrabass_pizz"), ("R-------5-------", "R---r---5---3---"), enters_at=0.15,
              level_db=-5, low=36, pan=0.25, reverb=0.3),
        Layer("arp", ("pizzicato", "staccato_strings", "viola"), ("x...x...x...x...", "0-..1-..2-..1-.."),
              enters_at=0.4, level_db=-7, low=57, pan=0.35, reverb=0.35),
        Layer("pad", ("strings",), ("X---------------",), enters_at=0.5, level_db=-8, low=55, reverb=0.45),
        Layer("melody", ("flute", "violin", "oboe", "clarinet"), (), enters_at=0.2, level_db=-3, low=67, pan=0.1,
              reverb=0.4),
        Layer("counter", ("violin", "horn", "bassoon"), (), enters_at=0.5, level_db=-7, low=60, pan=-0.35, reverb=0.4),
        Layer("chords", ("brass", "horn"), ("X-------x-------", "X---....X---...."), enters_at=0.8, level_db=-8, low=50,
              pan=0.2, reverb=0.45),
    ),
    tune=Tune(("O---o-o-O---o---", "O-o-o-o-O---o---", "O-----o-o-o-o-o-", "O---O---o-o-o-o-"), leap=0.3),
    human_ms=16, voicing="open", fill="orchestra", drums_enter_at=0.55, drums_db=-6, reverb_s=2.4, reverb_db=-10,
)  # fmt: skip

CINEMATIC = Style(
    style_id="cinematic", bpm=(78, 112), mode="minor",
    harmony=Harmony("added", borrowed=0.15, pedal=0.15, inverted=0.1),
    drumming=DRUMMING_MACHINE["cinematic"],
    kit="orchestra",
    layers=(
        Layer("pad", ("strings", "dark_pad"), ("X---------------",), enters_at=0.0, level_db=-5, low=48, reverb=0.5),
        Layer("arp", ("staccato_strings", "pizzicato"), ("0010201000102010", "0-1-2-1-0-1-3-2-"), enters_at=0.15,
              level_db=-4, low=57, pan=0.3, reverb=0.3),
        Layer("bass", ("contrabass", "sub_bass"), ("R---------------", "R-------r-------"), enters_at=0.2, level_db=-4,
              low=31, reverb=0.2),
        Layer("chords", ("horn", "brass", "trombone"), ("X-----------X---", "X-------X-------"), enters_at=0.55,
              level_db=-4, low=50, pan=-0.2, reverb=0.45),
        Layer("pad", ("choir",), ("X---------------",), enters_at=0.7, level_db=-8, low=57, reverb=0.5),
        Layer("melody", ("violin", "horn", "piano", "english_horn"), (), enters_at=0.3, level_db=-4, low=62,
              reverb=0.45, delay=0.1),
        Layer("counter", ("flute", "cello"), (), enters_at=0.6, level_db=-8, low=69, pan=0.3, reverb=0.45),
    ),
    tune=Tune(("O-------O---o---", "O---o---O-------", "O-----o-O-------"), endings=("O---------------",), leap=0.4),
    human_ms=10, voicing="open", fill="taiko", drums_enter_at=0.25, reverb_s=3.0, reverb_db=-9, brightness=-0.05,
)  # fmt: skip

AMBIENT = Style(
    style_id="ambient", bpm=(66, 88), mode="major",
    harmony=Harmony("ninth", vamps=0.4, pedal=0.2, applied=0.0),
    drumming=DRUMMING_MACHINE["ambient"],
    kit="soft",
    layers=(
        Layer("pad", ("warm_pad", "glass_pad"), ("X---------------",), enters_at=0.0, level_db=-2, low=52, reverb=0.6),
        Layer("arp", ("music_box", "kalimba", "felt_piano", "harp"), ("0-..2-..1-..3-..", "0-..1-..3-..2-.."),
              enters_at=0.05, level_db=-5, low=64, pan=-0.3, reverb=0.6, delay=0.5),
        Layer("bass", ("sub_bass",), ("R---------------",), enters_at=0.3, level_db=-6, low=31, reverb=0.1),
        Layer("pad", ("choir", "strings"), ("X---------------",), enters_at=0.5, level_db=-8, low=57, reverb=0.6),
        Layer("melody", ("felt_piano", "flute", "voice_ooh", "pan_flute"), (), enters_at=0.35, level_db=-5, low=67,
              pan=0.15, reverb=0.6, delay=0.4),
        Layer("counter", ("bells", "celesta"), (), enters_at=0.65, level_db=-11, low=76, pan=0.45, reverb=0.6,
              delay=0.5),
    ),
    tune=Tune(("O-------o-------", "O-----------o---", "....O-----------"), endings=("O---------------",),
              pentatonic=True),
    human_ms=16, voicing="open", fill="none", drums_enter_at=0.3, drums_db=-7, reverb_s=4.0, reverb_db=-7,
    brightness=-0.2,
)  # fmt: skip

STAGE = (CLASSICAL, CINEMATIC, AMBIENT)
