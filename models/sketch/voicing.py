"""How a chord is laid out on an instrument: nearest to the chord before it, inside a register or under a hand."""

from __future__ import annotations

from functools import lru_cache
from itertools import product

from models.sketch.harmony import Chord

Voicing = tuple[int, ...]
CLOSE_FROM = 48  # under this note (MIDI) no two voices are closer than a fourth
GUITAR = (40, 45, 50, 55, 59, 64)  # open strings
UKULELE = (60, 64, 67, 69)
TUNINGS = {"guitar": GUITAR, "ukulele": UKULELE}
REACH_FRETS, HIGHEST_FRET = 3, 8


@lru_cache(maxsize=4096)  # a chord that stays is laid out by every pattern that plays it
def voice(chord: Chord, before: Voicing | None, *, low: int, kind: str) -> Voicing:
    """Lay `chord` out from about `low` (MIDI) upwards, moving as little as possible from `before`.

    `kind`: "close", "open" (second voice from the top dropped an octave), "spread" (root and fifth below, third and
    what is above it on top, as strings are written), "rootless" (the bass has the root), "power" (root, fifth, octave),
    "tenth" (root, fifth and the third above), "bare" (triad only), "guitar" and "ukulele" (a shape that a hand can
    hold).
    """
    if kind in TUNINGS:
        return _shape_near(chord, before, kind, low)
    if kind in ("power", "tenth"):
        root = low + (chord.root - low) % 12
        third = next((i for i in chord.intervals if i in (3, 4)), 0)
        return (root, root + 7, root + 12 + (third if kind == "tenth" else 0))
    classes = _classes(chord, kind)
    candidates = [_close_position(classes, bottom) for bottom in range(low, low + 12) if bottom % 12 in classes]
    if kind == "open":
        candidates = [_drop_two(c) for c in candidates]
    elif kind == "spread":
        candidates = [_spread(c) for c in candidates]
    centre = low + 9
    reference = before or (centre,) * len(classes)
    nearest = min(candidates, key=lambda c: (_distance(c, reference) + 0.3 * abs(sum(c) / len(c) - centre), c))
    return _clear_below(nearest)


def _classes(chord: Chord, kind: str) -> tuple[int, ...]:
    if kind == "bare" or len(chord.intervals) == 3:
        return tuple(dict.fromkeys(chord.triad))
    if kind == "rootless" and len(chord.intervals) >= 4:
        return tuple(dict.fromkeys(chord.pitch_classes[1:]))
    classes = chord.pitch_classes
    if len(classes) > 4:  # the fifth says least
        classes = tuple(pc for pc, i in zip(classes, chord.intervals, strict=True) if i != 7)
    return tuple(dict.fromkeys(classes))


def _close_position(classes: tuple[int, ...], bottom: int) -> Voicing:
    notes = sorted((pc - bottom) % 12 for pc in classes)
    return tuple(bottom + n for n in notes)


def _drop_two(notes: Voicing) -> Voicing:
    if len(notes) < 3:
        return notes
    return tuple(sorted((*notes[:-2], notes[-2] - 12, notes[-1])))


def _spread(notes: Voicing) -> Voicing:
    """Every second voice an octave up: no two neighbours closer than a fourth or so."""
    return tuple(sorted(note + 12 * (place % 2) for place, note in enumerate(notes)))


def _clear_below(notes: Voicing) -> Voicing:
    """In the bass close voices are mud: the second goes an octave up."""
    if len(notes) > 2 and notes[0] < CLOSE_FROM and notes[1] - notes[0] < 5:
        return tuple(sorted((notes[0], notes[1] + 12, *notes[2:])))
    return notes


def _distance(notes: Voicing, reference: Voicing) -> float:
    return sum(min(abs(n - r) for r in reference) for n in notes) + 0.5 * abs(notes[-1] - reference[-1])


def _shape_near(chord: Chord, before: Voicing | None, kind: str, low: int) -> Voicing:
    """Of the shapes for a chord the one nearest to the hand's last, or else to the register."""
    shapes = _shapes(tuple(dict.fromkeys(_classes(chord, "close"))), chord.lowest, kind)
    if before is None:
        return min(shapes, key=lambda shape: (abs(shape[0] - low) - 1.5 * len(shape), shape))
    return min(shapes, key=lambda shape: (_distance(shape, before) / len(shape) - 0.6 * len(shape), shape))


@lru_cache(maxsize=2048)
def _shapes(classes: tuple[int, ...], lowest: int, kind: str) -> tuple[Voicing, ...]:
    """Notes of each way to hold a chord: from the lowest sounding string up all strings sound, within four frets or
    open. A guitar's lowest is the chord's bass."""
    strings = TUNINGS[kind]
    found: dict[Voicing, None] = {}
    for position in range(HIGHEST_FRET + 1):
        for first in range(3 if kind == "guitar" else 1):
            choices = [_frets(open_, classes, position) for open_ in strings[first:]]
            for frets in product(*choices):
                notes = tuple(open_ + fret for open_, fret in zip(strings[first:], frets, strict=True))
                if kind == "guitar" and notes[0] % 12 != lowest:
                    continue
                if {note % 12 for note in notes} >= set(classes):
                    found[tuple(sorted(set(notes)))] = None
    if not found:  # four notes far apart: leave the inner ones that no finger reaches
        root = 40 + (lowest - 40) % 12
        found[(root, *(root + 12 + (pc - root) % 12 for pc in classes if pc != lowest))] = None
    return tuple(found)


def _frets(open_: int, classes: tuple[int, ...], position: int) -> tuple[int, ...]:
    """Where a string may be stopped for the chord, with the hand there; open strings only near the nut."""
    reachable = range(position, position + REACH_FRETS + 1)
    frets = {0} if position <= 2 else set()
    return tuple(sorted(fret for fret in frets | set(reachable) if (open_ + fret) % 12 in classes))
