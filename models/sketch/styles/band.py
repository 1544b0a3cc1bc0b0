"""Styles of a band with guitars: rock, pop, metal, blues."""

from __future__ import annotations

from models.sketch.progressions import Harmony
from models.sketch.styles.drumming_band import DRUMMING_BAND
from models.sketch.styles.style import Layer, Style, Tune

ROCK = Style(
    style_id="rock", bpm=(108, 144), mode="major",
    harmony=Harmony(vamps=0.15, borrowed=0.12, tunes=0.12),
    drumming=DRUMMING_BAND["rock"],
    kit="rock",
    layers=(
        Layer("bass", ("pick_bass", "finger_bass"), ("R-r-R-r-R-r-R-a-", "R-r-R-r-5-5-8-a-"), enters_at=0.12,
              level_db=0, low=33, reverb=0.03),
        Layer("chords", ("crunch_guitar",), ("X-x-x-x-X-x-x-x-", "X-----x-X---x-x-"), enters_at=0.45, level_db=-4,
              low=40, pan=-0.55, reverb=0.12, drive=10, voicing="power", defines=True),
        Layer("chords", ("crunch_guitar",), ("X-------x-------", "X---x---X---x---"), enters_at=0.6, level_db=-5,
              low=45, pan=0.55, reverb=0.12, drive=8, voicing="power", defines=True),
        Layer("arp", ("clean_guitar", "steel", "piano"), ("0-2-1-2-3-2-1-2-", "X---x-x-..x-x---"), enters_at=0.0,
              level_db=-7, low=55, pan=0.25, reverb=0.25, delay=0.12),
        Layer("pad", ("rock_organ", "strings"), ("X---------------",), enters_at=0.75, level_db=-12, low=55,
              reverb=0.3),
        Layer("melody", ("lead_guitar", "voice_ooh", "crunch_guitar"), (), enters_at=0.35, level_db=-7, low=62,
              pan=0.05, reverb=0.25, delay=0.2, drive=2.5),
    ),
    tune=Tune(("O---o-o-O---o---", "O-o-o---O---o-o-", "..o-o-o-O-----o-", "O-----o-O-o-o---"), pentatonic=True),
    human_ms=8, drums_db=-5, reverb_s=1.2, reverb_db=-16, delay_beats=0.5, drum_drive=1.5,
)  # fmt: skip

POP = Style(
    style_id="pop", bpm=(96, 124), mode="major",
    harmony=Harmony("added", tunes=0.18, inverted=0.1),
    drumming=DRUMMING_BAND["pop"],
    kit="pop",
    layers=(
        Layer("bass", ("finger_bass", "pick_bass", "synth_bass"), ("R-----r-R-----a-", "R-r-R-r-R-r-5-a-"),
              enters_at=0.2, level_db=-3, low=33, reverb=0.03),
        Layer("chords", ("piano", "epiano", "steel"), ("X-----x-X-----x-", "X---x---X---x-x-"), enters_at=0.0,
              level_db=-5, low=55, pan=-0.15, reverb=0.25),
        Layer("arp", ("pluck_synth", "steel", "clean_guitar", "nylon"), ("0-2-1-3-2-1-3-2-", "3-2-1-2-0-1-2-1-"),
              enters_at=0.5, level_db=-10, low=64, pan=0.45, reverb=0.3, delay=0.3),
        Layer("pad", ("warm_pad", "strings", "choir"), ("X---------------",), enters_at=0.55, level_db=-11, low=55,
              reverb=0.4),
        Layer("melody", ("voice_ooh", "piano", "clean_guitar", "flute", "square_lead"), (), enters_at=0.3,
              level_db=-6, low=64, reverb=0.3, delay=0.2),
        Layer("counter", ("strings", "glock", "clean_guitar"), (), enters_at=0.75, level_db=-10, low=72, pan=-0.35,
              reverb=0.4),
    ),
    tune=Tune(("O-o-o---O---o-o-", "..o-o-o-O---o---", "O---o-o---o-O---", "O-o---o-O-o-o---")),
    drumless=0.15, human_ms=4, drums_db=-3, reverb_s=1.5, reverb_db=-14, brightness=0.2,
)  # fmt: skip

METAL = Style(
    style_id="metal", bpm=(120, 168), mode="minor",
    harmony=Harmony(vamps=0.3, borrowed=0.12, halves=0.15, tunes=0.05),
    drumming=DRUMMING_BAND["metal"],
    kit="metal",
    layers=(
        Layer("bass", ("pick_bass",), ("R-rrR-rrR-rrR-rr", "R-R-r-r-R-R-r-a-"), enters_at=0.1, level_db=-2, low=28,
              reverb=0.0, drive=1.5),
        Layer("chords", ("power_guitar",), ("X-xxX-xxX-xxX-xx", "X---..xxX---x-x-"), enters_at=0.0, level_db=-4,
              low=40, pan=-0.75, reverb=0.06, drive=12, voicing="power", defines=True),
        Layer("chords", ("power_guitar",), ("X-xxX-xxX-xxX-xx", "X---..xxX---x-x-"), enters_at=0.3, level_db=-4,
              low=40, pan=0.75, reverb=0.06, drive=11, voicing="tenth", defines=True),
        Layer("melody", ("lead_guitar",), (), enters_at=0.35, level_db=-8, low=64, reverb=0.25, delay=0.25, drive=6),
        Layer("pad", ("choir", "strings", "church_organ"), ("X---------------",), enters_at=0.7, level_db=-12, low=52,
              reverb=0.45),
    ),
    tune=Tune(("O-o-O-o-O-o-o-o-", "O---o-o-O---o-o-", "OoooO-o-OoooO-o-"), leap=0.45),
    human_ms=4, reverb_s=1.1, reverb_db=-18, delay_beats=0.75, drum_drive=2.0,
)  # fmt: skip

BLUES = Style(
    style_id="blues", bpm=(72, 112), mode="major",
    harmony=Harmony("blues", twelve_bar=0.8, applied=0.1),
    drumming=DRUMMING_BAND["blues"],
    kit="acoustic",
    layers=(
        Layer("bass", ("finger_bass", "upright_bass"), ("R---3---5---a---", "R-r-3-3-5-5-a-a-"), enters_at=0.1,
              level_db=-2, low=33, reverb=0.05),
        Layer("chords", ("piano", "organ", "honky_tonk", "wurli"), ("X---..x.X---..x.", "..x-X---..x-X-x-"),
              enters_at=0.0, level_db=-7, low=55, pan=-0.35, reverb=0.2),
        Layer("arp", ("clean_guitar", "steel"), ("b-x-b-x-b-x-b-x-",), enters_at=0.35, level_db=-8, low=45, pan=0.4,
              reverb=0.15),
        Layer("melody", ("lead_guitar", "harmonica", "tenor_sax", "clean_guitar", "piano"), (), enters_at=0.25,
              level_db=-3, low=62, pan=0.08, reverb=0.3, delay=0.12, drive=1.5),
        Layer("counter", ("organ", "brass", "clean_guitar"), (), enters_at=0.65, level_db=-9, low=60, pan=0.3,
              reverb=0.3),
    ),
    tune=Tune(("..o-o-o-O-------", "O-o-O---....o-o-", "..O---o-o-o-O---", "O---o-o-O-o-...."), pentatonic=True,
              leap=0.4),
    swing=0.64, human_ms=14, voicing="close", drums_db=-2, reverb_s=1.3, reverb_db=-15, phrase_bars=12,
)  # fmt: skip

BAND = (ROCK, POP, METAL, BLUES)
