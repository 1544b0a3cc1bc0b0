"""Tempogram: what repeats in the onsets, for every tempo of a logarithmic grid."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.fft import irfft, next_fast_len, rfft

from aural.listening.onsets import FRAMES_PER_S
from aural.listening.spectra import peak_offset
from aural.types import Doubles, Floats

SLOWEST_BPM, FASTEST_BPM, GRID_STEPS = 30.0, 300.0, 480
GRID_BPM: Doubles = SLOWEST_BPM * (FASTEST_BPM / SLOWEST_BPM) ** (np.arange(GRID_STEPS) / GRID_STEPS)
LONGEST_LAG_S = 10.0
FINE = 1 << 17  # 0.0008 Hz a bin: finer than any clip resolves
REFINE_WITHIN, REFINE_STEPS = 0.02, 81


@dataclass(frozen=True, eq=False)
class Tempogram:
    """How well each tempo of `GRID_BPM` is borne out.

    `repeats`: (4, 480) autocorrelation at 1, 2, 3 and 4 beats, 1 = perfect. `swings`: (2, 480) amplitude of the
    oscillation with 1 and 2 cycles per beat over the RMS, .7 for a sine. `frames`: how many it was measured on.
    """

    repeats: Doubles
    swings: Doubles
    spectrum: FourierTempogram
    frames: int


def tempogram(envelope: Floats) -> Tempogram:
    """Measure an onset envelope of zero mean, (frames,) at 100 per second."""
    beat_frames = 60 * FRAMES_PER_S / GRID_BPM
    likeness = autocorrelation(envelope)
    lags = np.arange(len(likeness))
    repeats = np.stack([np.interp(beats * beat_frames, lags, likeness, right=0.0) for beats in (1, 2, 3, 4)])
    spectrum = fourier_tempogram(envelope)
    swings = np.stack([spectrum.at(cycles * GRID_BPM / 60) for cycles in (1, 2)])
    return Tempogram(repeats, swings, spectrum, len(envelope))


def autocorrelation(envelope: Floats) -> Doubles:
    """By power and overlap, (lags,) up to 10 s or the clip's length; overlaps under a quarter count less."""
    frames = len(envelope)
    size = next_fast_len(2 * frames, real=True)
    lags = min(frames, round(LONGEST_LAG_S * FRAMES_PER_S))
    raw = irfft(np.abs(rfft(envelope.astype(np.float64), size)) ** 2, size)[:lags]
    overlap = np.maximum(frames - np.arange(lags), frames / 4)
    return np.asarray(raw / max(float(raw[0]), 1e-12) * frames / overlap)


@dataclass(frozen=True, eq=False)
class FourierTempogram:
    """Amplitudes of an envelope's Fourier components relative to its RMS, one per `bin_hz`."""

    amplitude: Doubles
    bin_hz: float

    def at(self, hz: Doubles) -> Doubles:
        return np.asarray(np.interp(hz / self.bin_hz, np.arange(len(self.amplitude)), self.amplitude))

    def peak_near(self, bpm: float) -> float:
        """The tempo within 2 % at which the oscillations of 1, 2 and 4 per beat are strongest together; `bpm` itself
        where they only rise towards an edge: no peak of its own, as in free time."""
        near = bpm * np.linspace(1 - REFINE_WITHIN, 1 + REFINE_WITHIN, REFINE_STEPS)
        strength = self.at(np.concatenate([near, 2 * near, 4 * near]) / 60).reshape(3, -1).sum(axis=0)
        top = int(np.argmax(strength))
        if not 0 < top < REFINE_STEPS - 1:
            return bpm
        return float(near[top] + peak_offset(*strength[top - 1 : top + 2]) * (near[1] - near[0]))


def fourier_tempogram(envelope: Floats) -> FourierTempogram:
    """Of an onset envelope, (frames,) at 100 per second, under a Hann window."""
    frames = len(envelope)
    spectrum = np.abs(rfft(envelope * np.hanning(frames), FINE))
    rms = max(float(np.sqrt(np.mean(np.square(envelope, dtype=np.float64)))), 1e-9)
    return FourierTempogram(np.asarray(2 * spectrum / (rms * frames)), FRAMES_PER_S / FINE)
