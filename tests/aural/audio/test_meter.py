"""The loudness meter: near pyloudnorm, whose filters are near the standard's, and the standard's arithmetic."""

from __future__ import annotations

import numpy as np
import pyloudnorm
import pytest

from aural.audio.loudness import block_lufs, gate_block_lufs, integrated_lufs, mean_lufs, weighted_power
from aural.types import Floats


def music(channels: int, rate_hz: int, seed: int) -> Floats:
    """Ten seconds that swell and pause."""
    rng = np.random.default_rng(seed)
    time_s = np.arange(10 * rate_hz) / rate_hz
    swell = np.clip(np.sin(2 * np.pi * 0.13 * time_s + seed), 0, 1) ** 2
    tone = np.sin(2 * np.pi * 200 * (1 + seed) * time_s)
    return np.asarray(swell * (0.3 * tone + 0.1 * rng.standard_normal((channels, len(time_s)))), np.float32)


@pytest.mark.parametrize("rate_hz", [32_000, 48_000])
@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_whole_is_what_pyloudnorm_measures(channels: int, rate_hz: int, seed: int) -> None:
    sound = music(channels, rate_hz, seed)
    theirs = pyloudnorm.Meter(rate_hz).integrated_loudness(sound.T.astype(np.float64))
    assert integrated_lufs(sound, rate_hz) == pytest.approx(theirs, abs=0.1)


def test_two_channels_of_the_same_are_three_decibels_louder_than_one() -> None:
    mono = music(1, 48_000, 0)
    one, two = (integrated_lufs(sound, 48_000) for sound in (mono, np.repeat(mono, 2, axis=0)))
    assert one is not None
    assert two == pytest.approx(one + 10 * np.log10(2), abs=1e-6)


def test_nothing_and_too_little_have_no_loudness() -> None:
    assert integrated_lufs(np.zeros((2, 48_000), np.float32), 48_000) is None
    assert integrated_lufs(music(2, 48_000, 0)[:, :19_000], 48_000) is None, "under 0.4 s"


def test_gates_leave_out_what_is_silent_and_what_is_far_under_the_mean() -> None:
    levels = np.array([-20.0, -20.0, -33.0, -75.0, -np.inf])
    np.testing.assert_array_equal(gate_block_lufs(levels, -10.0), [-20, -20])
    np.testing.assert_array_equal(gate_block_lufs(levels, -20.0), [-20, -20, -33])
    assert len(gate_block_lufs(np.array([-80.0]), -10.0)) == 0
    assert mean_lufs(np.array([-10.0, -20.0])) == pytest.approx(10 * np.log10(0.055))


def test_blocks_overlap_by_three_quarters() -> None:
    power = weighted_power(music(1, 16_000, 1), 16_000)
    blocks = block_lufs(power, 16_000, 0.4, 0.1)
    assert len(blocks) == 1 + (160_000 - 6_400) // 1_600
    assert blocks[3] == pytest.approx(-0.691 + 10 * np.log10(power[4_800:11_200].mean()))
    assert len(block_lufs(power[:6_399], 16_000, 0.4, 0.1)) == 0
