"""The rider: slow gain that gives a mix the loudness it should have at each moment."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from aural.types import ENERGY_STEP_S, TAKE_RATE_HZ, Floats
from models.sketch.dynamics import Curve, Energy
from models.sketch.mix.automation import BLOCK_S, GainAutomation
from models.sketch.mix.block_power import lufs
from models.sketch.mix.filtering import Tick
from models.sketch.mix.limiter import limiter_gain
from models.sketch.render_window import RenderWindow

# From a rider that only moves sections to one that moves half seconds (standard deviations, in s): the first
# that follows well enough wins, so that music keeps its own pulse where the curve lets it.
TIGHTNESS_S = (1.5, 0.8, 0.4, 0.2, 0.1)
GOOD_ENOUGH = 0.93
MAX_BOOST_DB = 30.0
PASSES = 2
STEP_PASSES, MAX_STEP_DB = 3, 6.0


@dataclass(frozen=True, eq=False)
class GainRide:
    """The rider's gain, (time,), and the limiter's after it, None where that has nothing to do."""

    gain: Floats
    limit: Floats | None

    def applied(self, sound: Floats) -> Floats:
        """To the mix, or to a part of it: (2, time) in and out."""
        ridden = sound * self.gain
        return ridden if self.limit is None else ridden * self.limit


def ride_gain_to_target(
    mix: Floats, target: Energy, span: RenderWindow, tick: Tick, held_from_s: float | None = None
) -> GainRide:
    """What brings the level of `mix`, (2, time), to `target` (LUFS over time, of the mono sum), and limits it.

    `span`: of the mix, at 32 kHz. On a loop the ride comes round as well. `held_from_s`: from there on the gain stays,
    so that a last chord may die away.
    """
    automation = GainAutomation.of(span)
    powers = automation.powers(mix)
    wanted = target.at(automation.times_s)
    gain_db = np.zeros(len(powers))
    for tightness_s in TIGHTNESS_S if target.asked else TIGHTNESS_S[:1]:
        gain_db = _gain_towards_db(powers, wanted, automation, tightness_s)
        if _agreement(powers, gain_db, target) > GOOD_ENOUGH:
            break
    else:
        gain_db = _correct_gain_per_step(powers, gain_db, target, automation) if target.asked else gain_db
    held = (
        len(powers)
        if held_from_s is None
        else min(len(powers) - 1, int(np.searchsorted(automation.times_s, held_from_s)))
    )
    gain_db[held:] = gain_db[held - 1 if held else 0]
    sigma = tightness_s / BLOCK_S
    for attempt in range(PASSES):
        tick()
        gain = automation.gain_per_sample(gain_db)
        tick()
        ride = GainRide(gain, limiter_gain(mix * gain, TAKE_RATE_HZ, tick))
        if attempt + 1 < PASSES:  # what the limiter took away, given back once
            reached = automation.powers(ride.applied(mix))
            lost = lufs(automation.smooth(powers, sigma)) + gain_db - lufs(automation.smooth(reached, sigma))
            lost[held:] = 0.0
            if np.max(lost) < 0.2:
                break
            gain_db = gain_db + np.clip(automation.smooth(lost, sigma), 0, 3)
    return ride


def _gain_towards_db(powers: Curve, wanted: Curve, automation: GainAutomation, tightness_s: float) -> Curve:
    """Gain in dB per block: from the loudness around each moment to the wanted one."""
    sigma = tightness_s / BLOCK_S
    gain = wanted - lufs(automation.smooth(powers, sigma))
    return np.asarray(np.minimum(automation.smooth(gain, min(sigma, 2.0)), MAX_BOOST_DB))


def _agreement(powers: Curve, gain_db: Curve, target: Energy) -> float:
    """Correlation of what a listener will measure per half second with what was asked; 1 where it says nothing."""
    reached, asked = _lufs_per_step(powers, gain_db, target)
    if len(asked) < 3 or np.std(asked) < 1e-6:
        return 1.0
    return float(np.corrcoef(reached, asked)[0, 1])


def _correct_gain_per_step(powers: Curve, gain_db: Curve, target: Energy, automation: GainAutomation) -> Curve:
    """For curves as restless as music itself: put each half second where it should be."""
    per_step = round(ENERGY_STEP_S / BLOCK_S)
    corrected = gain_db
    for _ in range(STEP_PASSES):
        reached, asked = _lufs_per_step(powers, corrected, target)
        centres = np.asarray((np.arange(len(asked)) + 0.5) * per_step - 0.5, np.float64)
        change = automation.interpolate_to_blocks(centres, asked - reached)
        corrected = gain_db + np.clip(corrected + change - gain_db, -MAX_STEP_DB, MAX_STEP_DB)
    return np.asarray(corrected, np.float64)


def _lufs_per_step(powers: Curve, gain_db: Curve, target: Energy) -> tuple[Curve, Curve]:
    """Loudness after the gain and loudness asked, LUFS per `ENERGY_STEP_S`."""
    per_step = round(ENERGY_STEP_S / BLOCK_S)
    asked = target.stepped()
    steps = min(len(powers) // per_step, len(asked))
    ridden = (powers * 10 ** (gain_db / 10))[: steps * per_step].reshape(steps, per_step).mean(axis=1)
    return lufs(ridden), asked[:steps]
