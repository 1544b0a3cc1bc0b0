"""Texture: named numbers that are what physics says of tones, noise, clicks and fades."""

from __future__ import annotations

import numpy as np
import pytest

from aural.listening.texture import (
    decibels,
    dynamics,
    modulation,
    octaves_over_1khz,
    pulse_clarity,
    rhythm,
    rolloff_hz,
    spectra,
    spectral,
    timbre,
    variation,
)
from aural.types import Floats

RATE_HZ = 16_000


def tone(hz: float, seconds: float = 4.0) -> Floats:
    time_s = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    return (0.3 * np.sin(2 * np.pi * hz * time_s)).astype(np.float32)


def noise(seconds: float = 4.0) -> Floats:
    return (0.1 * np.random.default_rng(0).standard_normal(round(seconds * RATE_HZ))).astype(np.float32)


def clicks(per_s: float, seconds: float = 8.0) -> Floats:
    time_s = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    return (noise(seconds) * np.exp(-(time_s % (1 / per_s)) / 0.01)).astype(np.float32)


def test_a_tone_is_where_it_is_and_noise_is_flat() -> None:
    high, low, white = (spectral(spectra(sound), sound) for sound in (tone(4000.0), tone(500.0), noise()))
    assert high["spectral.centroid_octaves"] == pytest.approx(2, abs=0.1)
    assert low["spectral.rolloff85_octaves"] == pytest.approx(-1, abs=0.1)
    assert low["spectral.zero_crossing_octaves"] == pytest.approx(0, abs=0.02), "1000 crossings a second"
    assert white["spectral.flatness_db"] > -4
    assert white["spectral.flatness_db"] > low["spectral.flatness_db"] + 20
    assert white["spectral.bandwidth_octaves"] > low["spectral.bandwidth_octaves"] + 1


def test_the_roll_off_is_the_share_of_power() -> None:
    power, hz = np.ones((2, 101)), np.linspace(0, 1000, 101)
    assert rolloff_hz(power, hz, 0.85) == pytest.approx([850, 850], abs=10)
    power[1, 60:] = 0
    assert rolloff_hz(power, hz, 0.15)[1] == pytest.approx(90, abs=10)


@pytest.mark.parametrize("per_s", [2.0, 3.0])
def test_clicks_are_onsets_at_their_rate_and_clear(per_s: float) -> None:
    heard = rhythm(spectra(clicks(per_s)), 60 * per_s)
    assert heard["rhythm.onset_rate_per_s"] == pytest.approx(per_s, rel=0.15)
    assert heard["rhythm.interval_octaves"] == pytest.approx(np.log2(1 / per_s / 0.5), abs=0.15)
    assert heard["rhythm.tempo_octaves"] == pytest.approx(np.log2(per_s / 2))
    assert heard["rhythm.pulse_clarity"] > rhythm(spectra(noise(8.0)), None)["rhythm.pulse_clarity"] + 0.2
    assert heard["rhythm.percussive_share"] > rhythm(spectra(tone(440.0)), None)["rhythm.percussive_share"] + 0.3


def test_a_swing_of_the_level_is_found_at_its_rate() -> None:
    frames_per_s = len(spectra(tone(440.0, 8.0)).level_db) / 8
    time_s = np.arange(round(16 * frames_per_s)) / frames_per_s
    for hz, name in ((0.5, "0_5"), (2.0, "2"), (8.0, "8")):
        shares = modulation(-20 + 6 * np.sin(2 * np.pi * hz * time_s))
        assert shares[f"rhythm.modulation_{name}_hz"] > 0.9
        assert sum(shares.values()) == pytest.approx(1, abs=1e-6)


def test_a_fade_falls_and_a_tone_stays() -> None:
    faded = tone(440.0) * np.linspace(1, 0.1, 4 * RATE_HZ, dtype=np.float32)
    fading, steady = (dynamics(spectra(sound), sound) for sound in (faded, tone(440.0)))
    assert steady["dynamics.slope_db"] == pytest.approx(0, abs=1)
    assert fading["dynamics.slope_db"] < -10
    assert steady["dynamics.crest_db"] == pytest.approx(3.01, abs=0.05), "a sine's"
    assert fading["dynamics.range_lu"] > steady["dynamics.range_lu"] + 8


def test_pulse_clarity_of_what_repeats_and_what_does_not() -> None:
    flux = np.zeros(600)
    flux[::30] = 1
    assert pulse_clarity(flux) > 0.9
    assert pulse_clarity(np.zeros(600)) == 0
    assert pulse_clarity(flux[:5]) == 0
    assert pulse_clarity(np.random.default_rng(0).random(600)) < 0.5


def test_timbre_has_no_level_but_in_its_first_coefficient() -> None:
    loud, soft = timbre(spectra(noise())), timbre(spectra(0.5 * noise()))
    assert soft["timbre.mfcc0_mean_db"] < loud["timbre.mfcc0_mean_db"] - 10
    for i in range(1, 13):
        assert soft[f"timbre.mfcc{i}_mean_db"] == pytest.approx(loud[f"timbre.mfcc{i}_mean_db"], abs=0.3)


def test_small_arithmetic() -> None:
    assert octaves_over_1khz(np.array([4000.0])) == pytest.approx(2, abs=1e-3)
    assert float(decibels(100.0)) == pytest.approx(20)
    assert variation(np.array([1.0, 3.0])) == pytest.approx(0.5)
    assert variation(np.zeros(3)) == 0
