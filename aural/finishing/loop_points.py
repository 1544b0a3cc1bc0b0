"""The segment: of all runs of whole bars in a take, the one whose end leads best into its start."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.signal import stft

from aural.audio.clip import ANALYSIS_RATE_HZ, Clip
from aural.finishing.grid import Grid
from aural.listening.key import key_of
from aural.listening.trimming import TrimmedSignal
from aural.theory.keys import Key
from aural.types import TAIL_S, TAKE_RATE_HZ, Doubles, Floats

WINDOW, HOP = 1024, 256
BANDS = 32
LOWEST_HZ = 40.0
FLOOR_DB = -70.0
BEFORE_S, AFTER_S = 0.25, 0.6  # what is compared around both ends
SPARE_S = TAIL_S + 0.05
ATTACK_WITHIN_S, ATTACK_STEP = 0.04, 32
ALIGN_S, ALIGN_OVER_S = 0.012, 0.12
ALIKE = 0.5  # a likeness of waves from which on they, not the beats, say where the end is
# Costs in dB of spectral distance: a silent half second, an end whose waves are nothing like the start's, a bar that
# is none, one percent of drift, a start where nothing new begins. Set by hand, on clips that bench/loops draws from.
SILENT, UNLIKE, OFF_BAR, PER_DRIFT, NOTHING_NEW = 30.0, 2.0, 3.0, 1.0, 1.0
SILENT_DB = -50.0
PLACED = 6  # runs that are looked at closely
OFF_KEY = 4.0
SEAM_ONSET, RISE_S = 3.0, 0.05


@dataclass(frozen=True)
class LoopSegment:
    """Samples `start` to `stop` are `beats` beats; `cost` of its seam, in dB or so."""

    start: float
    stop: float
    first_beat: int
    beats: int
    cost: float


def find_loop_points(samples: Floats, grid: Grid, bars: int, key: Key | None = None) -> LoopSegment | None:
    """The best run of so many bars; None where the take has no such run with 350 ms of music behind it.

    `key`: the one that the take was found to be in. A run of a few bars may have chords that speak for another.
    """
    beats = bars * grid.beats_per_bar
    last = samples.shape[1] - SPARE_S * TAKE_RATE_HZ
    firsts = [i for i in range(len(grid.at) - beats) if grid.at[i] >= 0 and grid.at[i + beats] <= last]
    if not firsts:
        return None
    mono = samples.mean(axis=0)
    bands = band_levels_db(mono)
    novelty = _novelty(bands)
    offers = []
    for first in firsts:
        ends = grid.at[first], grid.at[first + beats]
        cost = _distance_db(bands, *ends) + _silence_cost(bands, *ends) + PER_DRIFT * _drift_percent(grid, first, beats)
        cost += NOTHING_NEW * (1 - _novelty_rank(novelty, ends[0])) + _seam_onset_cost(
            bands, grid.at[first : first + beats + 1]
        )
        if grid.first_bar is not None and (first - grid.first_bar) % grid.beats_per_bar:
            cost += OFF_BAR
        offers.append((cost, first))
    placed = [_refine_loop_points(mono, grid, first, beats, cost) for cost, first in sorted(offers)[:PLACED]]
    if key is None or len(placed) == 1:
        return min(placed, key=lambda one: one.cost)
    return min(placed, key=lambda one: one.cost + OFF_KEY * (1 - _key_probability(mono, one, key)))


def _key_probability(mono: Floats, run: LoopSegment, key: Key) -> float:
    """0..1: the probability of `key`, estimated from the run alone."""
    sound = mono[round(run.start) : round(run.stop)]
    guess, _ = key_of(
        TrimmedSignal.of(Clip(sound, TAKE_RATE_HZ, TAKE_RATE_HZ, 1, "run").resampled_to(ANALYSIS_RATE_HZ).samples)
    )
    return dict(guess.probabilities).get(str(key), 0.0)


def band_levels_db(mono: Floats) -> Doubles:
    """(frames, bands): level of bands of equal width on a logarithmic scale, dB under the loudest, one per 8 ms."""
    hz, _, spectrum = stft(mono, TAKE_RATE_HZ, nperseg=WINDOW, noverlap=WINDOW - HOP, padded=True)
    power = np.abs(spectrum.T) ** 2
    edges = np.unique(np.searchsorted(hz, np.geomspace(LOWEST_HZ, TAKE_RATE_HZ / 2, BANDS + 1)))
    sums = np.add.reduceat(power[:, : edges[-1]], edges[:-1], axis=1)
    return np.asarray(np.maximum(10 * np.log10(sums / max(float(sums.max()), 1e-20) + 1e-12), FLOOR_DB))


def _frames_around(at: float, before_s: float, after_s: float, count: int) -> NDArray[np.int64]:
    centre = at / HOP
    per_s = TAKE_RATE_HZ / HOP
    return np.clip(np.arange(round(centre - before_s * per_s), round(centre + after_s * per_s)), 0, count - 1)


def _distance_db(bands: Doubles, start: float, stop: float) -> float:
    """Mean difference of the bands around both ends."""
    here, there = (bands[_frames_around(at, BEFORE_S, AFTER_S, len(bands))] for at in (start, stop))
    size = min(len(here), len(there))
    return float(np.abs(here[:size] - there[:size]).mean())


def _silence_cost(bands: Doubles, start: float, stop: float) -> float:
    """For each half second in which nothing sounds."""
    level = bands[_frames_around(start, 0, (stop - start) / TAKE_RATE_HZ + SPARE_S, len(bands))].max(axis=1)
    size = round(0.5 * TAKE_RATE_HZ / HOP)
    spans = level[: len(level) // size * size].reshape(-1, size).max(axis=1)
    return SILENT * int((spans < SILENT_DB).sum())


def _seam_onset_cost(bands: Doubles, beats: Doubles) -> float:
    """The cost of ending on a louder onset than nine in ten of the run's own beats: as the loop turns, that onset comes
    back each time, in the place of the first beat."""
    rises = [
        float(np.maximum(_mean_levels_db(bands, at, 0.0, RISE_S) - _mean_levels_db(bands, at, RISE_S, 0.0), 0).sum())
        for at in beats
    ]
    return SEAM_ONSET * max(0.0, float(np.mean(np.array(rises[:-1]) < rises[-1])) - 0.9) * 10


def _mean_levels_db(bands: Doubles, at: float, before_s: float, after_s: float) -> Doubles:
    return np.asarray(bands[_frames_around(at, before_s, after_s, len(bands))].mean(axis=0))


def _drift_percent(grid: Grid, first: int, beats: int) -> float:
    spans = np.diff(grid.at[first : first + beats + 1])
    return float(100 * spans.std() / spans.mean())


def _novelty(bands: Doubles) -> Doubles:
    """(frames,): how unlike the two seconds after each instant are to the two before it."""
    size = round(2.0 * TAKE_RATE_HZ / HOP)
    sums = np.concatenate([np.zeros((1, bands.shape[1])), np.cumsum(bands, axis=0)])
    count = len(bands)
    at = np.arange(count)
    lo, hi = np.maximum(at - size, 0), np.minimum(at + size, count)
    before = (sums[at] - sums[lo]) / np.maximum(at - lo, 1)[:, None]
    after = (sums[hi] - sums[at]) / np.maximum(hi - at, 1)[:, None]
    return np.asarray(np.abs(after - before).mean(axis=1))


def _novelty_rank(novelty: Doubles, at: float) -> float:
    """0..1: how few instants are newer."""
    return float((novelty < novelty[min(len(novelty) - 1, round(at / HOP))]).mean())


def _refine_loop_points(mono: Floats, grid: Grid, first: int, beats: int, cost: float) -> LoopSegment:
    """Start just before the beat's attack; stop where the waves are likest to the start's, near its own beat."""
    start = attack_near(mono, grid.at[first])
    stop = start + grid.at[first + beats] - grid.at[first]
    lag, alike = _best_lag(mono, start, stop)
    if alike >= ALIKE:
        stop += lag
    return LoopSegment(start, stop, first, beats, cost + UNLIKE * (1 - max(alike, 0.0)))


def attack_near(mono: Floats, at: float) -> float:
    """The quietest millisecond in the ten before the steepest rise within 40 ms of `at`; `at` where nothing rises."""
    reach = round(ATTACK_WITHIN_S * TAKE_RATE_HZ)
    begin = max(0, round(at) - reach - 10 * ATTACK_STEP)
    near = mono[begin : round(at) + reach]
    steps = len(near) // ATTACK_STEP
    if steps < 12:
        return at
    level_db = 10 * np.log10(np.square(near[: steps * ATTACK_STEP]).reshape(steps, -1).mean(axis=1) + 1e-9)
    rise = level_db[4:] - level_db[:-4]
    steepest = int(np.argmax(rise[6:])) + 6 if len(rise) > 6 else 0
    if rise[steepest] < 3.0:
        return at
    quietest = max(0, steepest - 8) + int(np.argmin(level_db[max(0, steepest - 8) : steepest + 3]))
    return float(begin + quietest * ATTACK_STEP)


def _best_lag(mono: Floats, start: float, stop: float) -> tuple[int, float]:
    """By how many samples the stop must move to look most like the start, and how alike they are then, -1..1."""
    reach, size = round(ALIGN_S * TAKE_RATE_HZ), round(ALIGN_OVER_S * TAKE_RATE_HZ)
    model = mono[round(start) : round(start) + size]
    around = mono[max(0, round(stop) - reach) : round(stop) + size + reach]
    if len(around) <= len(model):
        return 0, -1.0
    windows = np.lib.stride_tricks.sliding_window_view(around, len(model))
    likeness = windows @ model / np.sqrt(np.square(windows).sum(axis=1) * np.square(model).sum() + 1e-12)
    best = int(np.argmax(likeness))
    return best - min(reach, round(stop)), float(likeness[best])
