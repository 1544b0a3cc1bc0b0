"""The rider: slow gain that gives a mix the loudness it should have at each moment."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import gaussian_filter1d

from aural.wire import ENERGY_STEP_S, Floats
from models.sketch.dynamics import Curve, Energy
from models.sketch.mix.filtering import Tick
from models.sketch.mix.limiter import limit
from models.sketch.mix.loudness import block_powers, lufs

BLOCK_S = 0.1
# From a rider that only moves sections to one that moves half seconds (standard deviations, in s): the first
# that follows well enough wins, so that music keeps its own pulse where the curve lets it.
TIGHTNESS_S = (1.5, 0.8, 0.4, 0.2, 0.1)
GOOD_ENOUGH = 0.93
MAX_BOOST_DB = 30.0
PASSES = 2
STEP_PASSES, MAX_STEP_DB = 3, 6.0


def follow(mix: Floats, target: Energy, rate_hz: int, tick: Tick) -> Floats:
    """Ride the level of `mix` to `target` (LUFS over time, of the mono sum) and limit. (2, time) in and out."""
    mono = mix.mean(axis=0, keepdims=True)
    powers = block_powers(mono, rate_hz, BLOCK_S)
    times = np.asarray((np.arange(len(powers)) + 0.5) * BLOCK_S, np.float64)
    wanted = target.at(times)
    gain_db = np.zeros(len(powers))
    for tightness_s in TIGHTNESS_S if target.asked else TIGHTNESS_S[:1]:
        gain_db = _ridden(powers, wanted, tightness_s)
        if _agreement(powers, gain_db, target) > GOOD_ENOUGH:
            break
    else:
        gain_db = _stepped(powers, gain_db, target) if target.asked else gain_db
    sigma = tightness_s / BLOCK_S
    out = mix
    for attempt in range(PASSES):
        tick()
        ridden = _applied(mix, gain_db, times, rate_hz)
        tick()
        out = limit(ridden, rate_hz, tick)
        if attempt + 1 < PASSES:  # what the limiter took away, given back once
            reached = block_powers(out.mean(axis=0, keepdims=True), rate_hz, BLOCK_S)
            lost = _smooth_lufs(powers, sigma) + gain_db - _smooth_lufs(reached, sigma)
            if np.max(lost) < 0.2:
                break
            gain_db = gain_db + np.clip(gaussian_filter1d(lost, sigma, mode="nearest"), 0, 3)
    return out


def _smooth_lufs(powers: Curve, sigma: float) -> Curve:
    return lufs(gaussian_filter1d(powers, sigma, mode="nearest"))


def _ridden(powers: Curve, wanted: Curve, tightness_s: float) -> Curve:
    """Gain in dB per block: from the loudness around each moment to the wanted one."""
    sigma = tightness_s / BLOCK_S
    gain = wanted - _smooth_lufs(powers, sigma)
    return np.asarray(np.minimum(gaussian_filter1d(gain, min(sigma, 2.0), mode="nearest"), MAX_BOOST_DB))


def _agreement(powers: Curve, gain_db: Curve, target: Energy) -> float:
    """Correlation of what a listener will measure per half second with what was asked; 1 where it says nothing."""
    reached, asked = _per_step(powers, gain_db, target)
    if len(asked) < 3 or np.std(asked) < 1e-6:
        return 1.0
    return float(np.corrcoef(reached, asked)[0, 1])


def _stepped(powers: Curve, gain_db: Curve, target: Energy) -> Curve:
    """For curves as restless as music itself: put each half second where it should be."""
    per_step = round(ENERGY_STEP_S / BLOCK_S)
    corrected = gain_db
    for _ in range(STEP_PASSES):
        reached, asked = _per_step(powers, corrected, target)
        centres = (np.arange(len(asked)) + 0.5) * per_step - 0.5
        change = np.interp(np.arange(len(powers)), centres, asked - reached)
        corrected = gain_db + np.clip(corrected + change - gain_db, -MAX_STEP_DB, MAX_STEP_DB)
    return np.asarray(corrected, np.float64)


def _per_step(powers: Curve, gain_db: Curve, target: Energy) -> tuple[Curve, Curve]:
    """Loudness after the gain and loudness asked, LUFS per `ENERGY_STEP_S`."""
    per_step = round(ENERGY_STEP_S / BLOCK_S)
    asked = target.stepped()
    steps = min(len(powers) // per_step, len(asked))
    ridden = (powers * 10 ** (gain_db / 10))[: steps * per_step].reshape(steps, per_step).mean(axis=1)
    return lufs(ridden), asked[:steps]


def _applied(mix: Floats, gain_db: Curve, times: Curve, rate_hz: int) -> Floats:
    n = mix.shape[1]
    knots = times * rate_hz
    gain = 10 ** (np.interp(np.arange(n), knots, gain_db) / 20)
    return np.asarray(mix * gain.astype(np.float32), np.float32)
