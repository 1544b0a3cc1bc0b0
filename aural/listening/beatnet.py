"""BeatNet's ear (Heydari et al. 2021): how like a beat, and a bar's first beat, each instant is.

A recurrent network that others trained on recordings (CC BY 4.0, see NOTICE); `training/listening/beatnet.py` made
`beatnet.onnx` of their weights. What it is given is written from the paper's description: a logarithmic spectrogram of
24 bands an octave, and what rose in it since the frame before.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import soxr
from scipy.fft import rfft

from aural.audio.clip import ANALYSIS_RATE_HZ
from aural.listening.networks import beat_activations
from aural.listening.onsets import FRAMES_PER_S
from aural.types import Doubles, Floats

RATE_HZ = 22_050
WINDOW, HOP = 1_411, 441  # 64 and 20 ms
BANDS_PER_OCTAVE, LOWEST_HZ, HIGHEST_HZ, A4_HZ = 24, 30.0, 17_000.0, 440.0


def activations(samples: Floats, frames: int) -> Floats:
    """(2, frames) at 100 per second, 0..1: a beat, a bar's first beat. `samples`: (time,) at 16 kHz, RMS 0.1."""
    told = beat_activations(beatnet_features(np.asarray(soxr.resample(samples, ANALYSIS_RATE_HZ, RATE_HZ), np.float32)))
    at = np.arange(frames) * RATE_HZ / HOP / FRAMES_PER_S
    return np.stack([np.interp(at, np.arange(len(told)), column) for column in told.T]).astype(np.float32)


def beatnet_features(samples: Floats) -> Floats:
    """(frames, 272): log10(1 + x) of the bands' magnitudes, and what they gained since the frame before."""
    padded = np.pad(samples, (WINDOW // 2, WINDOW))
    count = -(-len(samples) // HOP)
    frames = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)[::HOP][:count]
    magnitude = np.abs(rfft(frames * np.hanning(WINDOW).astype(np.float32), axis=1))[:, : WINDOW // 2]
    level = np.log10(1 + magnitude @ bank().T)
    gained = np.maximum(np.diff(level, axis=0, prepend=level[:1]), 0)
    return np.concatenate([level, gained], axis=1).astype(np.float32)


@cache
def bank() -> Floats:
    """(136, 705): triangles from one band's centre to the next but one, each of sum 1."""
    low, high = (BANDS_PER_OCTAVE * np.log2(edge / A4_HZ) for edge in (LOWEST_HZ, HIGHEST_HZ))
    centres_hz: Doubles = A4_HZ * 2 ** (np.arange(np.ceil(low), np.floor(high) + 1) / BANDS_PER_OCTAVE)
    bins = np.unique(np.rint(centres_hz * WINDOW / RATE_HZ).astype(np.int64).clip(0, WINDOW // 2 - 1))
    out = np.zeros((len(bins) - 2, WINDOW // 2), np.float32)
    for row, start, centre, stop in zip(out, bins, bins[1:], bins[2:], strict=False):
        if stop - start < 2:
            centre, stop = start, start + 1
        row[start:centre] = np.linspace(0, 1, centre - start, endpoint=False)
        row[centre:stop] = np.linspace(1, 0, stop - centre, endpoint=False)
        row /= row.sum()
    return out
