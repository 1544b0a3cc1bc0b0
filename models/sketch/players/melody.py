"""The melody: a motif, its answer, its development over a phrase, and a close on the tonic."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from models.sketch.form import Bar
from models.sketch.harmony import Chord
from models.sketch.players.pattern import Event, Pace, events
from models.sketch.score import STEPS_PER_BAR, STEPS_PER_BEAT, Note
from models.sketch.styles import Layer, Tune

SPAN = 17  # semitones from the bottom of the register to the highest note
LOUD, SOFT = 0.88, 0.7


@dataclass(frozen=True)
class Cell:
    """One bar of motif: a rhythm, and for each of its notes a height in scale steps from the bar's anchor."""

    rhythm: str
    heights: tuple[int, ...]


@dataclass(frozen=True)
class Theme:
    """What a section sings: a motif, its answer, and the two ways a phrase ends. `lift`: semitones."""

    motif: Cell
    answer: Cell
    half_close: Cell
    close: Cell
    lift: int


def draw_theme(tune: Tune, section: str, rng: np.random.Generator) -> Theme:
    """Invent the theme of a section."""
    first, second = rng.choice(len(tune.rhythms), size=2, replace=len(tune.rhythms) < 2)
    motif = _draw_cell(tune.rhythms[first], tune.leap, rng)
    answer_rhythm = tune.rhythms[first] if tune.hook else tune.rhythms[second]
    answer = _answered(motif, _draw_cell(answer_rhythm, tune.leap, rng), tune.hook)
    endings = [tune.endings[int(i)] for i in rng.integers(len(tune.endings), size=2)]
    half, full = (_draw_cell(rhythm, 0.1, rng) for rhythm in endings)
    return Theme(motif, answer, half, full, lift=0 if section == "A" else int(rng.integers(2, 5)))


def _draw_cell(rhythm: str, leap: float, rng: np.random.Generator) -> Cell:
    """Heights wander by steps and a few leaps; what leapt comes back by step, nothing strays over a sixth."""
    count = len(events(rhythm, 0))
    heights, direction = [0], int(rng.choice((-1, 1)))
    for _ in range(count - 1):
        jumped = len(heights) > 1 and abs(heights[-1] - heights[-2]) > 1
        if jumped:
            step = -int(np.sign(heights[-1] - heights[-2]))
        elif rng.random() < leap:
            step = direction * int(rng.integers(2, 4))
        elif rng.random() < 0.15:
            step = 0
        else:
            step = direction
        if abs(heights[-1] + step) > 4 or rng.random() < 0.3:
            direction = -direction
            step = -step if abs(heights[-1] + step) > 4 else step
        heights.append(heights[-1] + step)
    return Cell(rhythm, tuple(heights))


def _answered(motif: Cell, fresh: Cell, hook: bool) -> Cell:
    """An answer begins like the motif turned round; a hook's answer changes only the last notes."""
    if hook:
        turned = tuple(-h for h in motif.heights[-2:])
        return Cell(motif.rhythm, motif.heights[:-2] + turned)
    mirrored = tuple(-h for h in motif.heights)
    count = min(len(mirrored), len(fresh.heights), 3)
    return Cell(fresh.rhythm, mirrored[:count] + fresh.heights[count:])


def play_melody(
    layer: Layer,
    bars: list[Bar],
    themes: dict[str, Theme],
    tune: Tune,
    *,
    pace: Pace,
    rng: np.random.Generator,
) -> list[Note]:
    """Sing `bars`: in each the cell that its place in the phrase asks for, led smoothly through the chords."""
    notes: list[Note] = []
    at = layer.low + SPAN // 2
    for bar in bars:
        theme = themes[bar.section]
        cell, closing = _cell_for(bar, theme)
        if bar.round and not closing:
            cell = _varied(cell, bar, rng)
        centre = layer.low + SPAN // 2 + theme.lift + (2 if bar.place % 4 == 2 else 0)
        anchor = _nearest(bar.chords[0].triad, round(0.4 * at + 0.6 * centre))
        found = events(cell.rhythm, 0, pace.thin)
        sung = _cell_notes(found, cell, bar, anchor, tune, (layer.low, layer.low + SPAN + 4))
        sung = [note if note.beat % 1 == 0 else _softer(note, pace) for note in sung]
        if closing == "full" and sung:
            sung[-1] = replace(sung[-1], midi=_nearest((bar.chords[-1].key.tonic,), sung[-1].midi, _closing_tones(bar)))
        notes.extend(sung)
        at = sung[-1].midi if sung else at
    return notes


