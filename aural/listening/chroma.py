"""Chroma: which pitch classes sound, by the peaks of the spectrum (harmonic pitch class profile, Gómez 2006)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import uniform_filter1d

from aural.listening.spectra import peak_offset
from aural.types import Doubles, Floats

RATE_HZ = 16_000
WINDOW = 4_096  # 256 ms: the two lowest semitones it tells apart lie near 100 Hz
HOP = 2_048
PEAKS = 60
TREBLE_HZ = (100.0, 3_500.0)
BASS_HZ = (30.0, 250.0)
HARMONIC_DECAY = 0.8
TREBLE_HARMONICS, BASS_HARMONICS = 8, 4
FINE_BINS = 15  # 59 Hz: wider than a partial, narrower than a formant
A4_HZ, A4_PITCH = 440.0, 57.0  # in semitones above C0


@dataclass(frozen=True, eq=False)
class Peaks:
    """The strongest spectral peaks, (frames, n). `pitch`: semitones over C0; `strength`: magnitude, 0 for none."""

    pitch: Doubles
    strength: Doubles


@dataclass(frozen=True, eq=False)
class Chroma:
    """`treble`, `bass`: (frames, 12) from C, one per 128 ms, unnormalised; `plain`: without regard to harmonics.

    `tuning_cents`: of A4 against 440 Hz. `tuning_certainty`: 0..1, how well the peaks agree on it.
    `spectral_stability`: how alike the spectrum is from one window to the next, 1 = held tones, near 0 = noise.
    """

    treble: Doubles
    bass: Doubles
    plain: Doubles
    tuning_cents: float
    tuning_certainty: float
    spectral_stability: float


def chroma(magnitude: Floats) -> Chroma:
    """Fold spectra, (frames, 2049), of WINDOW samples every HOP, onto the pitch classes at their own tuning."""
    treble, bass = peaks(magnitude, TREBLE_HZ), peaks(magnitude, BASS_HZ)
    # Where the peaks lie between the semitones, on circular average: the angle is the tuning, the length its certainty.
    turn = np.sum(treble.strength * np.exp(2j * np.pi * treble.pitch)) / max(float(treble.strength.sum()), 1e-12)
    cents = float(100 * np.angle(turn) / (2 * np.pi))
    return Chroma(
        treble=peaks_to_chroma(treble, cents, TREBLE_HARMONICS),
        bass=peaks_to_chroma(bass, cents, BASS_HARMONICS),
        plain=peaks_to_chroma(treble, cents, 1),
        tuning_cents=cents,
        tuning_certainty=float(abs(turn)),
        spectral_stability=spectral_stability(magnitude),
    )


def peaks(magnitude: Floats, band_hz: tuple[float, float]) -> Peaks:
    """Each frame's 60 strongest local maxima within a band, placed by a parabola through the log magnitudes."""
    low, high = (round(edge_hz * WINDOW / RATE_HZ) for edge_hz in band_hz)
    before, here, after = (magnitude[:, low + step : high + 1 + step] for step in (-1, 0, 1))
    strength = np.where((here > before) & (here >= after), here, 0.0)
    count = min(PEAKS, strength.shape[1])
    bins = np.argpartition(-strength, count - 1, axis=1)[:, :count]
    offset = peak_offset(*(np.log(np.take_along_axis(part, bins, 1) + 1e-12) for part in (before, here, after)))
    hz = (low + bins + offset) * RATE_HZ / WINDOW
    return Peaks(A4_PITCH + 12 * np.log2(hz / A4_HZ), np.take_along_axis(strength, bins, 1))


def spectral_stability(magnitude: Floats) -> float:
    """Likeness (cosine) of the spectrum's fine structure in windows that share no sample, weighted by level."""
    low, high = (round(edge_hz * WINDOW / RATE_HZ) for edge_hz in TREBLE_HZ)
    shape = np.sqrt(magnitude[:, low:high])
    level = np.linalg.norm(shape, axis=1)
    fine = shape - uniform_filter1d(shape, FINE_BINS, axis=1)
    fine /= np.maximum(np.linalg.norm(fine, axis=1, keepdims=True), 1e-9)
    apart = WINDOW // HOP
    likeness = np.sum(fine[:-apart] * fine[apart:], axis=1)
    return float(np.average(likeness, weights=level[:-apart] * level[apart:] + 1e-12))


def peaks_to_chroma(heard: Peaks, cents: float, harmonics: int) -> Doubles:
    """(frames, 12): each peak speaks for every pitch class that it may be a harmonic of, the higher the less.

    A peak between two semitones is shared: raised cosine, two semitones wide.
    """
    frames = np.arange(len(heard.pitch))[:, None] * 12
    out = np.zeros(12 * len(heard.pitch))
    for harmonic in range(1, harmonics + 1):
        pitch = heard.pitch - cents / 100 - 12 * np.log2(harmonic)
        below = np.floor(pitch)
        share_above = np.sin(0.5 * np.pi * (pitch - below)) ** 2
        weight = heard.strength * HARMONIC_DECAY ** (harmonic - 1)
        for step, share in ((0, 1 - share_above), (1, share_above)):
            classes = frames + (below.astype(np.int64) + step) % 12
            out += np.bincount(classes.ravel(), (weight * share).ravel(), minlength=len(out))
    return out.reshape(-1, 12)
