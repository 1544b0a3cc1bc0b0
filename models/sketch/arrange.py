"""The arranger: who plays in which bars, on which instrument, with which pattern."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from models.sketch.band import has_drums, players, wants_drums
from models.sketch.form import Bar
from models.sketch.intent import Intent
from models.sketch.players.bass import play_bass
from models.sketch.players.chords import play_chords
from models.sketch.players.drums import play_drums
from models.sketch.players.melody import draw_theme, play_counter, play_melody
from models.sketch.players.pattern import Pace
from models.sketch.score import Hit, Note
from models.sketch.styles import Layer, Style
from models.sketch.synth.kits import KITS

UNIT_BARS = 2  # layers come and go in units, so that a restless curve does not make players flicker


@dataclass(frozen=True)
class Part:
    """One player's part, ready to be rendered."""

    layer: Layer
    voice: str
    notes: list[Note]


@dataclass(frozen=True)
class Arrangement:
    """All parts; `hits` is the drummer's."""

    parts: tuple[Part, ...]
    hits: list[Hit]

    @property
    def names(self) -> tuple[str, ...]:
        """Of the parts, one each: "chords", "chords-2". The drummer is `band.DRUMS`."""
        roles = [part.layer.role for part in self.parts]
        earlier = [roles[:place].count(role) for place, role in enumerate(roles)]
        return tuple(f"{role}-{count + 1}" if count else role for role, count in zip(roles, earlier, strict=True))


def arrange(style: Style, intent: Intent, bars: tuple[Bar, ...], seed: int, tick: Callable[[], None]) -> Arrangement:
    """Write every part. Each draws from its own generator, so that one player's luck is not another's."""
    pace = Pace.of(intent.bpm, style.bpm[1], style.thinning)
    layers = players(style, intent)
    has_bass = any(layer.role == "bass" for layer in layers)
    parts: list[Part] = []
    melody: list[Note] = []
    # The counter line last: it listens to the melody.
    for index in sorted(range(len(layers)), key=lambda i: layers[i].role == "counter"):
        layer = layers[index]
        rng = np.random.default_rng([seed, 10 + index])
        voice = layer.voices[int(rng.integers(len(layer.voices)))]
        playing = _playing_bars(bars, layer.enters_at)
        if not playing:
            continue
        if layer.role == "counter":
            notes = play_counter(layer, playing, melody, rng)
        else:
            notes = _layer_notes(style, layer, playing, pace, seed, rng, has_bass)
        melody = melody + notes if layer.role == "melody" else melody
        parts.append(Part(layer, voice, notes))
        tick()
    return Arrangement(tuple(parts), _hits(style, intent, bars, pace, seed))


def _layer_notes(
    style: Style,
    layer: Layer,
    playing: list[Bar],
    pace: Pace,
    seed: int,
    rng: np.random.Generator,
    has_bass: bool,
) -> list[Note]:
    together = np.random.default_rng([seed, 4])  # what all layers share: theme and choice of patterns
    if layer.role == "melody":
        themes = {section: draw_theme(style.tune, section, together) for section in "AB"}
        return play_melody(layer, playing, themes, style.tune, pace=pace, rng=rng)
    offset = int(together.integers(12))
    patterns = {name: layer.patterns[(offset + i) % len(layer.patterns)] for i, name in enumerate("AB")}
    if layer.role == "bass":
        return play_bass(layer, playing, patterns, pace=pace, rng=rng)
    voicing = layer.voicing or style.voicing
    if voicing == "rootless" and not has_bass:
        voicing = "close"
    if layer.role == "arp" and style.thinning > 1:
        pace = replace(pace, thin=4)  # broken chords in eighths would take the pulse from the beats
    return play_chords(layer, playing, patterns, voicing=voicing, pace=pace)


def _hits(style: Style, intent: Intent, bars: tuple[Bar, ...], pace: Pace, seed: int) -> list[Hit]:
    if not has_drums(intent):
        return []
    playing = _playing_bars(bars, 0.0 if wants_drums(intent) else style.drums_enter_at)
    rng = np.random.default_rng([seed, 3])
    hits = play_drums(style, playing, pieces=set(KITS[style.kit]), pace=pace, rng=rng)
    return [hit for hit in hits if hit.piece not in intent.without]


def _playing_bars(bars: tuple[Bar, ...], enters_at: float) -> list[Bar]:
    """The bars in which a layer plays: by the mean intensity of their unit."""
    present: list[Bar] = []
    for start in range(0, len(bars), UNIT_BARS):
        unit = bars[start : start + UNIT_BARS]
        if sum(bar.intensity for bar in unit) >= enters_at * len(unit):
            present.extend(unit)
    return present
