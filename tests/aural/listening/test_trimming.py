"""Trimming: silence around the music and its gain change nothing that is heard in it."""

from __future__ import annotations

import numpy as np
import pytest

from aural.listening.trimming import TrimmedSignal
from aural.types import Floats

RATE_HZ = 16_000


def music(seconds: float = 2.0) -> Floats:
    time_s = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    return np.cos(2 * np.pi * 440 * time_s).astype(np.float32) * np.float32(0.3)


def test_silence_is_cut_off_and_told() -> None:
    silent = np.zeros(RATE_HZ, np.float32)
    inner, padded = TrimmedSignal.of(music()), TrimmedSignal.of(np.concatenate([silent, music(), silent]))
    assert padded.start_s == 1.0
    np.testing.assert_array_equal(padded.samples, inner.samples)
    assert padded.duration_s == pytest.approx(2.0, abs=0.001)


@pytest.mark.parametrize("gain", [1e-3, 0.03, 1.0, 3.0])
def test_its_level_is_always_the_same(gain: float) -> None:
    heard = TrimmedSignal.of(np.float32(gain) * music())
    assert float(np.sqrt(np.mean(heard.samples**2))) == pytest.approx(0.1, rel=1e-4)
    assert len(heard.samples) == 2 * RATE_HZ


@pytest.mark.parametrize(("below_db", "kept"), [(-55, True), (-65, False)])
def test_what_lies_sixty_decibels_under_the_peak_is_no_edge(below_db: float, kept: bool) -> None:
    murmur = np.float32(10 ** (below_db / 20)) * music(1.0)
    assert (TrimmedSignal.of(np.concatenate([murmur, music()])).start_s == 0.0) == kept


def test_dither_is_nothing() -> None:
    hiss = (10 ** (-80 / 20) * np.random.default_rng(0).uniform(-1, 1, RATE_HZ)).astype(np.float32)
    assert len(TrimmedSignal.of(hiss).samples) == 0
    assert TrimmedSignal.of(np.zeros(0, np.float32)).duration_s == 0
