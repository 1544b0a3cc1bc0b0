"""What a style is: who plays, what they play, how it swings and where it sounds.

Pattern notation, sixteen steps to a bar of 4/4, one or more bars:
bass `R` root, `r` root softly, `5` fifth, `8` octave, `3` third, `7` seventh,
`a` approach to the next chord; chords `X`, `x` the whole chord loud or soft, `0`..`9` one chord note, counted from
the lowest, `b` the root below; melody `O`, `o` a note loud or soft. Everywhere `-` holds and `.` rests.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from aural.theory.keys import Mode
from models.sketch.progressions import Harmony
from models.sketch.styles.drumming import Drumming

Role = Literal["bass", "chords", "arp", "pad", "melody", "counter"]


@dataclass(frozen=True)
class Layer:
    """One player. `voices`, `patterns`: candidates, drawn once per take and per section.

    `enters_at`: the intensity (0..1) from which it plays. `level_db`: against the drums. `low`: bottom of its
    register (MIDI). `pan`: -1 left .. 1 right. `reverb`, `delay`: sends, 0..1. `drive`: distortion, 0 is none.
    `defines`: without this player it would be another style, so that every band has them.
    """

    role: Role
    voices: tuple[str, ...]
    patterns: tuple[str, ...] = ()
    enters_at: float = 0.0
    level_db: float = -6.0
    low: int = 52
    pan: float = 0.0
    reverb: float = 0.25
    delay: float = 0.0
    drive: float = 0.0
    voicing: str = ""
    ducks: float = 0.0
    defines: bool = False


@dataclass(frozen=True)
class Tune:
    """How melodies of the style move. `rhythms`: one-bar cells; `leap`: 0 stepwise .. 1 jumpy.

    `hook`: one short idea comes back, instead of a phrase that unfolds. `answer`: cells for a phrase's end.
    """

    rhythms: tuple[str, ...]
    endings: tuple[str, ...] = ("O-------........", "O---o---o-------", "O-----------....")
    pentatonic: bool = False
    hook: bool = False
    leap: float = 0.3


@dataclass(frozen=True)
class Style:
    """A style as data. `human_ms`: timing spread of the players.
    `reverb_s`: decay to -60 dB; `delay_beats`: echo time; `brightness`: -1 dull .. 1 bright. `saturation`: how hard
    the band, without its drums, is pushed; `top_hz`: where the mix ends; `thinning`: see `rhythm.events`;
    `length`: of notes, as a share of what is written; `busy`: how many strokes more are played, 0..1;
    `glue`: bus compression, 0..1; `drumless`: the share of pieces that have no drummer.
    """

    style_id: str
    bpm: tuple[float, float]
    mode: Mode | None
    harmony: Harmony
    drumming: Drumming
    kit: str
    layers: tuple[Layer, ...]
    tune: Tune
    swing: float = 0.5
    pairs_per_beat: int = 1
    human_ms: float = 6.0
    voicing: str = "close"
    fill: str = "toms"
    drums_enter_at: float = 0.15
    drumless: float = 0.0
    drums_db: float = 0.0
    reverb_s: float = 1.4
    reverb_db: float = -14.0
    delay_beats: float = 0.75
    brightness: float = 0.0
    phrase_bars: int = 8
    drum_drive: float = 0.0
    saturation: float = 0.0
    top_hz: float = 16_000.0
    thinning: int = 1
    length: float = 1.0
    busy: float = 0.0
    glue: float = 0.65
