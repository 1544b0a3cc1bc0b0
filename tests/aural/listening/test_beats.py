"""Beats: the chain keeps the tempo, follows small deviations, and bridges what is missing."""

from __future__ import annotations

import numpy as np
import pytest

from aural.listening.beats import RISE_LEADS_S, beat_times_s, beat_track_dp, interpolate_peak_frame
from aural.types import Doubles, Floats


def envelope(times_s: Doubles, seconds: float) -> Floats:
    curve = np.zeros(round(100 * seconds))
    for at_s in times_s:
        frame = (at_s - RISE_LEADS_S) * 100
        near = np.arange(len(curve)) - frame
        curve += np.where(np.abs(near) < 3, 1 + np.cos(np.pi * near / 3), 0)
    return np.asarray(curve - curve.mean(), np.float32)


def within(found: Doubles, truth: Doubles) -> Doubles:
    """The chain goes on at its tempo to both ends of the clip."""
    return np.asarray(found[(found > truth[0] - 0.25) & (found < truth[-1] + 0.25)])


@pytest.mark.parametrize("bpm", [75.0, 120.0, 171.0])
def test_beats_are_the_impulses(bpm: float) -> None:
    truth = np.arange(0.4, 9.5, 60 / bpm)
    found = beat_times_s(envelope(truth, 10.0), bpm)
    np.testing.assert_allclose(found[: len(truth)], truth, atol=0.004)


def test_a_beat_that_is_left_out_is_bridged() -> None:
    truth = np.arange(0.5, 9.6, 0.5)
    found = beat_times_s(envelope(np.delete(truth, [5, 11]), 10.0), 120.0)
    np.testing.assert_allclose(within(found, truth), truth, atol=0.06)


def test_a_tempo_that_wavers_is_followed_and_syncopes_are_not() -> None:
    truth = np.cumsum(0.5 + 0.02 * np.sin(np.arange(18)))
    np.testing.assert_allclose(within(beat_times_s(envelope(truth, 10.0), 120.0), truth), truth, atol=0.01)
    plain = np.arange(0.5, 9.6, 0.5)
    found = beat_times_s(envelope(np.concatenate([plain, [3.25, 6.75]]), 10.0), 120.0)
    np.testing.assert_allclose(within(found, plain), plain, atol=0.01)


def test_a_first_sound_at_the_very_start_is_a_beat() -> None:
    truth = np.arange(0.5, 9.6, 0.5)  # and one at 0, which has no silence to rise from
    found = beat_times_s(envelope(truth, 10.0), 120.0)
    assert found[0] == pytest.approx(0.0, abs=0.03)
    assert found[1] == pytest.approx(0.5, abs=0.01)
    later = beat_times_s(envelope(truth[1:] - 0.2, 10.0), 120.0)
    assert later[0] == pytest.approx(0.8, abs=0.01), "no beat is added where none is due"


def test_the_top_of_a_parabola() -> None:
    for offset in (-0.4, 0.0, 0.25):
        curve = np.asarray(5 - (np.arange(9) - 4 - offset) ** 2, np.float64)
        assert interpolate_peak_frame(curve, 4) == pytest.approx(4 + offset)
    assert interpolate_peak_frame(np.array([1.0, 2.0, 3.0]), 1) == 1.0, "no peak"
    assert interpolate_peak_frame(np.array([3.0, 2.0, 1.0]), 0) == 0.0


def test_a_chain_costs_what_it_leaves_the_tempo_by() -> None:
    strength = np.zeros(200)
    strength[[20, 70, 120]] = 10.0
    score, before = beat_track_dp(strength, 50.0)
    assert score[120] == pytest.approx(30)
    assert (before[120], before[70], before[20]) == (70, 20, -1)
    strength[[70, 75]] = 0.0, 10.0
    bent, _ = beat_track_dp(strength, 50.0)
    assert bent[120] == pytest.approx(30 - 300 * (np.log(55 / 50) ** 2 + np.log(45 / 50) ** 2), abs=1e-6)


@pytest.mark.parametrize("period", [40.0, 41.5])
def test_beats_are_half_a_period_apart_at_least_and_two_at_most_however_loud_the_onsets(period: float) -> None:
    """Onsets that would outweigh any cost."""
    strength = np.zeros(400)
    strength[[100, 100 + round(period / 4), 100 + round(period), 100 + round(period) + round(2.5 * period)]] = 1e6
    _, before = beat_track_dp(strength, period)
    linked = [(frame, earlier) for frame, earlier in enumerate(before) if earlier >= 0]
    assert (100 + round(period), 100) in linked
    apart = np.array([frame - earlier for frame, earlier in linked])
    assert apart.min() >= round(period / 2)
    assert apart.max() <= round(2 * period)
