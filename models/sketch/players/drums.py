"""The drummer: a groove that thickens with intensity, ghost variations, fills and crashes at the joints."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from aural.theory.metre import COMMON_TIME
from models.sketch.form import Bar
from models.sketch.players.fills import draw_fill
from models.sketch.players.grooves import Groove, draw_grooves
from models.sketch.rhythm import Pace, accent, events, fitted
from models.sketch.score import Hit, steps_per_beat
from models.sketch.sections import PHRASE_BARS
from models.sketch.styles import DrumPattern, Style

MAIN_FROM, FULL_FROM = 0.38, 0.76  # intensities at which the groove thickens
BUSIER = 0.3  # intensity that the busiest of moods adds to a groove
LEAN = {"hat", "shaker", "ride", "open", "perc", "tamb"}  # thinned first at high tempi
FILLED_OVER = {"snare", "hat", "rim", "clap", "conga_hi", "conga_lo", "ride", "brush", "brush_tap"}
ON_BEAT, OFF_BEAT = 1.0, 0.86  # touch of what keeps time
# Of pieces that are asked for by name.
PIECE_PATTERNS = {
    "palmas": "..6.7...6.7.7...", "castanets": "7.....5.7...5555", "sleigh_bells": "7.5.7.5.7.5.7.5.",
    "triangle": "7...5...7...5.5.", "tamb": "..5.7.5...5.7.5.", "cowbell": "8...6...8.6.6.6.",
    "shaker": "7.5.7.5.7.5.7.5.", "clave": "8..8..8...8.8...", "conga_hi": "..6.7...6.6.7.77",
    "bongo_hi": "7.6.7.667.6.7.66", "clap": "....8.......8...", "crash": "7...............",
    "timpani": "8.......6...6.66", "snare": "....8.......8...", "kick": "9.......9.......", "hat": "7.5.7.5.7.5.7.5.",
    "agogo_hi": "8.6..6.88.6..6.8", "timbale_hi": "6..66.6.6..66.66", "tabla_hi": "8.6.7.6.8.667.66",
}  # fmt: skip
AFTERBEATS = "....6.......6.6."
LEADS_ROUND = ("open", "ride", "cymbal")
LAST_STROKES = ("crash", "cymbal", "kick", "taiko_lo", "timpani", "drum_lo")


@dataclass(frozen=True)
class _Kit:
    """`pieces`: what there is to play on."""

    pieces: frozenset[str]
    pace: Pace
    style: Style


def play_drums(style: Style, bars: list[Bar], *, pieces: set[str], pace: Pace, rng: np.random.Generator) -> list[Hit]:
    """Play `bars` (those with drums). `pieces`: what the kit has; fills use only those."""
    if not bars:
        return []
    kit = _Kit(frozenset(pieces), pace, style)
    grooves = draw_grooves(style.drumming, bars[0].metre, rng)
    hits: list[Hit] = []
    playing = {bar.index for bar in bars}
    for bar in bars:
        if bar.ends:
            hits.extend(Hit(bar.beat, piece, 0.7) for piece in LAST_STROKES if piece in pieces)
            continue
        hits.extend(_bar_hits(bar, grooves[bar.section], kit, rng))
        begins = bar.index == 0 and not bar.comes_round
        if bar.opens and bar.intensity > 0.6 and "crash" in pieces and (begins or bar.index - 1 in playing):
            hits.append(Hit(bar.beat, "crash", 0.4 + 0.3 * bar.intensity))
    if bars[-1].comes_round and len(bars) >= PHRASE_BARS:
        hits.extend(_lead_round(bars[-1], pieces))
    return hits


def _lead_round(bar: Bar, pieces: set[str]) -> Iterator[Hit]:
    """A cymbal rings across a loop's seam, so that its start is no more of a beginning than any bar is."""
    for piece in LEADS_ROUND:
        if piece in pieces:
            after = 2 / 3 if bar.metre.division == 3 else 0.5
            yield Hit(bar.beat + bar.metre.beats - 1 + after, piece, 0.3 + 0.2 * bar.intensity)
            return


