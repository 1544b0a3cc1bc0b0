"""How a chord is laid out on an instrument: nearest to the chord before it, inside a register."""

from __future__ import annotations

from models.sketch.harmony import Chord

Voicing = tuple[int, ...]


def voice(chord: Chord, before: Voicing | None, *, low: int, kind: str) -> Voicing:
    """Lay `chord` out from about `low` (MIDI) upwards, moving as little as possible from `before`.

    `kind`: "close", "open" (second voice from the top dropped an octave), "rootless" (the bass has the root),
    "power" (root, fifth, octave), "tenth" (root, fifth and the third above), "bare" (triad only).
    """
    if kind in ("power", "tenth"):
        root = low + (chord.root - low) % 12
        third = next((i for i in chord.intervals if i in (3, 4)), 0)
        return (root, root + 7, root + 12 + (third if kind == "tenth" else 0))
    classes = _classes(chord, kind)
    candidates = [_close_position(classes, bottom) for bottom in range(low, low + 12) if bottom % 12 in classes]
    if kind == "open":
        candidates = [_drop_two(c) for c in candidates]
    centre = low + 9
    reference = before or (centre,) * len(classes)
    return min(candidates, key=lambda c: (_distance(c, reference) + 0.3 * abs(sum(c) / len(c) - centre), c))


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


def _distance(notes: Voicing, reference: Voicing) -> float:
    return sum(min(abs(n - r) for r in reference) for n in notes) + 0.5 * abs(notes[-1] - reference[-1])
