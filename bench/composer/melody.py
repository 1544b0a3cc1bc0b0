"""What a melody is made of: steps and leaps, chord tones, clashes, rhythms that come again."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from bench.composer.score import Score, ScoreNote

FEWEST_NOTES = 8
LEAP = 5  # semitones
AT_BEAT = 0.12  # beats from one at which a note is on it
HELD = 0.45  # beats from which a note is long enough to clash
EARLY = 0.06  # beats before a bar line at which a note is still meant for the bar
STEPS_PER_BEAT = 4


@dataclass(frozen=True)
class Melody:
    """Shares. `repeated_rhythms`: of bars; `chord_tones`: of notes on beats; `non_chord_time`: of the time that notes
    take; `steps`, `leaps`: of intervals within a bar's time; `clashes`: of held notes, those that lie a semitone over a
    chord tone and are none."""

    repeated_rhythms: float
    chord_tones: float
    non_chord_time: float
    steps: float
    leaps: float
    clashes: float


def measure_melody(score: Score) -> Melody | None:
    """Of the highest notes of the melody's players; None where there are under `FEWEST_NOTES`. A share of nothing is
    NaN."""
    line = top_line(score.notes_of("melody"))
    if len(line) < FEWEST_NOTES:
        return None
    bar_beats, felt_beats = score.signatures[0].bar_beats, score.signatures[0].felt_beats
    intervals = [
        abs(after.midi - before.midi) for before, after in pairwise(line) if after.beat - before.beat <= bar_beats
    ]
    over = [(note, chord.classes) for note in line if (chord := score.chord_at(note.beat + 0.05)) is not None]
    inside = [note.midi % 12 in classes for note, classes in over]
    on_beat = [_distance_from_beat(note.beat, felt_beats) < AT_BEAT for note, _ in over]
    beats = np.array([note.beats for note, _ in over])
    clashing = [
        not chord_tone and (note.midi - 1) % 12 in classes
        for (note, classes), chord_tone in zip(over, inside, strict=True)
        if note.beats >= HELD
    ]
    return Melody(
        repeated_rhythms=_repeated_rhythms(score, line),
        chord_tones=_share(np.array(inside)[np.array(on_beat, bool)]),
        non_chord_time=float(beats[~np.array(inside, bool)].sum() / max(beats.sum(), 1e-6)),
        steps=_share([1 <= interval <= 2 for interval in intervals]),
        leaps=_share([interval >= LEAP for interval in intervals]),
        clashes=_share(clashing),
    )


def top_line(notes: list[ScoreNote]) -> list[ScoreNote]:
    """Of notes that begin together the highest."""
    highest: dict[float, ScoreNote] = {}
    for note in notes:
        onset = round(note.beat, 2)
        if onset not in highest or note.midi > highest[onset].midi:
            highest[onset] = note
    return [highest[onset] for onset in sorted(highest)]


def _repeated_rhythms(score: Score, line: list[ScoreNote]) -> float:
    bars: dict[int, list[int]] = {}
    for note in line:
        bar, beat = score.place(note.beat, early=EARLY)
        bars.setdefault(bar, []).append(round((beat + EARLY) * STEPS_PER_BEAT))
    return 1 - len({tuple(steps) for steps in bars.values()}) / len(bars)


def _distance_from_beat(beat: float, felt_beats: float) -> float:
    inside = beat % felt_beats
    return min(inside, felt_beats - inside)


def _share(held: object) -> float:
    values = np.asarray(held, bool)
    return float(values.mean()) if len(values) else float("nan")