def play_pieces(pieces: list[str], bars: list[Bar], *, rng: np.random.Generator) -> list[Hit]:
    """What was asked for beside the style's groove, on from the start."""
    hits: list[Hit] = []
    for piece in pieces:
        pattern = PIECE_PATTERNS.get(piece, AFTERBEATS)
        for bar in (bar for bar in bars if not bar.ends):
            cells = fitted(pattern, bar.metre)
            found = events(cells[bar.index % len(cells)], bar.metre)
            hits.extend(_hit(bar, piece, event.step, int(event.symbol), rng) for event in found)
    return hits


def _bar_hits(bar: Bar, groove: Groove, kit: _Kit, rng: np.random.Generator) -> list[Hit]:
    pattern = groove.at(_level(bar.intensity + BUSIER * kit.style.busy))
    fill = _fill(bar, kit, rng)
    filled_from = bar.steps - len(next(iter(fill.values()))) if fill else bar.steps
    hits = []
    for piece, steps in pattern.items():
        if piece not in kit.pieces:
            continue
        thin = kit.pace.thin if piece in LEAN or kit.pace.thin > 2 else 1
        for event in events(_bar_of(steps, bar), bar.metre, thin):
            if event.step >= filled_from and piece in FILLED_OVER:
                continue
            stroke = _hit(bar, piece, event.step, int(event.symbol), rng)
            hits.append(_accent_by_beat(stroke, kit.pace) if piece in LEAN else stroke)
    for piece, steps in fill.items():
        for step, symbol in enumerate(steps):
            if symbol != "." and (filled_from + step) % kit.pace.thin == 0:
                hits.append(_hit(bar, piece, filled_from + step, int(symbol), rng))
    return [*hits, *_ghosts(bar, pattern, kit, rng)]


def _bar_of(steps: str, bar: Bar) -> str:
    """The bar of a pattern of one bar or more that is due."""
    bars = max(1, len(steps) // bar.steps)
    start = bar.index % bars * bar.steps
    return steps[start : start + bar.steps]


def _level(intensity: float) -> int:
    return 0 if intensity < MAIN_FROM else 1 if intensity < FULL_FROM else 2


def _hit(bar: Bar, piece: str, step: int, strength: int, rng: np.random.Generator) -> Hit:
    """Harder on the beat than beside it, and never twice quite alike."""
    beat_steps = steps_per_beat(bar.metre)
    touch = (ON_BEAT if step % beat_steps == 0 else OFF_BEAT) * (1 + 0.05 * float(rng.standard_normal()))
    if bar.metre != COMMON_TIME:
        touch *= accent(bar.metre, step)
    velocity = strength / 9 * (0.75 + 0.25 * bar.intensity) * touch
    return Hit(bar.beat + step / beat_steps, piece, float(np.clip(velocity, 0.05, 1.0)))


def _accent_by_beat(stroke: Hit, pace: Pace) -> Hit:
    """Softer between the beats where the tempo needs it, and firm on them at high tempi."""
    if stroke.beat % 1:
        return replace(stroke, velocity=stroke.velocity * pace.off_beat)
    return replace(stroke, velocity=max(stroke.velocity, 0.75)) if pace.fast else stroke


def _fill(bar: Bar, kit: _Kit, rng: np.random.Generator) -> DrumPattern:
    """A fill ends a section, half of the time also a half-section; none where the kit has no drum for it."""
    halfway = bar.place % 4 == 3 and rng.random() < 0.35
    if not (bar.closes or halfway) or bar.intensity < 0.3:
        return {}
    return draw_fill(kit.style.fill, bar.metre, kit.pieces, rng)


def _ghosts(bar: Bar, pattern: DrumPattern, kit: _Kit, rng: np.random.Generator) -> list[Hit]:
    """Now and then a soft extra snare or kick in a place that the groove leaves free: no two bars alike."""
    if kit.pace.thin > 1:
        return []
    added: list[Hit] = []
    for piece, strength, chance in (("snare", 3, 0.16), ("kick", 6, 0.1)):
        if piece not in pattern or piece not in kit.pieces:
            continue
        own = _bar_of(pattern[piece], bar)
        for step in range(bar.steps * 7 // 16, bar.steps, 2 if bar.metre.division == 3 else 1):
            late = step % 2 == 1 or bar.metre.division == 3
            if late and own[step] == "." and rng.random() < chance * bar.intensity * 0.6:
                added.append(_hit(bar, piece, step, strength, rng))
    return added
