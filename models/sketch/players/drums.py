"""The drummer: a groove that thickens with intensity, ghost variations, fills and crashes at the joints."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from models.sketch.form import Bar
from models.sketch.players.pattern import Pace, events
from models.sketch.score import STEPS_PER_BEAT, Hit
from models.sketch.styles import DrumPattern, Style

MAIN_FROM, FULL_FROM = 0.38, 0.76  # intensities at which the groove thickens
LEAN = {"hat", "shaker", "ride", "open", "perc", "tamb"}  # thinned first at high tempi
# Fills take the second half of a section's last bar: piece -> eight steps.
FILLS: dict[str, tuple[DrumPattern, ...]] = {
    "toms": (
        {"snare": "7.77....", "tom1": "....88..", "tom3": "......89"},
        {"snare": "7...7.78", "tom2": "..77....", "tom3": ".....7.."},
        {"snare": "66778899", "kick": "9...9..."},
    ),
    "roll": (
        {"snare": "44556789"},
        {"snare": "4.5.6.79", "clap": "....7.7."},
        {"snare": "5..5..66", "tom2": "....7.8."},
    ),
    "stutter": ({"snare": "9..7..77", "hat": "66666666"}, {"kick": "9.7..7..", "snare": "..7.9.99"}),
    "light": ({"snare": "..3.5.46"}, {"rim": "..4..5.6", "kick": "9......."}, {"snare": "4..3.456"}),
    "reggae": ({"rim": "6.66..8.", "tom1": "....7.7."}, {"snare": "9..9..99"}),
    "latin": (
        {"conga_hi": "7.77.77.", "conga_lo": "...7..77"},
        {"drum_hi": "66.66.77", "drum_lo": "7..7...8", "conga_hi": "66.66.77", "conga_lo": "7..7...8"},
    ),
    "orchestra": ({"timpani": "44556678"}, {"timpani": "6...6.67", "cymbal": "......5."}),
    "taiko": (
        {"taiko_lo": "8.8.8.89", "taiko_hi": "66.66.77"},
        {"taiko_hi": "55667788", "taiko_lo": "9...9..."},
    ),
    "none": ({},),
}


def play_drums(style: Style, bars: list[Bar], *, pieces: set[str], pace: Pace, rng: np.random.Generator) -> list[Hit]:
    """Play `bars` (those with drums). `pieces`: what the kit has; fills use only those."""
    hits: list[Hit] = []
    playing = {bar.index for bar in bars}
    for bar in bars:
        groove = style.drums[_groove_index(bar.intensity)]
        fill = _fill(style, bar, pieces, rng)
        filled_from = 8 if fill else 16
        for piece, pattern in groove.items():
            lean = pace.thin if piece in LEAN or pace.thin > 2 else 1
            for event in events(pattern, bar.index, lean):
                if event.step >= filled_from and piece in (
                    "snare",
                    "hat",
                    "rim",
                    "clap",
                    "conga_hi",
                    "conga_lo",
                ):
                    continue
                stroke = _hit(bar, piece, event.step, int(event.symbol), rng)
                if piece in LEAN:
                    stroke = _accent_by_beat(stroke, pace)
                hits.append(stroke)
        for piece, pattern in (fill or {}).items():
            for step, symbol in enumerate(pattern):
                if symbol != "." and (8 + step) % pace.thin == 0:
                    hits.append(_hit(bar, piece, 8 + step, int(symbol), rng))
        hits.extend(_ghosts(bar, groove, pace.thin, rng))
        begins = bar.index == 0 and not bar.comes_round
        if bar.opens and bar.intensity > 0.5 and "crash" in pieces and (begins or bar.index - 1 in playing):
            hits.append(Hit(bar.beat, "crash", 0.5 + 0.3 * bar.intensity))
    return hits


def _groove_index(intensity: float) -> int:
    return 0 if intensity < MAIN_FROM else 1 if intensity < FULL_FROM else 2


def _hit(bar: Bar, piece: str, step: int, strength: int, rng: np.random.Generator) -> Hit:
    humane = 1 + 0.06 * float(rng.uniform(-1, 1))
    velocity = strength / 9 * (0.75 + 0.25 * bar.intensity) * humane
    return Hit(bar.beat + step / STEPS_PER_BEAT, piece, min(1.0, velocity))


def _accent_by_beat(stroke: Hit, pace: Pace) -> Hit:
    """Softer between the beats where the tempo needs it, and firm on them at high tempi."""
    if stroke.beat % 1:
        return replace(stroke, velocity=stroke.velocity * pace.off_beat)
    return replace(stroke, velocity=max(stroke.velocity, 0.75)) if pace.fast else stroke


def _fill(style: Style, bar: Bar, pieces: set[str], rng: np.random.Generator) -> DrumPattern | None:
    """A fill ends a section, half of the time also a half-section; none where the kit has no drum for it."""
    halfway = bar.place % 4 == 3 and rng.random() < 0.35
    if not (bar.closes or halfway) or bar.intensity < 0.3:
        return None
    choices = FILLS[style.fill]
    chosen = choices[int(rng.integers(len(choices)))]
    playable = {piece: pattern for piece, pattern in chosen.items() if piece in pieces}
    return playable or None


def _ghosts(bar: Bar, groove: DrumPattern, thin: int, rng: np.random.Generator) -> list[Hit]:
    """Now and then a soft extra snare or kick in a place that the groove leaves free: no two bars alike."""
    added: list[Hit] = []
    for piece, steps, chance in (("snare", (7, 9, 15), 0.16), ("kick", (7, 11, 14), 0.1)):
        if piece not in groove or thin > 1:
            continue
        pattern = groove[piece]
        for step in steps:
            free = pattern[(bar.index * 16 + step) % len(pattern)] == "."
            if free and rng.random() < chance * bar.intensity:
                added += [_hit(bar, piece, step, 3 if piece == "snare" else 6, rng)]
    return added
