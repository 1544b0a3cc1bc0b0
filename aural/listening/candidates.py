"""Candidates for the tempo, and what speaks for each of them: one row of numbers that a small network ranks.

Everything is measured relative to the candidate's beat, so that the same rhythm reads the same at any tempo.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.fft import rfft
from scipy.signal import find_peaks

from aural.listening.onsets import FRAMES_PER_S, Onsets
from aural.listening.tempogram import GRID_BPM, Tempogram, autocorrelation
from aural.types import Doubles, Floats

PEAKS = 5
RATIOS = (1 / 3, 1 / 2, 2 / 3, 3 / 4, 4 / 3, 3 / 2, 2.0, 3.0)
SAME = 0.025
SLOWEST_BPM, FASTEST_BPM = 36.0, 290.0
LAGS_BEATS = (0.25, 1 / 3, 0.5, 2 / 3, 0.75, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0)
CYCLES = (0.25, 1 / 3, 0.5, 2 / 3, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0)
RELATED = (0.25, 1 / 3, 0.5, 1.0, 2.0)
PHASES, FOLD_S = 12, 8.0
SIZE = 1 << 16
GROUPS = ((0,), (1, 2), (3, 4, 5), (7,), (8,), (9,))
"""Of the curves: the bass drum's, the body, the cymbals', the harmony's, the beat's, the first beat's."""
PAIRS = ((0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (4, 0), (4, 2), (4, 3), (5, 4))
"""Of groups, whose phases are compared."""
BEAT_PEAKS = 2


@dataclass(frozen=True, eq=False)
class NoveltyCurves:
    """`rows`: (10, frames) at 100 per second, zero mean and RMS 1: six bands, all of them, the harmony's changes, how
    like a beat it is, how like a bar's first beat.

    `shares`: (6,) of the onsets' strength by band.
    """

    rows: Floats
    shares: Doubles

    @classmethod
    def of(cls, heard: Onsets, rises: Floats, changes: Floats, beats: Floats) -> NoveltyCurves:
        """`rises`: the onsets' envelope. `changes`: (frames,) how much the harmony moves, at their rate. `beats`:
        (2, frames), `beatnet.activations`."""
        rms = heard.bands.std(axis=1)
        rows = np.concatenate([heard.bands, rises[None], changes[None], beats])
        rows = rows - rows.mean(axis=1, keepdims=True)
        rows = rows / np.maximum(rows.std(axis=1, keepdims=True), 1e-6)
        return cls(rows.astype(np.float32), np.asarray(rms / max(float(rms.sum()), 1e-9)))


def tempo_candidates(scores: Doubles, measured: Tempogram, beat_scores: Doubles) -> Doubles:
    """Tempi in bpm, the rule's best first: its best peaks, what the best one may be a part or a multiple of, and the
    best peaks of what is like a beat.

    `scores`, `beat_scores`: (480,) log plausibility over GRID_BPM, of the onsets and of the beats. All are refined to
    the oscillation's own peak where there is one.
    """
    best = peak_tempi_bpm(scores)[:PEAKS]
    found: list[float] = []
    for bpm in (*best, *(best[0] * np.array(RATIOS)), *peak_tempi_bpm(beat_scores)[:BEAT_PEAKS]):
        if SLOWEST_BPM <= bpm <= FASTEST_BPM and all(abs(bpm / other - 1) > SAME for other in found):
            found.append(measured.spectrum.peak_near(float(bpm)))
    return np.array(found)


def peak_tempi_bpm(scores: Doubles) -> Doubles:
    """The tempi of the local maxima, best first."""
    walled = np.pad(scores, 1, constant_values=-np.inf)
    peaks = np.flatnonzero((scores >= walled[:-2]) & (scores > walled[2:]))
    return GRID_BPM[peaks[np.argsort(-scores[peaks])]]


def candidate_features(curves: NoveltyCurves, bpms: Doubles, scores: Doubles, beat_scores: Doubles) -> Floats:
    """What speaks for each candidate, (candidates, features) float32."""
    rows, hz = curves.rows, bpms / 60
    frames = rows.shape[1]
    lags = np.array(LAGS_BEATS)[None] / hz[:, None] * FRAMES_PER_S
    repeats = [
        np.interp(lags, np.arange(len(likeness)), likeness, right=0.0) for likeness in map(autocorrelation, rows)
    ]
    spectrum = rfft(rows * np.hanning(frames).astype(np.float32), SIZE, axis=1) * (2 / frames)
    bins = np.array(CYCLES)[None] * hz[:, None] * SIZE / FRAMES_PER_S
    swings = [_interpolate_bins(np.abs(row), bins) for row in spectrum]
    plausible, beat_like = (np.interp(bpms, GRID_BPM, one) - one.max() for one in (scores, beat_scores))
    rates = np.stack([_peaks_per_s(rows[row]) / hz for row in (0, 2, 4, 6)], axis=1)
    common = np.broadcast_to(curves.shares, (len(bpms), len(curves.shares)))
    parts = [*repeats, *swings, _phase_differences(spectrum, hz), _beat_phase_profiles(rows, hz)]
    parts += [np.log2(bpms / 110)[:, None], np.log2(bpms / 110)[:, None] ** 2, np.log2(rates + 0.1), common]
    parts += [plausible[:, None], beat_like[:, None], np.full((len(bpms), 1), frames / (30 * FRAMES_PER_S))]
    return np.concatenate(parts, axis=1).astype(np.float32)


def _interpolate_bins(row: Doubles, bins: Doubles) -> Doubles:
    return np.asarray(np.interp(bins, np.arange(len(row)), row))


def _peaks_per_s(row: Floats) -> float:
    return len(find_peaks(row, height=1.0, distance=5)[0]) / (len(row) / FRAMES_PER_S)


def _phase_differences(spectrum: Doubles, hz: Doubles) -> Doubles:
    """How drums, body, cymbals and harmony stand to each other within one, two, three and four beats."""
    parts = []
    for cycles in RELATED:
        at = np.round(cycles * hz * SIZE / FRAMES_PER_S).astype(np.int64)
        waves = [spectrum[list(group)][:, at].sum(axis=0) for group in GROUPS]
        for first, second in PAIRS:
            cross = waves[first] * np.conj(waves[second])
            size = np.abs(waves[first]) * np.abs(waves[second]) + 0.01
            parts += [cross.real / size, cross.imag / size]
    return np.stack(parts, axis=1)


def _beat_phase_profiles(rows: Floats, hz: Doubles) -> Doubles:
    """Mean onset strength by phase of the beat, (candidates, groups x PHASES), the strongest instant being 0."""
    frames = rows.shape[1]
    length = min(frames, round(FOLD_S * FRAMES_PER_S))
    starts = range(0, frames - length + 1, max(1, length // 2))
    grouped = np.stack([rows[list(group)].sum(axis=0) for group in GROUPS])
    out = np.zeros((len(hz), len(GROUPS), PHASES))
    for index, cycle_hz in enumerate(hz):
        turns = np.arange(length) * cycle_hz / FRAMES_PER_S
        wave = np.exp(-2j * np.pi * turns)
        for start in starts:
            shift = np.angle(np.sum(rows[6, start : start + length] * wave)) / (2 * np.pi)
            bins = np.floor((turns + shift) * PHASES + 0.5).astype(np.int64) % PHASES
            counts = np.maximum(np.bincount(bins, minlength=PHASES), 1)
            for group, curve in enumerate(grouped):
                out[index, group] += np.bincount(bins, curve[start : start + length], minlength=PHASES) / counts
    return out.reshape(len(hz), -1) / max(len(starts), 1)
