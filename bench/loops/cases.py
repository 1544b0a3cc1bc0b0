"""What is asked: loops of the sketch composer, and clips that were put off by known amounts, as MusicGen's music is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

import numpy as np
import soxr

from aural.audio.decode import decode
from aural.finishing.stereo import MonoToStereo
from aural.theory.keys import ALL_KEYS, Key
from aural.theory.metre import COMMON_TIME
from aural.types import TAIL_S, TAKE_RATE_HZ, Floats, MusicRequest, Take, Target
from bench.listening.scores import Row, read
from bench.loops.measures import fold_change_db
from models.sketch.form import Plan
from models.sketch.loop_form import plan_loop
from models.sketch.styles import STYLES

TAIL = round(TAIL_S * TAKE_RATE_HZ)
SKETCHES, SLOWEST_BPM, FASTEST_BPM = 48, 60.0, 180.0
FEWEST_CHORDS = 4
CLIPS = {"pop": 8, "band": 6, "edm": 6, "jazz": 4}
"""Of each subset of the clips: those in four, whose tempo and key are known."""
MOST_OFF = 0.06  # of tempo
MOST_SEMITONES = 3
DRIFTS = (0.0, 0.005, 0.01)
"""Depth of a slow wave in the speed, two rounds to a clip."""


@dataclass(frozen=True)
class Case:
    """One loop that is asked for. `chords`: different ones in it, 0 where they are not known. `fold_change_db`: what a
    mono sound lost or won in the fold-down of the two sides that were made of it. `has_key`: that of the clip as it was
    put off."""

    name: str
    bpm: float
    key: str
    bars: int
    seed: int
    style_id: str = ""
    chords: int = 0
    fold_change_db: float | None = None
    has_key: str = ""

    @property
    def length(self) -> int:
        """Of the body, in samples."""
        return round(self.bars * 240 / self.bpm * TAKE_RATE_HZ)

    @property
    def target(self) -> Target:
        return Target(self.bars * 240 / self.bpm, self.bpm, self.key, loop=True, bars=self.bars, loudness_lufs=-14.0)

    def request(self, *, loop: bool) -> MusicRequest:
        """A plain one is two bars longer, for those who cut loops out of it."""
        bars = self.bars if loop else self.bars + 2
        return MusicRequest(
            prompt=f"{self.style_id} music",
            duration_s=bars * 240 / self.bpm,
            seed=self.seed,
            bpm=self.bpm,
            key=self.key,
            style_id=self.style_id,
            loop=loop,
            bars=self.bars if loop else None,
        )


def sketch_cases() -> Iterator[Case]:
    """Tempi from 60 to 180, every key twice, the styles in turn: those whose loop has four different chords."""
    styles = cycle(STYLES)
    for number in range(SKETCHES):
        bpm = round(SLOWEST_BPM + (FASTEST_BPM - SLOWEST_BPM) * number / (SKETCHES - 1), 1)
        key = ALL_KEYS[7 * number % 24]
        bars = 8 if bpm >= 80 else 4
        for style_id in styles:
            chords = chords_of(style_id, key, bars, number)
            if chords >= FEWEST_CHORDS:
                yield Case(f"sketch {style_id}", bpm, str(key), bars, number, style_id, chords)
                break


def chords_of(style_id: str, key: Key, bars: int, seed: int) -> int:
    asked = Plan(STYLES[style_id], key, COMMON_TIME, bars, bar_s=2.0, ends=False, acts=False)
    form = plan_loop(asked, np.random.default_rng([seed, 2]))
    return len({chord.triad for bar in form for chord in bar.chords})


def clip_cases(manifest: Path) -> Iterator[tuple[Case, Take]]:
    """The case, and the take that it has to be made of: the clip at another speed (so at another pitch), drifting.

    The asked tempo lies up to 6 % from what it then has, the asked key up to three semitones.
    """
    rng = np.random.default_rng(7)
    for subset, count in CLIPS.items():
        rows = [row for row in read(manifest) if row.subset == subset and row.bpm and row.key and row.octave_certain]
        for number, place in enumerate(np.linspace(0, len(rows) - 1, count).round().astype(int)):
            yield _put_off(rows[place], DRIFTS[number % len(DRIFTS)], rng)


def _put_off(row: Row, drift: float, rng: np.random.Generator) -> tuple[Case, Take]:
    assert row.bpm is not None
    assert row.key is not None
    clip = decode(row.path.read_bytes()).resampled_to(TAKE_RATE_HZ).samples
    semitones = float(rng.uniform(-1, 1))
    sound = bent(clip, 2 ** (semitones / 12), drift, float(rng.uniform(0, 2 * np.pi)))
    has_bpm, off = row.bpm * 2 ** (semitones / 12), float(rng.uniform(-MOST_OFF, MOST_OFF))
    steps = int(rng.integers(-MOST_SEMITONES, MOST_SEMITONES + 1))
    key = row.key.transposed(round(semitones) + steps)
    bars = 8 if 10 * 240 / has_bpm < len(sound) / TAKE_RATE_HZ else 4
    bpm = round(has_bpm * (1 + off), 1)
    sides = MonoToStereo(len(sound)).push(sound[None])
    take = Take(sides, len(sound) - TAIL, 0, "clip", bpm, str(key))
    name = f"clip {row.subset} {Path(row.name).stem}"
    changed_db, has_key = fold_change_db(sides, sound), str(row.key.transposed(round(semitones)))
    return Case(name, bpm, str(key), bars, 0, fold_change_db=changed_db, has_key=has_key), take


def bent(sound: Floats, speed: float, drift: float, phase: float) -> Floats:
    """(time,) played at `speed`, which swings by the share `drift` in two slow waves."""
    if drift == 0:
        return np.asarray(soxr.resample(sound, TAKE_RATE_HZ * speed, TAKE_RATE_HZ), np.float32)
    size = round(len(sound) / speed)
    speeds = speed * (1 + drift * np.sin(4 * np.pi * np.arange(size) / size + phase))
    fine = soxr.resample(sound, 1, 4)  # linear between four times as many samples: the error is under -60 dB at 8 kHz
    at = 4 * np.cumsum(speeds)
    return np.asarray(np.interp(at[at < len(fine) - 1], np.arange(len(fine)), fine), np.float32)
