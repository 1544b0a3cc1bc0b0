"""Chroma: tones on their pitch classes, at any tuning, and how held a sound is."""

from __future__ import annotations

import numpy as np
import pytest

from aural.listening.chroma import BASS_HZ, HOP, TREBLE_HZ, WINDOW, chroma, peaks, peaks_to_chroma, spectral_stability
from aural.listening.spectra import stft
from aural.types import Floats

RATE_HZ = 16_000


def spectra(*hz: float, seconds: float = 3.0) -> Floats:
    time_s = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    tones = [np.sin(2 * np.pi * one * time_s) for one in hz]
    return stft(np.sum(tones, axis=0).astype(np.float32), WINDOW, HOP)


def noise(seconds: float = 3.0) -> Floats:
    sound = np.random.default_rng(0).standard_normal(round(seconds * RATE_HZ)).astype(np.float32)
    return stft(sound, WINDOW, HOP)


@pytest.mark.parametrize(("hz", "pitch_class"), [(440.0, 9), (261.63, 0), (311.13, 3), (1975.53, 11)])
def test_a_tone_is_its_pitch_class(hz: float, pitch_class: int) -> None:
    heard = chroma(spectra(hz))
    plain = heard.plain.mean(axis=0)
    assert int(plain.argmax()) == pitch_class
    assert plain[pitch_class] > 0.95 * plain.sum()
    assert heard.treble.shape == (len(heard.plain), 12)


@pytest.mark.parametrize("cents", [-40.0, -15.0, 0.0, 15.0, 40.0])
def test_the_tuning_is_found_and_changes_no_pitch_class(cents: float) -> None:
    heard = chroma(spectra(*(hz * 2 ** (cents / 1200) for hz in (440.0, 554.365, 659.255))))
    assert heard.tuning_cents == pytest.approx(cents, abs=1.0)
    assert heard.tuning_certainty > 0.98
    assert set(np.argsort(heard.plain.mean(axis=0))[-3:].tolist()) == {9, 1, 4}


def test_a_peak_is_placed_between_the_bins() -> None:
    for hz in (441.0, 443.3, 1000.7):
        found = peaks(spectra(hz), TREBLE_HZ)
        top = np.take_along_axis(found.pitch, found.strength.argmax(axis=1)[:, None], 1)[2:-2]
        np.testing.assert_allclose(top, 57 + 12 * np.log2(hz / 440), atol=0.03)


def test_only_what_lies_in_the_band_is_a_peak() -> None:
    low = spectra(60.0)
    assert peaks(low, BASS_HZ).strength.max() > 100 * peaks(low, TREBLE_HZ).strength[2:-2].max()


def test_a_partial_speaks_for_its_fundamental_the_less_the_higher() -> None:
    found = peaks(spectra(3 * 220.0), TREBLE_HZ)  # E, the third partial of A
    one, three = peaks_to_chroma(found, 0.0, 1).mean(axis=0), peaks_to_chroma(found, 0.0, 3).mean(axis=0)
    assert one[9] < 1e-3 * one[4]
    assert three[9] == pytest.approx(0.8**2 * one[4], rel=0.02)


def test_held_tones_are_stable_and_noise_is_not() -> None:
    assert spectral_stability(spectra(440.0, 660.0)) > 0.98
    assert abs(spectral_stability(noise())) < 0.1
    assert chroma(noise()).tuning_certainty < 0.2
