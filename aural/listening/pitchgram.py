"""Semitone spectra: how strong each note of seven octaves is, at the clip's own tuning."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from scipy.ndimage import uniform_filter1d

from aural.listening.onsets import FRAMES_PER_S, RATE_HZ
from aural.listening.spectra import stft
from aural.types import Floats

WINDOW, HOP = 8_192, 2_048  # 512 ms: two semitones of the great octave lie 4 Hz apart, two bins
LOWEST_MIDI, SEMITONES = 24, 84
CHANGE_WINDOW, CHANGE_HOP = 4_096, 1_024
CHANGE_SPAN = 4  # frames before and after that are compared: a quarter of a second each
CHANGE_LOWEST_MIDI, CHANGE_SEMITONES = 45, 45


def pitchgram(samples: Floats, tuning_cents: float) -> Floats:
    """(frames, 84) float32, one frame per 128 ms, from C1 up: log(1 + 20 x) of magnitudes relative to the clip's."""
    notes = stft(samples, WINDOW, HOP) @ bank(WINDOW, LOWEST_MIDI, SEMITONES, round(tuning_cents)).T
    return np.asarray(np.log1p(20 * notes / max(float(np.sqrt(np.mean(notes**2))), 1e-9)), np.float32)


def harmonic_change_function(magnitude: Floats, frames: int) -> Floats:
    """(frames,) at 100 per second: how much is heard of notes that were not heard a moment before.

    `magnitude`: `stft` of the clip, CHANGE_WINDOW and CHANGE_HOP.
    """
    notes = magnitude @ bank(CHANGE_WINDOW, CHANGE_LOWEST_MIDI, CHANGE_SEMITONES, 0).T
    level = np.log1p(10 * notes / max(float(np.sqrt(np.mean(notes**2))), 1e-9))
    padded = np.pad(level, ((CHANGE_SPAN, CHANGE_SPAN), (0, 0)), mode="edge")
    means = uniform_filter1d(padded, CHANGE_SPAN, axis=0, origin=-(CHANGE_SPAN // 2))
    after, before = means[CHANGE_SPAN:-CHANGE_SPAN], means[: -2 * CHANGE_SPAN]
    change = np.maximum(after - before, 0).sum(axis=1)
    at = np.arange(frames) * RATE_HZ / FRAMES_PER_S / CHANGE_HOP
    return np.asarray(np.interp(at, np.arange(len(change)), change), np.float32)


@lru_cache(maxsize=32)
def bank(window: int, lowest_midi: int, semitones: int, tuning_cents: int) -> Floats:
    """(semitones, bins): raised cosines two semitones wide, the narrowest being three bins wide."""
    hz = np.arange(1, window // 2 + 1) * RATE_HZ / window
    centres = 440 * 2 ** ((lowest_midi + np.arange(semitones) - 69 + tuning_cents / 100) / 12)
    apart = 12 * np.log2(hz[None] / centres[:, None])
    half_bin = 12 * np.log2(1 + RATE_HZ / window / centres)[:, None]
    weights = np.cos(np.pi / 2 * np.clip(apart / np.maximum(1.0, 1.5 * half_bin), -1, 1)) ** 2
    weights /= np.sqrt(weights.sum(axis=1, keepdims=True))
    return np.asarray(np.pad(weights, ((0, 0), (1, 0))), np.float32)
