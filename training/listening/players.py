"""The players of rule-made songs: drums, bass, chords, pad and melody, each by the patterns of its style."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from aural.theory.keys import Key, Mode
from training.listening.progressions import SCALES, Chord
from training.listening.score import Chords, Clock, Hit, Note
from training.listening.styles import Style

MIXOLYDIAN = (0, 2, 4, 5, 7, 9, 10)
LOWEST_OCTAVE = 36
VOICES = (67, 60, 51, 43, 72)
"""The lowest notes of voices that imitate each other, in the order in which they come in."""


def _sections(patterns: tuple[str, ...], bars: int, rng: np.random.Generator) -> list[str]:
    """A pattern for each bar: one or two of them, eight bars each."""
    two = [patterns[int(i)] for i in rng.integers(len(patterns), size=2)]
    return [two[0] if rng.random() < 0.02 else two[bar // 8 % 2] for bar in range(bars)]


def drums(style: Style, bars: int, clock: Clock, rng: np.random.Generator) -> list[Hit]:
    hits = []
    two = [style.drums[int(i)] for i in rng.integers(len(style.drums), size=2)]
    left_out = {row for row in "HPRO" if rng.random() < 0.15}
    if rng.random() < 0.06:  # one voice of the kit alone, as loops have it
        left_out = set("KSHORCTP") - {str(rng.choice(sorted(two[0])))}
    for bar in range(bars):
        rows = two[bar // 8 % 2]
        fill = bar % 8 == 7 and rng.random() < 0.4
        for piece, row in rows.items():
            if piece in left_out:
                continue
            for step, sign in enumerate(row):
                if sign == "." or (fill and step > 0.7 * len(row) and piece != "K"):
                    continue
                beat = bar * style.beats + step / style.step
                hits.append(Hit(clock.at(beat), piece, (0.9 if sign == "X" else 0.45) * rng.uniform(0.85, 1.1)))
        if fill:
            steps = style.beats * style.step
            for step in range(round(0.7 * steps), steps):
                if rng.random() < 0.8:
                    beat = bar * style.beats + step / style.step
                    hits.append(Hit(clock.at(beat), str(rng.choice(["S", "T"])), rng.uniform(0.5, 0.9)))
    return hits


def _steps(
    style: Style, patterns: tuple[str, ...], chords: Chords, rng: np.random.Generator
) -> list[tuple[float, float, str, int]]:
    """(beat, beats until the next sign, sign, index of the chord) of a part's pattern over all bars."""
    last = chords[-1][0] + chords[-1][1]
    bars = int(last // style.beats)
    starts = np.array([begin for begin, _, _ in chords])
    signs = [
        (bar * style.beats + step / style.step, sign)
        for bar, pattern in enumerate(_sections(patterns, bars, rng))
        for step, sign in enumerate(pattern)
        if sign != "-"
    ]
    steps: list[tuple[float, float, str, int]] = []
    if not signs:
        return steps
    for (beat, sign), following in zip(signs, [*(beat for beat, _ in signs[1:]), last], strict=True):
        if sign != ".":
            steps.append((beat, following - beat, sign, int(np.searchsorted(starts, beat, side="right")) - 1))
    return steps


def bass(style: Style, chords: Chords, key: Key, clock: Clock, rng: np.random.Generator) -> list[Note]:
    notes, low = [], int(rng.integers(28, 36))
    inverted = rng.random() < 0.12
    for beat, beats, sign, index in _steps(style, style.bass, chords, rng):
        chord = chords[index][2]
        root = low + (key.tonic + chord.root - low) % 12
        if sign == "w":
            following = chords[min(index + 1, len(chords) - 1)][2]
            goal = low + (key.tonic + following.root - low) % 12
            midi = goal + int(rng.choice([-1, 1, -2, 2]))
        else:
            above = {"R": 0, "5": chord.tones[2], "8": 12, "3": chord.tones[1]}[sign]
            midi = root + (chord.tones[1] if inverted and sign == "R" and rng.random() < 0.3 else above)
        gate = min(beats, 2.0) * (0.9 if rng.random() < 0.8 else 0.5)
        notes.append(_note(clock, beat, gate, midi, 0.85 * rng.uniform(0.8, 1.1), "bass"))
    return notes


def comp(style: Style, chords: Chords, key: Key, clock: Clock, rng: np.random.Generator, *, low: int) -> list[Note]:
    notes = []
    keys = style.comps == "keys"
    octaves = keys and rng.random() < 0.3
    for beat, beats, sign, index in _steps(style, style.chords, chords, rng):
        begin, length, chord = chords[index]
        tones = voiced(chord, key, low)
        under = tones[0] - 12 if not keys else tones[0] - 12 - 12 * int(tones[0] > 57)
        line = [under, *tones, tones[0] + 12, tones[1] + 12]
        gate = min(beats, max(begin + length - beat, 0.1)) * float(rng.choice([0.95, 0.95, 0.6]))
        chosen = tones if sign == "X" else [line[0]] if sign == "b" else [line[1 + int(sign)]]
        strength = (0.7 if sign == "X" else 0.75) * (1.1 if beat % 1 == 0 else 0.9) * rng.uniform(0.85, 1.1)
        spread = 0.0 if style.comps not in ("guitar", "folkcomp") else 0.008
        for place, midi in enumerate(chosen):
            note = _note(clock, beat, gate, midi, strength, "chords")
            notes.append(Note(note.at_s + spread * place, note.lasts_s, midi, note.velocity, "chords"))
        if keys and sign == "X" and beat == begin:
            notes.append(_note(clock, beat, gate, under, strength, "chords"))
        if octaves and under in chosen and under > LOWEST_OCTAVE:
            notes.append(_note(clock, beat, gate, under - 12, strength, "chords"))
    return notes


def pad(chords: Chords, key: Key, clock: Clock, *, low: int) -> list[Note]:
    return [
        _note(clock, beat, 0.97 * beats, midi, 0.5, "pad")
        for beat, beats, chord in chords
        for midi in voiced(chord, key, low)
    ]


def voiced(chord: Chord, key: Key, low: int) -> list[int]:
    """The chord's tones in close position from `low` up."""
    return sorted(low + (key.tonic + tone - low) % 12 for tone in chord.classes)


def voices(style: Style, chords: Chords, key: Key, clock: Clock, rng: np.random.Generator) -> list[Note]:
    """Several melodies at once, each in its register, that come in one by one or together."""
    apart = style.beats * int(rng.choice([0, 1, 2, 2]))
    parts = (
        [note for note in melody(style, chords, key, clock, rng, low=low) if note.at_s >= clock.at(place * apart)]
        for place, low in enumerate(VOICES[: style.voices])
    )
    return [replace(note, part="chords") for part in parts for note in part]


def melody(
    style: Style, chords: Chords, key: Key, clock: Clock, rng: np.random.Generator, *, low: int | None = None
) -> list[Note]:
    """Phrases with a rhythm that comes back; chord tones where it counts, steps between them, home at the end."""
    per_beat = float(rng.uniform(*style.melody))
    steps = style.beats * style.step
    cell_bars = int(rng.choice([1, 2, 2]))
    chance = np.clip(per_beat / style.step * np.ones(steps * cell_bars), 0, 1)
    place = np.arange(steps * cell_bars)
    chance *= np.where(place % style.step == 0, 1.6, np.where(place % max(1, style.step // 2) == 0, 1.0, 0.65))
    rhythms = [np.flatnonzero(rng.random(len(place)) < np.clip(chance, 0, 0.98)) for _ in range(2)]
    low = int(rng.integers(60, 73)) if low is None else low
    scales = Scales(style, float(rng.random()))
    pitch = low + 5
    starts = np.array([begin for begin, _, _ in chords])
    last, cell = chords[-1][0] + chords[-1][1], style.beats * cell_bars
    onsets = [(i * cell + step / style.step, i) for i in range(int(last // cell)) for step in rhythms[int(i % 4 == 2)]]
    resting = {i for i in range(int(last // cell) + 1) if rng.random() < (0.15 if per_beat < 2.5 else 0.0)}
    onsets = [(beat, i) for beat, i in onsets if i not in resting]
    notes: list[Note] = []
    if not onsets:
        return notes
    for (beat, index), following in zip(onsets, [*(beat for beat, _ in onsets[1:]), last], strict=True):
        chord = chords[int(np.searchsorted(starts, beat, side="right")) - 1][2]
        region = chord.region or Key(0, key.mode)
        scale = scales.of(region.mode)
        ladder = [m for m in range(low - 7, low + 17) if (m - key.tonic - region.tonic) % 12 in scale]
        here = int(np.argmin(np.abs(np.array(ladder) - pitch)))
        here = int(np.clip(here + rng.choice([-3, -2, -1, -1, 0, 1, 1, 2, 3]), 0, len(ladder) - 1))
        pitch = ladder[here]
        strong = beat % 1 == 0
        closing = following - beat >= 1.5 and index % 4 == 3 and rng.random() < 0.6
        wanted = {region.tonic} if closing else set(chord.classes) if strong and rng.random() < 0.8 else None
        if wanted is not None:
            near = sorted(range(low - 7, low + 17), key=lambda m: abs(m - pitch))
            pitch = next(m for m in near if (m - key.tonic) % 12 in wanted)
        gate = min(following - beat, 3.0) * 0.92
        velocity = 0.8 * rng.uniform(0.75, 1.15) * (1.1 if strong else 0.95)
        notes.append(_note(clock, beat, gate, pitch, velocity, "melody"))
    return notes


@dataclass(frozen=True)
class Scales:
    """Which notes a melody keeps to: the key's own, now and then pentatonic, harmonic, or a mode of folk and rock."""

    style: Style
    roll: float

    def of(self, mode: Mode) -> tuple[int, ...]:
        if mode == "major":
            if self.style.harmony == "blues":
                return (0, 2, 3, 4, 5, 7, 9, 10)
            if self.style.harmony == "walk":
                return SCALES["major"]
            return (0, 2, 4, 7, 9) if self.roll < 0.2 else MIXOLYDIAN if self.roll < 0.27 else SCALES["major"]
        if self.style.harmony in ("walk", "latin"):
            return (0, 2, 3, 5, 7, 8, 11)
        if self.style.harmony in ("folk", "jazz") and self.roll < 0.4:
            return (0, 2, 3, 5, 7, 9, 10)
        return (0, 3, 5, 7, 10) if self.roll < 0.25 else SCALES["minor"]


def _note(clock: Clock, beat: float, beats: float, midi: int, velocity: float, part: str) -> Note:
    at_s = max(0.0, clock.at(beat))
    lasts_s = max(0.04, clock.at(beat + beats, exact=True) - at_s)
    return Note(at_s, lasts_s, midi, float(np.clip(velocity, 0.1, 1.0)), part)
