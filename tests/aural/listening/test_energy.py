"""The energy curve against plain arithmetic, and what moves it."""

from __future__ import annotations

import numpy as np
import pytest

from aural.listening import listen
from aural.listening.energy import energy, energy_curve
from tests.aural.listening.sounds import RATE_HZ, clicks, clip_of, placed, rattle, sine


def test_scale_is_linear_in_decibels_and_clipped() -> None:
    """A tone two octaves over 250 Hz is halfway bright, and nothing begins in it: .94 of its loudness."""
    levels_dbfs = [-80.0, -46.99, -24.49, -1.99 - 4.5, 0.0]
    heard = [energy_curve(clip_of(sine(1000, 4, 48_000, dbfs), 48_000))[4] for dbfs in levels_dbfs]
    assert heard == pytest.approx([0.0, 0.0, 0.47, 0.846, 0.94], abs=0.004)


@pytest.mark.parametrize(("duration_s", "values"), [(30.0, 60), (10.2, 20), (10.25, 21), (10.4, 21), (0.1, 1)])
def test_one_value_per_half_second(duration_s: float, values: int) -> None:
    heard = energy(clip_of(sine(440, duration_s, 16_000), 16_000))
    assert {len(column) for column in (heard.curve, heard.lufs, heard.onsets_per_s, heard.brightness_hz)} == {values}


def test_follows_the_music() -> None:
    quiet_loud = np.concatenate([sine(500, 2, 16_000, -40), sine(500, 2, 16_000, -10), np.zeros(32_000)])
    curve = energy_curve(clip_of(quiet_loud, 16_000))
    assert curve[:4] < curve[4:8]
    assert curve[-3:] == (0.0, 0.0, 0.0)
    assert all(isinstance(value, float) for value in curve)


@pytest.mark.parametrize("per_s", [1, 2, 4, 6])
def test_onsets_are_counted_by_the_second(per_s: int) -> None:
    heard = energy(clip_of(clicks(60.0 * per_s), RATE_HZ)).onsets_per_s
    assert heard[3:-3] == pytest.approx(per_s, abs=0.51)
    assert heard.mean() == pytest.approx(per_s, rel=0.15)


@pytest.mark.parametrize("hz", [300.0, 1_000.0, 3_000.0])
def test_brightness_of_a_tone_is_its_frequency(hz: float) -> None:
    assert energy(clip_of(sine(hz, 3, 16_000), 16_000)).brightness_hz == pytest.approx(hz, rel=0.02)


def test_at_one_loudness_more_and_higher_sounds_are_more_energy() -> None:
    """Only what happens differs: both parts are brought to one loudness."""
    sparse = placed([(at_s, rattle(0.05)) for at_s in np.arange(0.1, 8, 1.0)], 8.0)
    dense = placed([(at_s, rattle(0.05)) for at_s in np.arange(0.1, 8, 0.125)], 8.0)
    curves = [energy(clip_of(sound, RATE_HZ)) for sound in (sparse, dense)]
    few, many = (np.median(one.curve / np.clip((one.lufs + 50) / 45, 0.01, 1)) for one in curves)
    assert many > few + 0.06
    low, high = (energy(clip_of(sine(hz, 4, RATE_HZ, -12), RATE_HZ)).curve[4] for hz in (400, 2_000))
    assert high > low + 0.03


@pytest.mark.parametrize("gain_db", [-30.0, -12.0])
def test_gain_moves_loudness_and_nothing_else(gain_db: float) -> None:
    loud, quiet = energy(clip_of(clicks(150), RATE_HZ)), energy(clip_of(10 ** (gain_db / 20) * clicks(150), RATE_HZ))
    assert quiet.lufs - loud.lufs == pytest.approx(gain_db, abs=0.01)
    np.testing.assert_allclose(quiet.onsets_per_s, loud.onsets_per_s)
    np.testing.assert_allclose(quiet.brightness_hz, loud.brightness_hz, rtol=1e-3)


def test_what_the_curve_is_made_of_is_told() -> None:
    heard = listen(clip_of(np.pad(clicks(120, 4.0), (2 * RATE_HZ, 0)), RATE_HZ))
    assert len(heard.lufs) == len(heard.onsets_per_s) == len(heard.brightness_hz) == len(heard.energy_curve)
    assert heard.lufs[:3] == (None, None, None)
    assert heard.brightness_hz[0] is None
    assert heard.onsets_per_s[0] == 0.0