def _softer(note: Note, pace: Pace) -> Note:
    return replace(note, velocity=note.velocity * (0.5 + 0.5 * pace.off_beat))


def _closing_tones(bar: Bar) -> tuple[int, ...] | None:
    """A phrase may close on the tonic only where the chord holds it; else on the chord's own notes."""
    chord = bar.chords[-1]
    return None if chord.key.tonic in chord.pitch_classes else chord.triad


def _cell_for(bar: Bar, theme: Theme) -> tuple[Cell, str]:
    place = bar.place % 8 if bar.length >= 8 else bar.place % 4 + (0 if bar.length < 4 else 4)
    if bar.closes or place == 7:
        return theme.close, "full"
    if place == 3:
        return theme.half_close, "half"
    return (theme.motif, "") if place % 2 == 0 else (theme.answer, "")


def _varied(cell: Cell, bar: Bar, rng: np.random.Generator) -> Cell:
    """When a section comes back, its cells keep their head and change their tail."""
    if bar.place % 4 == 0 or rng.random() < 0.4 or len(cell.heights) < 3:
        return cell
    shift = int(rng.choice((-1, 1, 2)))
    return Cell(cell.rhythm, (*cell.heights[:-2], cell.heights[-2] + shift, cell.heights[-1] + shift))


def _cell_notes(
    found: tuple[Event, ...], cell: Cell, bar: Bar, anchor: int, tune: Tune, register: tuple[int, int]
) -> list[Note]:
    notes: list[Note] = []
    starts = [event.step for event in events(cell.rhythm, 0)]
    before = anchor
    for event in found:
        chord = bar.chord_at(event.step)
        height = cell.heights[starts.index(event.step)]
        midi = _scale_step(chord, anchor, height, tune.pentatonic)
        if event.step % 8 == 0 or event.symbol == "O":
            midi = _nearest(chord.triad, midi)
        elif event.steps >= STEPS_PER_BEAT:  # what lasts a beat must not rub against the chord
            midi = _nearest(chord.pitch_classes, midi)
        if abs(midi - before) > 9:
            midi += 12 if midi < before else -12
        while midi > register[1]:
            midi -= 12
        while midi < register[0] - 2:
            midi += 12
        velocity = (LOUD if event.symbol == "O" else SOFT) * (0.75 + 0.25 * bar.intensity)
        steps = min(event.steps, STEPS_PER_BAR - event.step)
        notes.append(Note(bar.beat + event.step / STEPS_PER_BEAT, steps / STEPS_PER_BEAT * 0.96, midi, velocity))
        before = midi
    return notes


def _scale_step(chord: Chord, anchor: int, height: int, pentatonic: bool) -> int:
    """`height` steps of the chord's scale from `anchor`."""
    scale = chord.scale(pentatonic)
    ladder = [midi for midi in range(anchor - 24, anchor + 25) if midi % 12 in scale or midi == anchor]
    return ladder[ladder.index(anchor) + height]


def _nearest(classes: tuple[int, ...], midi: int, instead: tuple[int, ...] | None = None) -> int:
    wanted = instead or classes
    return min(range(midi - 6, midi + 7), key=lambda m: (m % 12 not in wanted, abs(m - midi)))


def play_counter(layer: Layer, bars: list[Bar], melody: list[Note], rng: np.random.Generator) -> list[Note]:
    """Answer the melody where it rests: chord tones, long under its long notes, a turn into the next bar."""
    notes: list[Note] = []
    at = layer.low + 7
    for bar in bars:
        busy = sorted((n.beat - bar.beat, n.beat - bar.beat + n.beats) for n in melody if 0 <= n.beat - bar.beat < 4)
        free_from = max((end for _, end in busy), default=0.0)
        onset = float(np.ceil(min(free_from, 2.0) * 2) / 2)
        at = _nearest(bar.chord_at(int(onset * STEPS_PER_BEAT)).triad, at + int(rng.integers(-3, 4)))
        at = at - 12 if at > layer.low + SPAN else at + 12 if at < layer.low else at
        velocity = 0.62 * (0.8 + 0.2 * bar.intensity)
        if bar.place % 2 == 1 and onset <= 2.5:
            turn = _scale_step(bar.chords[-1], at, int(rng.choice((-1, 1))), pentatonic=True)
            notes.append(Note(bar.beat + onset, 3.0 - onset, at, velocity))
            notes.append(Note(bar.beat + 3.0, 0.5, turn, velocity * 0.9))
            notes.append(Note(bar.beat + 3.5, 0.45, at, velocity * 0.9))
        else:
            notes.append(Note(bar.beat + onset, 3.8 - onset, at, velocity))
    return notes
