"""Energy over time: what was asked for, what that means for the players and for the level."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from aural.audio.clip import ANALYSIS_RATE_HZ, Clip
from aural.listening.energy import CEILING_LUFS, FLOOR_LUFS, brightness, onset_brightness_factor, onset_density
from aural.listening.trimming import TrimmedSignal
from aural.types import ENERGY_STEP_S, Floats

# On the scale of the service's energy curve (mono, K-weighted): the loudest half second that a mix under -1 dBFS
# can hold without audible limiting, -14 LUFS.
LOUDEST = 0.8
# The natural form's loudness, on the same scale: from -25 LUFS where it is thin to -17.5 at its peak; of the stereo
# mix as a whole -16.1 to -14.3 LUFS, by style.
NATURAL_LOW, NATURAL_HIGH = 0.555, 0.722
# Intensities of a flat curve: a groove with everything but the last layers.
FLAT_INTENSITY = 0.7
Curve = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Energy:
    """Energy 0..1 at equally spaced times. `asked`: by the caller, not by the form."""

    values: Curve
    duration_s: float
    asked: bool

    def at(self, times_s: Curve) -> Curve:
        """Each value stands for its share of the duration: linear between their centres, level at the ends."""
        centres = (np.arange(len(self.values)) + 0.5) * self.duration_s / len(self.values)
        return np.interp(times_s, centres, self.values)

    def stepped(self) -> Curve:
        """One value per `ENERGY_STEP_S`, the mean over the step; what has one each is as it was asked."""
        steps = max(1, round(self.duration_s / ENERGY_STEP_S))
        if len(self.values) == steps:
            return self.values
        fine = self.at((np.arange(10 * steps) + 0.5) * self.duration_s / (10 * steps))
        return np.asarray(fine.reshape(steps, 10).mean(axis=1))


def loudness_for(energy: Energy, mix: Floats, rate_hz: int) -> Energy:
    """What loudness, 0..1, gives a mix that energy: more where it is sparse and dark. `mix`: (2, time).

    What happens in a mix, and how high up, does not depend on its level, so it can be heard before that is set.
    """
    mono = Clip(mix.mean(axis=0), rate_hz, rate_hz, 1, "mix").resampled_to(ANALYSIS_RATE_HZ)
    part, asked = TrimmedSignal.of(mono.samples), energy.stepped()
    centres_s = np.arange(0.5, len(asked)) * ENERGY_STEP_S
    lively = onset_brightness_factor(onset_density(part, centres_s), brightness(part, centres_s))
    return Energy(np.minimum(asked / lively, 1.0), energy.duration_s, energy.asked)


def target_lufs(energy: Energy) -> Energy:
    """The loudness to reach, scaled down as a whole where its top is not feasible (shape before level)."""
    top = float(energy.values.max(initial=0.0))
    fitted = energy.values * min(1.0, LOUDEST / max(top, 1e-6))
    return Energy(FLOOR_LUFS + (CEILING_LUFS - FLOOR_LUFS) * fitted, energy.duration_s, energy.asked)


def intensity_per_bar(energy: Energy, n_bars: int, bar_s: float) -> Curve:
    """How many play and how hard, 0..1: half from the level itself, half from where in the curve's range it is."""
    centres = (np.arange(n_bars * 4) + 0.5) * bar_s / 4
    level = energy.at(centres).reshape(n_bars, 4).mean(axis=1)
    low, high = np.percentile(energy.values, (5, 95))
    absolute = np.clip((level - 0.3) / 0.5, 0, 1)
    spread = high - low
    relative = np.clip((level - low) / spread, 0, 1) if spread > 1e-6 else np.full(n_bars, FLAT_INTENSITY)
    weight = float(np.clip(spread / 0.25, 0, 1))  # a nearly flat curve has no highs and lows to play
    relative = weight * relative + (1 - weight) * FLAT_INTENSITY
    return np.asarray(np.clip(0.5 * absolute + 0.5 * relative, 0, 1))


def energy_from_intensity(intensities: Curve, duration_s: float) -> Energy:
    """The energy of a form that nobody prescribed, from its bars' intensities."""
    return Energy(NATURAL_LOW + (NATURAL_HIGH - NATURAL_LOW) * np.clip(intensities, 0, 1), duration_s, False)
