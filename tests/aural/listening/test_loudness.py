"""Loudness against BS.1770's and the EBU's own figures."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.signal import butter, sosfilt

from aural.audio.clip import Clip
from aural.audio.loudness import k_weighting
from aural.listening import listen
from aural.listening.loudness import measure_loudness
from tests.aural.listening.sounds import clip_of, sine


def test_filters_at_48_khz_are_the_standards_own() -> None:
    shelf, high_pass = k_weighting(48_000)
    standard_shelf = [
        1.53512485958697,
        -2.69169618940638,
        1.19839281085285,
        1,
        -1.69065929318241,
        0.73248077421585,
    ]
    assert shelf == pytest.approx(standard_shelf, abs=1e-10)
    assert high_pass == pytest.approx([1, -2, 1, 1, -1.99004745483398, 0.99007225036621], abs=1e-10)


@pytest.mark.parametrize("rate_hz", [16_000, 32_000, 44_100, 48_000, 96_000])
def test_a_full_scale_sine_of_997_hz_reads_minus_3_01_lufs(rate_hz: int) -> None:
    lufs = measure_loudness(clip_of(sine(997, 3, rate_hz), rate_hz)).lufs
    assert lufs[1:] == pytest.approx(-3.01, abs=0.05)


def steps(*parts: tuple[float, float]) -> Clip:
    """(dBFS, seconds) of a 1 kHz sine, one after the other."""
    return clip_of(np.concatenate([sine(1000, seconds, 16_000, dbfs) for dbfs, seconds in parts]), 16_000)


def test_quiet_parts_are_gated_out_of_the_whole() -> None:
    """EBU Tech 3341's third and fourth cases, in one channel: 3 dB less than its two."""
    assert measure_loudness(steps((-36, 10), (-23, 60), (-36, 10))).integrated_lufs == pytest.approx(-26.0, abs=0.1)
    parts = ((-72, 10), (-36, 10), (-23, 60), (-36, 10), (-72, 10))
    assert measure_loudness(steps(*parts)).integrated_lufs == pytest.approx(-26.0, abs=0.1)


@pytest.mark.parametrize(("low_dbfs", "high_dbfs", "range_lu"), [(-30, -20, 10), (-20, -15, 5), (-40, -20, 20)])
def test_range_between_two_levels(low_dbfs: float, high_dbfs: float, range_lu: float) -> None:
    """EBU Tech 3342's first three cases."""
    assert measure_loudness(steps((high_dbfs, 20), (low_dbfs, 20))).range_lu == pytest.approx(range_lu, abs=1)


def test_what_is_short_or_silent_has_no_loudness() -> None:
    for clip in (clip_of(np.zeros(16_000 * 5), 16_000), steps((-20, 0.3))):
        assert (measure_loudness(clip).integrated_lufs, measure_loudness(clip).range_lu) == (None, None)
    brief = measure_loudness(steps((-20, 2.0)))
    assert brief.integrated_lufs == pytest.approx(-23, abs=0.1)
    assert brief.range_lu is None


def test_cymbals_count() -> None:
    """What lies over 8 kHz is gone at 16 kHz, and is most of a hi-hat."""
    noise = np.random.default_rng(0).standard_normal(5 * 48_000)
    hats = clip_of(0.3 * sosfilt(butter(6, 9_000, "highpass", fs=48_000, output="sos"), noise), 48_000)
    whole, narrow = measure_loudness(hats).integrated_lufs, measure_loudness(hats.resampled_to(16_000)).integrated_lufs
    assert whole is not None
    assert narrow is not None
    assert whole > narrow + 6
    assert listen(hats.resampled_to(16_000), measure_loudness(hats)).integrated_lufs == whole
