"""One player's stem: notes rendered once each, laid on the grid, then placed and ducked."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from aural.types import TAKE_RATE_HZ, Floats
from models.sketch.mix.filtering import Tick
from models.sketch.render_window import RenderWindow
from models.sketch.score import Grid, Hit, Note
from models.sketch.synth.kit import Drum, hit
from models.sketch.synth.kits import PAN, ROOM
from models.sketch.synth.orchestra import VOICES
from models.sketch.synth.ranges import STRUMMED
from models.sketch.synth.voices import render_note

VELOCITY_STEPS = 8
GATE_STEP_S = 0.02
VARIANTS = 4  # takes of each drum stroke, so that no two in a row are the same recording
DEFAULT_ROOM = 0.12
DUCK_S = 0.16
MOST_SIGMAS = 2.2
OPEN_HAT, HATS = "open", ("hat", "open")
CHOKE_S = 0.02
TOGETHER_S = 0.04  # what is struck within it was written for one moment
STRUM_S = 0.011  # from string to string


@dataclass(frozen=True)
class Humanise:
    """How a player plays. `human_samples`: timing spread, one standard deviation; `brightness`: -1..1."""

    human_samples: int
    brightness: float

    def lateness(self, notes: int, rng: np.random.Generator) -> NDArray[np.int64]:
        """Samples that each note is late, or early: small most of the time, and never by much."""
        drawn = np.clip(rng.standard_normal(notes), -MOST_SIGMAS, MOST_SIGMAS)
        return np.round(drawn * self.human_samples).astype(np.int64)


def play_notes(
    notes: list[Note],
    voice_name: str,
    *,
    grid: Grid,
    span: RenderWindow,
    humanise: Humanise,
    rng: np.random.Generator,
    tick: Tick,
) -> Floats:
    """Render notes to (2, span.samples). Equal notes (pitch, length, strength to a step) are synthesised once."""
    stem = np.zeros((2, span.stem_samples), np.float32)
    voice = VOICES[voice_name]
    seed = crc32(voice_name.encode())
    rendered: dict[tuple[int, int, int], Floats] = {}
    late = humanise.lateness(len(notes), rng) + (_strum(notes) if voice_name in STRUMMED else 0)
    for note, lateness in zip(notes, late, strict=True):
        start = span.start_in_stem(grid.sample(note.beat) + int(lateness))
        if start is None:
            continue
        gate_s = grid.seconds(note.beat + note.beats) - grid.seconds(note.beat)
        name = (note.midi, max(1, round(gate_s / GATE_STEP_S)), max(1, round(note.velocity * VELOCITY_STEPS)))
        if name not in rendered:
            tick()
            level = name[2] / VELOCITY_STEPS
            rendered[name] = render_note(voice, note.midi, name[1] * GATE_STEP_S, level, humanise.brightness, seed)
        span.add(stem, start, rendered[name])
    return span.unrolled(stem)


def _strum(notes: list[Note]) -> NDArray[np.int64]:
    """Samples that each note of a chord comes after its first: down the strings on a beat, up between them."""
    together: dict[float, list[int]] = {}
    for place, note in enumerate(notes):
        together.setdefault(note.beat, []).append(place)
    late = np.zeros(len(notes), np.int64)
    for beat, places in together.items():
        ordered = sorted(places, key=lambda place: notes[place].midi, reverse=beat % 1 != 0)
        late[ordered] = np.round(np.arange(len(ordered)) * STRUM_S * TAKE_RATE_HZ).astype(np.int64)
    return late


@dataclass(frozen=True, eq=False)
class DrumStem:
    """The kit in stereo and what of it goes to the room: (2, time) each."""

    dry: Floats
    room: Floats


def play_kit(
    hits: list[Hit],
    kit: dict[str, Drum],
    *,
    grid: Grid,
    span: RenderWindow,
    humanise: Humanise,
    rng: np.random.Generator,
    tick: Tick,
) -> DrumStem:
    """Render hits, each drum panned to its place."""
    dry, room = (np.zeros((2, span.stem_samples), np.float32) for _ in range(2))
    strokes: dict[tuple[str, int, int], Floats] = {}
    late = humanise.lateness(len(hits), rng) // 2
    starts = [
        span.start_in_stem(grid.sample(stroke.beat) + int(lateness))
        for stroke, lateness in zip(hits, late, strict=True)
    ]
    choked = _choked_after(hits, starts, span)
    for index, (stroke, start) in enumerate(zip(hits, starts, strict=True)):
        if start is None:
            continue
        name = (stroke.piece, max(1, round(stroke.velocity * VELOCITY_STEPS)), index % VARIANTS)
        if name not in strokes:
            tick()
            variant = np.random.default_rng([crc32(stroke.piece.encode()), name[2]])
            strokes[name] = hit(kit[stroke.piece], name[1] / VELOCITY_STEPS, variant)
        sound = _cut_short(strokes[name], choked[index]) if index in choked else strokes[name]
        placed = panned(sound[None], PAN.get(stroke.piece, 0.0))
        span.add(dry, start, placed)
        span.add(room, start, ROOM.get(stroke.piece, DEFAULT_ROOM) * placed)
    return DrumStem(span.unrolled(dry), span.unrolled(room))


def _choked_after(hits: list[Hit], starts: list[int | None], span: RenderWindow) -> dict[int, int]:
    """Of open hats, by their place among the hits: samples until the next stroke on the same pair of cymbals, after the
    one that goes with it."""
    times = sorted(
        start for stroke, start in zip(hits, starts, strict=True) if start is not None and stroke.piece in HATS
    )
    if span.loops and times:
        times.append(times[0] + span.body)
    choked: dict[int, int] = {}
    for index, (stroke, start) in enumerate(zip(hits, starts, strict=True)):
        if stroke.piece != OPEN_HAT or start is None:
            continue
        following = bisect_right(times, start + round(TOGETHER_S * TAKE_RATE_HZ))
        if following < len(times):
            choked[index] = times[following] - start
    return choked


def _cut_short(sound: Floats, samples: int) -> Floats:
    """(time,) that dies away within CHOKE_S after `samples`."""
    size = min(round(CHOKE_S * TAKE_RATE_HZ), len(sound) - samples)
    if size <= 0:
        return sound
    cut = sound[: samples + size].copy()
    cut[samples:] *= np.linspace(1, 0, size, dtype=np.float32)
    return cut


def panned(sound: Floats, pan: float) -> Floats:
    """Constant power for one channel, balance for two. `pan`: -1..1. Returns (2, time)."""
    angle = (pan + 1) * np.pi / 4
    gains = np.array([[np.cos(angle)], [np.sin(angle)]], np.float32) * np.float32(2**0.5)
    return np.asarray(sound * gains if sound.shape[0] == 2 else np.repeat(sound, 2, axis=0) * gains, np.float32)


def duck_gain(kicks: list[int], samples: int, depth: float) -> Floats:
    """The gain that dips with every kick and recovers by the next: (samples,)."""
    gain = np.ones(samples, np.float32)
    n = round(2.2 * DUCK_S * TAKE_RATE_HZ)
    times = np.arange(n) / TAKE_RATE_HZ
    dip = depth * np.minimum(1, times / 0.004) * np.maximum(0, np.cos(np.pi / 2 * times / times[-1])) ** 2
    for start in kicks:
        end = min(samples, start + n)
        if start < end:
            gain[start:end] = np.minimum(gain[start:end], 1 - dip[: end - start])
    return gain
