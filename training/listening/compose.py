"""A song by rule: style, key, tempo map, who plays what when. Its truth is exact, since it is what was written."""

from __future__ import annotations

import numpy as np

from aural.theory.keys import Key, Mode
from training.listening.players import bass, comp, drums, melody, pad, voices
from training.listening.progressions import drawn
from training.listening.score import Chords, Clock, Doubles, Song
from training.listening.styles import STYLES, Style

LENGTH_S = 40.0


def compose(seed: int) -> Song:
    """The song of that number: always the same."""
    rng = np.random.default_rng([seed, 2026])
    weights = np.array([style.weight for style in STYLES])
    style = STYLES[int(rng.choice(len(STYLES), p=weights / weights.sum()))]
    bpm = float(np.exp(rng.uniform(*np.log(style.bpm))))
    mode: Mode = "minor" if rng.random() < style.minor else "major"
    key = Key(int(rng.integers(12)), mode)
    beats_s = tempo_map(style, bpm, rng)
    clock = Clock(beats_s, float(rng.uniform(*style.swing)), float(rng.choice([0.0, 0.004, 0.01, 0.018])), rng)
    bars = (len(beats_s) - 1) // style.beats
    playing = who_plays(style, rng)
    chords = chords_of(style, mode, bars, rng)
    if style.voices:
        return Song(style, key, style.beats, beats_s, tuple(voices(style, chords, key, clock, rng)), (), chords)
    notes = [*(bass(style, chords, key, clock, rng) if "bass" in playing else [])]
    if "chords" in playing:
        notes += comp(style, chords, key, clock, rng, low=int(rng.integers(48, 60)))
    if "pad" in playing:
        notes += pad(chords, key, clock, low=int(rng.integers(50, 64)))
    if "melody" in playing:
        notes += melody(style, chords, key, clock, rng)
    hits = drums(style, bars, clock, rng) if "drums" in playing else []
    tonal = bool({"chords", "pad", "melody"} & playing)
    return Song(style, key if tonal else None, style.beats, beats_s, tuple(notes), tuple(hits), chords)


def tempo_map(style: Style, bpm: float, rng: np.random.Generator) -> Doubles:
    """Beats in seconds. With `rubato` the tempo wanders, breathes with the phrase and broadens at its end."""
    count = int(np.ceil(LENGTH_S * bpm / 60 / style.beats)) * style.beats + 1
    period = np.full(count - 1, 60 / bpm)
    if style.rubato:
        wander = np.cumsum(rng.normal(0, 1, count - 1))
        wander -= np.linspace(wander[0], wander[-1], count - 1)
        wander /= max(float(wander.std()), 1e-9)
        phrase = style.beats * int(rng.choice([2, 4, 8]))
        inside = np.arange(count - 1) % phrase / phrase
        breath = np.cos(2 * np.pi * inside) + 2.5 * np.clip(inside - 0.85, 0, 1) / 0.15
        jitter = rng.normal(0, 0.6, count - 1)
        period = period * (1 + style.rubato * rng.uniform(0.3, 1.2) * (0.5 * wander + 0.5 * breath + 0.4 * jitter))
    return np.asarray(np.concatenate([[0.0], np.cumsum(period)]))


def who_plays(style: Style, rng: np.random.Generator) -> set[str]:
    if rng.random() < style.bare and style.drums:
        return {"drums"} if rng.random() < 0.5 else {"drums", "bass"}
    playing = {"chords"}
    if style.bass and rng.random() < 0.9:
        playing.add("bass")
    if style.drums and rng.random() >= style.drumless:
        playing.add("drums")
    if style.melody[1] and rng.random() < 0.8:
        playing.add("melody")
    if rng.random() < 0.25 and style.comps not in ("keys", "jazzcomp"):
        playing.add("pad")
    if "melody" in playing and rng.random() < 0.06:
        playing.discard("chords")
    if rng.random() < style.solo:
        playing = {str(rng.choice(sorted(playing - {"pad"})))}
    return playing


def chords_of(style: Style, mode: Mode, bars: int, rng: np.random.Generator) -> Chords:
    """(first beat, beats, chord) in order. Songs begin anywhere in their progression, as cut clips do."""
    length = float(rng.choice(style.chord_bars)) * style.beats
    if style.bpm[1] > 150 and style.harmony in ("pop", "folk") and rng.random() < 0.3:
        length *= 2
    count = int(np.ceil(bars * style.beats / length))
    chords = drawn(style.harmony, mode, count + 16, rng)
    skipped = int(rng.integers(16)) if rng.random() < 0.4 else 0
    return [(i * length, length, chord) for i, chord in enumerate(chords[skipped : skipped + count])]
