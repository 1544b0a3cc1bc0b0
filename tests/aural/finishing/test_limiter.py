"""The streaming limiter: never above its ceiling, and not there at all below it."""

from __future__ import annotations

import time

import numpy as np
import pytest
from numpy.typing import NDArray

from aural.finishing.limiter import StreamLimiter
from aural.types import TAKE_RATE_HZ

CEILING = 10 ** (-1 / 20)
Floats = NDArray[np.float32]


def music(seconds: float, loudness: float, seed: int = 0) -> Floats:
    """Two tones that beat, one per side, and clicks: (2, time)."""
    rng = np.random.default_rng(seed)
    t = np.arange(round(seconds * TAKE_RATE_HZ)) / TAKE_RATE_HZ
    sides = np.stack([np.sin(2 * np.pi * 110 * t) * np.sin(2 * np.pi * 3 * t), 0.5 * np.sin(2 * np.pi * 220 * t)])
    sides[:, rng.integers(0, len(t), 20)] *= 3
    return (loudness * sides).astype(np.float32)


def limited(samples: Floats, blocks: list[int], limiter: StreamLimiter) -> Floats:
    """All of it, pushed in portions of these sizes again and again."""
    parts, start, turn = [], 0, 0
    while start < samples.shape[1]:
        size = blocks[turn % len(blocks)]
        parts.append(limiter.push(samples[:, start : start + size]))
        start, turn = start + size, turn + 1
    return np.concatenate([*parts, limiter.finish()], axis=1)


@pytest.mark.parametrize("loudness", [0.9, 1.0, 2.0, 30.0])
@pytest.mark.parametrize("ceiling_dbfs", [-1.0, -6.0])
def test_nothing_is_above_the_ceiling(loudness: float, ceiling_dbfs: float) -> None:
    loud = limited(music(2, loudness), [6400], StreamLimiter(ceiling_dbfs=ceiling_dbfs))
    assert np.abs(loud.astype(np.float64)).max() <= 10 ** (ceiling_dbfs / 20)


def test_a_peak_at_the_very_start_or_end_is_seen_as_well() -> None:
    for place in (0, 1, 159, 160, 161, -1):
        samples = np.full((2, 5000), 0.1, np.float32)
        samples[1, place] = 4
        quiet = limited(samples, [5000], StreamLimiter())
        assert np.abs(quiet).max() <= CEILING
        # Turned down rather than clipped: the other side goes down with it, by as much.
        assert quiet[0, place] == pytest.approx(0.1 * CEILING / 4, rel=1e-3)


@pytest.mark.parametrize("gain_db", [0.0, -7.3, 4.0])
def test_below_the_ceiling_samples_pass_bit_for_bit(gain_db: float) -> None:
    samples = music(1, 0.17)
    passed = limited(samples, [700], StreamLimiter(gain_db=gain_db))
    np.testing.assert_array_equal(passed, samples * np.float32(10 ** (gain_db / 20)))


def test_bytes_do_not_depend_on_the_portions() -> None:
    samples = music(1, 1.5)
    whole = limited(samples, [samples.shape[1]], StreamLimiter())
    for blocks in ([1], [640], [1, 1023, 7, 5000], [1024], [0, 6400, 16000]):
        np.testing.assert_array_equal(limited(samples[:, :9000], blocks, StreamLimiter())[:, :7000], whole[:, :7000])
    np.testing.assert_array_equal(limited(samples, [6400, 16_000], StreamLimiter()), whole)


@pytest.mark.parametrize("length", [0, 1, 159, 160, 1024, 1184, 1185, 5000])
def test_as_much_comes_out_as_went_in(length: int) -> None:
    samples = music(1, 2.0)[:, :length]
    limiter = StreamLimiter()
    pushed = limiter.push(samples)
    assert limiter.finish().shape[1] == length - pushed.shape[1]


def test_what_goes_in_comes_out_soon() -> None:
    limiter = StreamLimiter()
    assert limiter.push(music(0.2, 0.5)).shape[1] > 0.2 * TAKE_RATE_HZ - 1024 - 2 * 160 - 1


def test_gain_falls_and_rises_smoothly_and_comes_back_to_one() -> None:
    samples = np.full((2, 2 * TAKE_RATE_HZ), 0.5, np.float32)
    samples[:, 8000] = 5
    gain = limited(samples, [6400], StreamLimiter())[0] / samples[0]
    assert (gain[: 8000 - 160] == 1).all()
    assert gain[8000] == pytest.approx(CEILING / 5, rel=1e-3)
    assert np.abs(np.diff(gain)).max() < 0.01 * np.pi
    assert (np.diff(gain[8000 + 160 :]) >= -1e-6).all()
    after = 1 - gain[8000 + 160 + 3200]
    assert after == pytest.approx((1 - CEILING / 5) * np.exp(-1), rel=0.05)
    assert (gain[-3200:] == 1).all()


def test_thirty_seconds_take_a_fraction_of_one() -> None:
    samples = music(30, 2.0)
    started = time.process_time()
    limited(samples, [16_000], StreamLimiter())
    assert time.process_time() - started < 1.0  # 0.08 where it was written
