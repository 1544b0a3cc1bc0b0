"""Correcting a take whose composer does not hold tempo and key: both are estimated, corrected, and it is cut to
length."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from aural.audio.clip import ANALYSIS_RATE_HZ, Clip
from aural.finishing.crossfade import LoopCrossfade
from aural.finishing.grid import Grid, grid_of
from aural.finishing.loop_points import LoopSegment, find_loop_points
from aural.finishing.stretch import Warp, warped
from aural.listening.key import key_of
from aural.listening.tempo import tempo_of
from aural.listening.trimming import TrimmedSignal
from aural.theory.keys import Key
from aural.theory.metre import COMMON_METRE, METRES
from aural.types import TAIL_S, TAKE_RATE_HZ, Floats, KeyGuess, Take, Target, Tempo

MOST_SEMITONES = 3
RELATIVE_COUNTS, LEAST_LIKELY = 0.3, 0.1
LEAST_CENTS = 8.0  # out of tune by less than this nobody hears, and shifting costs more than it gains
TAIL = round(TAIL_S * TAKE_RATE_HZ)


@dataclass(frozen=True)
class TempoKeyEstimate:
    """What our own ears make of a take."""

    tempo: Tempo
    key: KeyGuess
    cents: float

    @classmethod
    def of(cls, samples: Floats, near_bpm: float | None) -> TempoKeyEstimate:
        """`samples`: (2, time) at 32 kHz."""
        mono = samples.mean(axis=0)
        part = TrimmedSignal.of(
            Clip(mono, TAKE_RATE_HZ, TAKE_RATE_HZ, len(samples), "take").resampled_to(ANALYSIS_RATE_HZ).samples
        )
        key, cents = key_of(part)
        return cls(tempo_of(part, near=near_bpm), key, cents)


@dataclass(frozen=True, eq=False)
class CorrectedTake:
    """A take after its correction. `heard`: its tempo and key as estimated, None where the correction changed them."""

    take: Take
    stretched: float = 1.0
    transposed: float = 0.0
    heard: TempoKeyEstimate | None = None


def correct_take(take: Take, target: Target) -> CorrectedTake:
    """To tempo and key, and cut to length."""
    heard = TempoKeyEstimate.of(take.samples, target.bpm)
    semitones = transposition_semitones(heard.key, heard.cents, target.key)
    grid = grid_of(heard.tempo, target.bpm, target.metre)
    bpm = target.bpm or (None if grid is None else round(grid.bpm, 2))
    take = replace(take, bpm=bpm, key=target.key or heard.key.key)
    if target.loop and bpm is not None:
        return _cut_to_bars(take, target, grid, bpm, semitones)
    loop_end = round(target.duration_s * TAKE_RATE_HZ)
    most_speed = take.samples.shape[1] / (loop_end + TAIL)
    speed = min(most_speed, 1.0 if grid is None or target.bpm is None else grid.speed_to(target.bpm))
    samples = warped(take.samples, Warp.steady(speed), loop_end + TAIL, semitones)
    unchanged = speed == 1 and not semitones
    return CorrectedTake(
        replace(take, samples=samples, loop_end=loop_end), 1 / speed, semitones, heard if unchanged else None
    )


def _cut_to_bars(take: Take, target: Target, grid: Grid | None, bpm: float, semitones: float) -> CorrectedTake:
    """Cut to whole bars. Where the take has no run of so many, to fewer, unless the number was asked for."""
    metre = (target.metre or COMMON_METRE) if grid is None else grid.metre
    beats_per_bar = METRES[metre].beats
    bars = target.bars or bars_nearest(target.duration_s, bpm, beats_per_bar)
    run = None
    if grid is not None:
        key = None if target.key is None else Key.parse(target.key).transposed(-round(semitones))
        fewest = bars if target.bars else 1
        runs = (_plan_loop(take.samples, grid, count, bpm, key) for count in range(bars, fewest - 1, -1))
        run = next((one for one in runs if one), None) or _plan_repeated_loop(take.samples, grid, bars, bpm, key)
    # Without any it is cut by the clock.
    run = run or LoopWarpPlan(take.samples, Warp.steady(1.0), bars, 1.0)
    loop_end = bars_to_samples(run.bars, beats_per_bar, bpm)
    samples = warped(run.samples, run.warp, loop_end + TAIL, semitones)
    made = replace(take, samples=samples, loop_end=loop_end, bars=run.bars, metre=metre)
    return CorrectedTake(made, run.stretched, semitones)


@dataclass(frozen=True, eq=False)
class LoopWarpPlan:
    """Whole bars, and how they get to their length. `stretched`: that length over the one that they were played in."""

    samples: Floats
    warp: Warp
    bars: int
    stretched: float


def _plan_loop(samples: Floats, grid: Grid, bars: int, bpm: float, key: Key | None) -> LoopWarpPlan | None:
    segment = find_loop_points(samples, grid, bars, key)
    if segment is None:
        return None
    length = bars_to_samples(bars, grid.beats_per_bar, bpm)
    return LoopWarpPlan(samples, _warp_of(segment, grid, length), bars, length / (segment.stop - segment.start))


def _plan_repeated_loop(samples: Floats, grid: Grid, bars: int, bpm: float, key: Key | None) -> LoopWarpPlan | None:
    """For more bars than a take has: the most that divide them, as often as need be."""
    for part in (count for count in range(bars // 2, 0, -1) if bars % count == 0):
        run = _plan_loop(samples, grid, part, bpm, key)
        if run is not None:
            size = bars_to_samples(part, grid.beats_per_bar, bpm)
            once = warped(samples, run.warp, size + TAIL)
            once = LoopCrossfade.of(once, size).crossfaded(once)
            turns = np.concatenate([np.tile(once[:, :size], bars // part), once[:, size:]], axis=1)
            speed = size * (bars // part) / bars_to_samples(bars, grid.beats_per_bar, bpm)
            return LoopWarpPlan(turns, Warp.steady(speed), bars, run.stretched)
    return None


def _warp_of(segment: LoopSegment, grid: Grid, length: int) -> Warp:
    """The segment onto `length` samples: at one speed where the beats keep to it, else bar by bar."""
    ends = np.array([segment.start, segment.stop])
    if grid.steady:
        return Warp(ends, np.array([0.0, float(length)]))
    beats = grid.at[segment.first_beat : segment.first_beat + segment.beats + 1]
    # The beats' own course, moved and scaled to the segment's ends, which were placed more finely than beats are.
    course = ends[0] + (beats - beats[0]) * (ends[1] - ends[0]) / (beats[-1] - beats[0])
    bars = np.arange(0, segment.beats + 1, grid.beats_per_bar)
    return Warp(course[bars], bars * length / segment.beats)


def bars_to_samples(bars: int, beats_per_bar: int, bpm: float) -> int:
    """Of so many bars, to the nearest sample at 32 kHz."""
    return round(bars * beats_per_bar * 60 / bpm * TAKE_RATE_HZ)


def bars_nearest(duration_s: float, bpm: float, beats_per_bar: int) -> int:
    return max(1, round(duration_s * bpm / 60 / beats_per_bar))


def transposition_semitones(heard: KeyGuess, cents: float, asked: str | None) -> float:
    """Semitones up that bring what was heard into the asked key and into tune; only into tune where no three do.

    Of the steps, the one after which the asked key is likeliest; its relative has the same notes and counts in part,
    since the two are easily taken for each other.
    """
    if asked is None:
        return 0.0
    into_tune = -cents / 100 if abs(cents) >= LEAST_CENTS else 0.0
    likely = dict(heard.probabilities)
    want = Key.parse(asked)

    def likelihood(steps: int) -> float:
        before = want.transposed(-steps)
        return likely.get(str(before), 0.0) + RELATIVE_COUNTS * likely.get(str(before.relative), 0.0)

    best = max(sorted(range(-MOST_SEMITONES, MOST_SEMITONES + 1), key=abs), key=likelihood)
    return into_tune + (best if likelihood(best) >= LEAST_LIKELY else 0)
