"""BeatNet: its filter bank is what the paper describes, and clicks are beats to it."""

from __future__ import annotations

import numpy as np
import pytest

from aural.listening.beatnet import HOP, RATE_HZ, activations, bank, beatnet_features


def test_bands_are_triangles_of_sum_one_in_rising_order() -> None:
    filters = bank()
    assert filters.shape == (136, 705)
    np.testing.assert_allclose(filters.sum(axis=1), 1, atol=1e-5)
    centres = filters.argmax(axis=1)
    assert (np.diff(centres) > 0).all()
    hz = centres * RATE_HZ / 1411
    assert hz[0] < 60
    assert 8_000 < hz[-1] < 17_000


def test_what_rises_is_what_is_new() -> None:
    sound = np.zeros(RATE_HZ, np.float32)
    sound[RATE_HZ // 2 :] = 0.3 * np.sin(2 * np.pi * 1000 * np.arange(RATE_HZ // 2) / RATE_HZ)
    rows = beatnet_features(sound)
    assert rows.shape == (RATE_HZ // HOP, 272)
    level, gained = rows[:, :136], rows[:, 136:]
    assert (gained >= 0).all()
    assert int(gained.sum(axis=1).argmax()) == pytest.approx(25, abs=2)
    np.testing.assert_allclose(gained[:20], 0, atol=1e-6)
    assert level[40].max() > 0.2


@pytest.mark.parametrize("bpm", [90.0, 120.0])
def test_a_drum_loop_has_its_beats(bpm: float) -> None:
    time_s = np.arange(12 * 16_000) / 16_000
    rng = np.random.default_rng(0)
    beat_s = time_s % (60 / bpm)
    kick = np.sin(2 * np.pi * 60 * beat_s) * np.exp(-beat_s / 0.1)
    hat = rng.standard_normal(len(time_s)) * np.exp(-(time_s % (30 / bpm)) / 0.02)
    sound = (kick + 0.2 * hat).astype(np.float32)
    told = activations(sound * np.float32(0.1 / sound.std()), 1200)
    assert told.shape == (2, 1200)
    beats = np.round(np.arange(4, 11.5, 60 / bpm) * 100).astype(int)
    on = np.mean([told.sum(axis=0)[at - 4 : at + 5].max() for at in beats])
    between = beats + round(3000 / bpm)
    off = np.mean([told.sum(axis=0)[at - 4 : at + 5].max() for at in between])
    assert on > 0.4
    assert on > 1.1 * off
