"""Tonal balance: a gentle, linear-phase equaliser that leads a mix towards the spectrum of records."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.fft import next_fast_len
from scipy.signal import firwin2, oaconvolve

from aural.types import TAKE_RATE_HZ, Floats
from models.sketch.mix.filtering import Tick
from models.sketch.mix.spectra import CENTRES_HZ

TILT_DB_PER_OCTAVE = 1.5  # above 720 Hz, for brightness 1
STRENGTH = 0.6
MOST_DB, LEAST_DB = 6.0, -9.0
TAPS = 801


def tonal_balance_taps(sound: Floats, records_db: NDArray[np.float64], brightness: float, tick: Tick) -> Floats:
    """(taps,) of a filter that corrects a share of the distance to the spectrum of records.

    `records_db`: per octave around `CENTRES_HZ`; `brightness`: -1..1.
    """
    levels = octave_levels_db(sound.mean(axis=0))
    tick()
    target = records_db + brightness * TILT_DB_PER_OCTAVE * np.maximum(0, np.arange(len(CENTRES_HZ)) - 4)
    distance = target - levels
    gain_db = np.clip(STRENGTH * (distance - np.median(distance)), LEAST_DB, MOST_DB)
    gain_db[levels < levels.max() - 40] = 0.0  # where nothing plays, only noise would come up
    return _design_eq_fir(gain_db)


def apply_eq_taps(sound: Floats, taps: Floats, tick: Tick) -> Floats:
    """`sound`, (2, time), through such a filter."""
    out = np.empty_like(sound)
    for side, source in enumerate(sound):
        out[side] = oaconvolve(source, taps, mode="same")
        tick()
    return out


def octave_levels_db(mono: Floats) -> NDArray[np.float64]:
    """Power per octave around `CENTRES_HZ`, dB relative to all of it."""
    size = next_fast_len(len(mono), real=True)
    power = np.abs(np.fft.rfft(mono, size)) ** 2
    edges = np.append(CENTRES_HZ / 2**0.5, CENTRES_HZ[-1] * 2**0.5)
    total = np.concatenate([[0.0], np.cumsum(power)])
    bounds = np.minimum(np.round(edges * size / TAKE_RATE_HZ).astype(int), len(power))
    bands = np.diff(total[bounds])
    return np.asarray(10 * np.log10(np.maximum(bands, 1e-12 * total[-1] + 1e-30) / (total[-1] + 1e-30)))


def _design_eq_fir(gain_db: NDArray[np.float64]) -> Floats:
    """A symmetric FIR filter, smooth over log frequency."""
    hz = np.concatenate([[0.0], np.geomspace(20, 0.499 * TAKE_RATE_HZ, 60), [0.5 * TAKE_RATE_HZ]])
    curve = np.interp(np.log2(np.maximum(hz, 20)), np.log2(CENTRES_HZ), gain_db)
    return np.asarray(firwin2(TAPS, hz, 10 ** (curve / 20), fs=TAKE_RATE_HZ), np.float32)
