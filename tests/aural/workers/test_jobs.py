"""Jobs of the workers: what each takes and gives, in samples."""

from __future__ import annotations

import numpy as np
import pytest

from aural.types import TAIL_S, TAKE_RATE_HZ, Floats, Measurements, Take, Target
from aural.workers.jobs import (
    cut_to_length,
    decode_clip,
    finish_take,
    finishing_bytes,
    resampled_for_embedder,
    warm_up_wav,
)
from tests.serving import wav_of


def take(seconds: float, **facts: object) -> Take:
    samples = np.random.default_rng(0).standard_normal((2, round(seconds * TAKE_RATE_HZ))).astype(np.float32)
    loop_end = samples.shape[1] - round(TAIL_S * TAKE_RATE_HZ)
    return Take(samples, loop_end, 1, "m", **facts)  # type: ignore[arg-type]


def sine(seconds: float, rate_hz: int) -> Floats:
    return (0.3 * np.sin(2 * np.pi * 440 * np.arange(round(seconds * rate_hz)) / rate_hz)).astype(np.float32)


@pytest.mark.parametrize(("opening_s", "samples"), [(0.0, None), (0.5, 16_000), (30.0, 64_000)])
def test_a_clip_comes_at_both_rates_and_with_its_end(opening_s: float, samples: int | None) -> None:
    decoded = decode_clip(wav_of(sine(2.0, 44_100), 44_100), 48_000, opening_s)
    assert (decoded.analysis.rate_hz, len(decoded.analysis.samples)) == (16_000, 32_000)
    assert (decoded.for_embedder.rate_hz, len(decoded.for_embedder.samples)) == (48_000, 96_000)
    assert decoded.loudness.integrated_lufs == pytest.approx(20 * np.log10(0.3) - 3.01 - 0.691 + 0.69, abs=0.8)
    if samples is None:
        assert decoded.opening is None
    else:
        assert decoded.opening is not None
        assert len(decoded.opening) == samples
        np.testing.assert_allclose(decoded.opening[-1600:-160], sine(2.0, TAKE_RATE_HZ)[-1600:-160], atol=0.02)


def test_the_embedder_hears_the_body_alone_in_mono() -> None:
    made = take(2.3)
    heard = resampled_for_embedder(made, 16_000)
    assert len(heard) == 32_000
    assert np.corrcoef(resampled_for_embedder(made, TAKE_RATE_HZ), made.samples[:, :64_000].mean(axis=0))[0, 1] > 0.9999


def test_a_take_that_is_to_be_compared_comes_back_with_its_sound_for_the_embedder() -> None:
    target = Target(2.0)
    finished = finish_take(take(2.3), target, 16_000)
    assert finished.for_embedder is not None
    np.testing.assert_array_equal(finished.for_embedder, resampled_for_embedder(finished.take, 16_000))
    assert finish_take(take(2.3), target).for_embedder is None


def test_the_memory_of_finishing_grows_with_the_take_and_its_stems() -> None:
    plain = take(10.0)
    stems = take(10.0, stems=dict.fromkeys("abc", plain.samples))
    base = finishing_bytes(plain) - 5 * plain.samples.nbytes
    assert base == 2**30
    assert finishing_bytes(stems) == base + 4 * 5 * plain.samples.nbytes


@pytest.mark.parametrize(
    ("facts", "target", "loop_end"),
    [
        ({}, Target(1.0), 32_000),
        ({}, Target(1.0, bpm=120.0, loop=True, bars=1), 64_000),
        ({}, Target(1.0, bpm=120.0, loop=True), 32_000),
        ({"metre": "3/4"}, Target(1.0, bpm=120.0, loop=True, bars=1), 48_000),
        ({}, Target(1.0, bpm=120.0, loop=True, bars=1, metre="6/8"), 32_000),
        ({"exact": True}, Target(1.0, bpm=120.0, loop=True, bars=1), 86_400),
    ],
)
def test_what_is_not_finished_is_cut_by_the_clock_and_says_so(
    facts: dict[str, object], target: Target, loop_end: int
) -> None:
    made = cut_to_length(take(3.0, **facts), target)
    assert made.loop_end == loop_end
    assert made.samples.shape[1] == min(loop_end + 9_600, 96_000)
    assert made.measurements == Measurements(off=("unchecked",))


def test_a_faded_end_is_written_when_it_is_cut_too_and_the_beginning_is_left_alone() -> None:
    made = take(3.0)
    faded = cut_to_length(made, Target(2.0, fades=True)).samples
    plain = cut_to_length(made, Target(2.0)).samples
    np.testing.assert_array_equal(plain, made.samples[:, : plain.shape[1]])
    np.testing.assert_allclose(faded[:, :16_000], plain[:, :16_000], atol=0.02, err_msg="its first half second")
    ends = 20 * np.log10(np.abs(faded[:, 62_400:64_000]).mean() / np.abs(plain[:, 62_400:64_000]).mean())
    assert ends < -20, "its last 50 ms"
    assert (faded[:, 63_999] != 0).all(), "down to the body's last sample"
    assert (faded[:, 64_000:] == 0).all()


def test_the_rehearsal_is_as_long_as_asked() -> None:
    assert len(decode_clip(warm_up_wav(4.0), 16_000).analysis.samples) == 64_000
