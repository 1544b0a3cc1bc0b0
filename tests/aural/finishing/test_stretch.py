"""Stretching: instants where they should be, pitch as asked, and nothing done where nothing is to do."""

from __future__ import annotations

import numpy as np
import pytest

from aural.finishing.stretch import Warp, warped
from aural.types import TAKE_RATE_HZ, Floats

BEAT = 16_000
MS = TAKE_RATE_HZ // 1000


def clicks(beats: int = 24, first: int = 800) -> Floats:
    sound = np.zeros((2, beats * BEAT), np.float32)
    burst = np.random.default_rng(0).standard_normal(64) * np.exp(-np.arange(64) / 12)
    for beat in range(beats - 1):
        sound[:, first + beat * BEAT :][:, :64] += burst
    return sound


def tone(hz: float, seconds: float = 4.0) -> Floats:
    wave = 0.5 * np.sin(2 * np.pi * hz * np.arange(round(seconds * TAKE_RATE_HZ)) / TAKE_RATE_HZ)
    return np.stack([wave, wave / 2]).astype(np.float32)


def heard_hz(sound: Floats) -> float:
    middle = sound[0, TAKE_RATE_HZ : 3 * TAKE_RATE_HZ]
    spectrum = np.abs(np.fft.rfft(middle * np.hanning(len(middle)), 1 << 20))
    return float(np.argmax(spectrum) * TAKE_RATE_HZ / (1 << 20))


def test_at_its_own_speed_nothing_changes() -> None:
    sound = clicks()
    np.testing.assert_array_equal(warped(sound, Warp.steady(1.0), 200_000), sound[:, :200_000])


@pytest.mark.parametrize("speed", [0.92, 0.97, 0.9995, 1.0004, 1.03, 1.08])
def test_clicks_come_where_they_should_to_a_millisecond(speed: float) -> None:
    made = warped(clicks(), Warp.steady(speed), 300_000)
    for beat in range(12):
        at = (800 + beat * BEAT) / speed
        near = np.abs(made[0, max(0, round(at) - 20 * MS) : round(at) + 20 * MS])
        assert abs(int(np.argmax(near)) + max(0, round(at) - 20 * MS) - at) < 2 * MS, beat


def test_speeds_that_change_put_every_beat_on_its_own_line() -> None:
    sources = np.array([800.0, 800 + 8 * BEAT, 800 + 16 * BEAT])
    targets = np.array([0.0, 8 * 15_600, 8 * 15_600 + 8 * 16_300])
    made = warped(clicks(), Warp(sources, targets), 16 * BEAT)
    for beat in range(15):
        at = beat * 15_600 if beat < 8 else 8 * 15_600 + (beat - 8) * 16_300
        near = np.abs(made[0, max(0, at - 20 * MS) : at + 20 * MS])
        assert abs(int(np.argmax(near)) + max(0, at - 20 * MS) - at) < 3 * MS, beat


def test_pitch_stays_at_another_speed_and_moves_when_asked() -> None:
    assert heard_hz(warped(tone(440), Warp.steady(1.05), 3 * TAKE_RATE_HZ)) == pytest.approx(440, rel=5e-4)
    assert heard_hz(warped(tone(440), Warp.steady(1.0), 4 * TAKE_RATE_HZ, -2)) == pytest.approx(392.0, rel=3e-4)
    assert heard_hz(warped(tone(55), Warp.steady(1.04), 3 * TAKE_RATE_HZ, -2)) == pytest.approx(49.0, rel=1e-3)
    assert heard_hz(warped(tone(440), Warp.steady(1.0), 4 * TAKE_RATE_HZ, 0.3)) == pytest.approx(447.69, rel=3e-4)


@pytest.mark.parametrize(("speed", "semitones"), [(0.92, 0), (0.96, 0), (1.04, 0), (1.08, 0), (1.0, 2), (1.0, -3)])
def test_the_tones_of_a_chord_stay_in_tune_beside_each_other(speed: float, semitones: int) -> None:
    """One tone alone does not tell: in too short a block close tones pull at each other."""
    chord_hz = (130.81, 164.81, 196.0)
    sound = np.sum([0.3 * tone(hz, 6.0) for hz in chord_hz], axis=0).astype(np.float32)
    made = warped(sound, Warp.steady(speed), 5 * TAKE_RATE_HZ, semitones)[0, TAKE_RATE_HZ : 4 * TAKE_RATE_HZ]
    power = np.abs(np.fft.rfft(made * np.hanning(len(made)), 1 << 20))
    heard_at = np.arange(len(power)) * TAKE_RATE_HZ / (1 << 20)
    for hz in chord_hz:
        meant = hz * 2 ** (semitones / 12)
        near = np.flatnonzero(np.abs(np.log2(np.maximum(heard_at, 1) / meant)) < 1 / 12)
        assert abs(1200 * np.log2(heard_at[near[power[near].argmax()]] / meant)) < 5


def test_level_and_sides_stay() -> None:
    made = warped(tone(300), Warp.steady(0.95), 3 * TAKE_RATE_HZ)
    before, after = (np.sqrt(np.square(one[:, 8000:-8000]).mean(axis=1)) for one in (tone(300), made))
    np.testing.assert_allclose(after, before, rtol=0.03)


def test_the_same_sound_gives_the_same_samples() -> None:
    first, second = (warped(clicks(), Warp.steady(1.04), 200_000, 1.0) for _ in range(2))
    np.testing.assert_array_equal(first, second)


def test_past_the_end_is_silence() -> None:
    made = warped(tone(440, 1.0), Warp.steady(1.0), 2 * TAKE_RATE_HZ)
    assert made.shape == (2, 2 * TAKE_RATE_HZ)
    assert not made[:, TAKE_RATE_HZ:].any()
