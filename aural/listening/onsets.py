"""Onsets: how much new sound each instant brings, in six bands (SuperFlux over a mel spectrogram)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy.ndimage import maximum_filter1d, uniform_filter1d

from aural.listening import mel
from aural.listening.spectra import stft
from aural.types import Doubles, Floats

RATE_HZ = 16_000
HOP = 160
FRAMES_PER_S = RATE_HZ // HOP
WINDOW = 768  # 48 ms
N_MELS, LOWEST_HZ, HIGHEST_HZ = 72, 30.0, 7_900.0
BAND_EDGES_HZ = (120.0, 300.0, 900.0, 2_500.0, 5_000.0)
LAG = 2  # frames: 20 ms, the rise of a plucked string
WIDTH = 3  # mel bands: a vibrato stays within and is no onset


@dataclass(frozen=True, eq=False)
class Onsets:
    """`bands`: (6, frames) rise of log magnitude, less its 0.5 s mean. `rise`: mean over the frames of what all bands
    rose before that, the measure of whether anything happens at all.
    """

    bands: Floats
    rise: float


def onsets(samples: Floats) -> Onsets:
    """SuperFlux of `samples`, (time,) at 16 kHz; frame t is centred on t / 100 s. Böck and Widmer 2013."""
    log_bands = log_mel(samples)
    widened = maximum_filter1d(log_bands, WIDTH, axis=1)
    flux = np.zeros_like(log_bands)
    flux[LAG:] = np.maximum(log_bands[LAG:] - widened[:-LAG], 0)
    starts = [0, *(int(np.searchsorted(mel_centres_hz(), edge)) for edge in BAND_EDGES_HZ)]
    raw = np.add.reduceat(flux, starts, axis=1).T
    bands = raw - uniform_filter1d(raw, FRAMES_PER_S // 2, axis=1, mode="nearest")
    return Onsets(bands, float(raw.sum(axis=0).mean()))


def envelope(heard: Onsets) -> Floats:
    """One onset curve of all bands, (frames,): each at the same power, so that a kick counts like a hi-hat.

    A band with under a tenth of the strongest one's RMS holds only leakage and is not raised above that.
    """
    rms = heard.bands.std(axis=1, keepdims=True)
    return np.asarray(np.sum(heard.bands / np.maximum(rms, 0.1 * rms.max(initial=1e-6)), axis=0))


def log_mel(samples: Floats) -> Floats:
    """log(1 + 10 x) of the mel magnitudes, (frames, 72)."""
    return np.asarray(np.log1p(10 * stft(samples, WINDOW, HOP) @ mel_bank().T))


@cache
def mel_bank() -> Floats:
    """Triangles of height 1, (72, bins)."""
    return mel.mel_bank(RATE_HZ, WINDOW, N_MELS, LOWEST_HZ, HIGHEST_HZ, equal_area=False)


@cache
def mel_centres_hz() -> Doubles:
    """Where the triangles peak, (72,)."""
    return mel.mel_edges_hz(N_MELS, LOWEST_HZ, HIGHEST_HZ)[1:-1]
