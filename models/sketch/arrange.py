"""The arranger: who plays in which bars, on which instrument, and what they play."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from models.sketch.band import has_drums, players, wants_drums
from models.sketch.form import Bar
from models.sketch.intent import Intent
from models.sketch.players.bass import play_bass
from models.sketch.players.chords import play_chords
from models.sketch.players.counter import play_counter
from models.sketch.players.drums import play_drums, play_pieces
from models.sketch.players.melody import play_melody
from models.sketch.players.themes import draw_theme
from models.sketch.registers import registered, within_range
from models.sketch.rhythm import Pace
from models.sketch.score import Hit, Note
from models.sketch.sections import SECTION_NAMES
from models.sketch.styles import Layer, Style
from models.sketch.synth.kits import KITS

HELD_IN_A_HAND = {
    **dict.fromkeys(("nylon", "steel", "twelve_string", "clean_guitar", "jazz_guitar", "muted_guitar"), "guitar"),
    "ukulele": "ukulele",
}
SPREAD = frozenset({"strings", "tremolo_strings", "choir", "church_organ"})
UNIT_BARS = 2  # layers come and go in units, so that a restless curve does not make players flicker
SHORTEST_BEATS = 0.2
DRUMS_ROLE = "drums"


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
    drums_from = None if not has_drums(intent) else 0.0 if wants_drums(intent) else style.drums_enter_at
    present = _present(bars, layers, drums_from)
    has_bass = any(layer.role == "bass" for layer in layers)
    parts: list[Part] = []
    melody: list[Note] = []
    # The counter line last: it listens to the melody.
    for index in sorted(range(len(layers)), key=lambda i: layers[i].role == "counter"):
        layer = layers[index]
        rng = np.random.default_rng([seed, 10 + index])
        voice = layer.voices[int(rng.integers(len(layer.voices)))]
        layer = registered(layer, voice)
        playing = present[index]
        if not playing:
            continue
        if layer.role == "counter":
            notes = play_counter(layer, playing, melody, rng)
        else:
            notes = _layer_notes(style, layer, voice, playing, pace, seed, rng, has_bass)
        notes = within_range([_articulated(note, style.length) for note in notes], voice)
        melody = melody + notes if layer.role == "melody" else melody
        parts.append(Part(layer, voice, notes))
        tick()
    return Arrangement(tuple(parts), _hits(style, intent, present[-1], pace, seed))


def _articulated(note: Note, length: float) -> Note:
    """Shorter, if it is long enough to be."""
    return replace(note, beats=max(min(note.beats, SHORTEST_BEATS), note.beats * length)) if length < 1 else note


def _layer_notes(
    style: Style,
    layer: Layer,
    voice: str,
    playing: list[Bar],
    pace: Pace,
    seed: int,
    rng: np.random.Generator,
    has_bass: bool,
) -> list[Note]:
    shared = np.random.default_rng([seed, 4])  # what all layers share: themes and the choice of figures
    if layer.role == "melody":
        metre = playing[0].metre
        themes = {section: draw_theme(style.tune, section, metre, shared) for section in SECTION_NAMES}
        return play_melody(layer, playing, themes, style.tune, pace=pace, rng=rng)
    if layer.role == "bass":
        return play_bass(layer, playing, pace=pace, busy=style.busy, shared=shared, rng=rng)
    voicing = _voicing(style, layer, voice, has_bass)
    if layer.role == "arp" and style.thinning > 1:
        pace = replace(pace, thin=4)  # broken chords in eighths would take the pulse from the beats
    return play_chords(layer, playing, voicing=voicing, pace=pace, busy=style.busy, shared=shared, rng=rng)


def _voicing(style: Style, layer: Layer, voice: str, has_bass: bool) -> str:
    """How the layer lays chords out: as its style does, or as its instrument must."""
    if voice in HELD_IN_A_HAND and not layer.voicing:
        return HELD_IN_A_HAND[voice]
    voicing = layer.voicing or ("spread" if voice in SPREAD else style.voicing)
    return "close" if voicing == "rootless" and not has_bass else voicing


def _hits(style: Style, intent: Intent, playing: list[Bar], pace: Pace, seed: int) -> list[Hit]:
    rng = np.random.default_rng([seed, 3])
    pieces = set(KITS[style.kit])
    hits = play_drums(style, playing, pieces=pieces, pace=pace, rng=rng)
    hits += play_pieces([piece for piece in intent.drum_pieces if piece in pieces], playing, rng=rng)
    return [hit for hit in hits if hit.piece not in intent.without]


def _present(bars: tuple[Bar, ...], layers: Sequence[Layer], drums_from: float | None) -> list[list[Bar]]:
    """The bars in which each layer plays, and at the end of the list the drummer's.

    A layer plays from its intensity on (the mean of a unit of bars), unless its role rests in that section. Where
    nobody would be left, nobody rests.
    """
    thresholds = [*((layer.enters_at, layer.role) for layer in layers), (drums_from, DRUMS_ROLE)]
    present: list[list[Bar]] = [[] for _ in thresholds]
    for start in range(0, len(bars), UNIT_BARS):
        unit = bars[start : start + UNIT_BARS]
        mean = sum(bar.intensity for bar in unit) / len(unit)
        due = [i for i, (from_, _) in enumerate(thresholds) if from_ is not None and mean >= from_]
        for bar in unit:
            playing = [i for i in due if thresholds[i][1] not in bar.resting] or due
            for i in playing:
                present[i].append(bar)
    return present
