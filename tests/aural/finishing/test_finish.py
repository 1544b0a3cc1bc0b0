"""Finishing: what was asked is what is heard afterwards, by our own ears and by arithmetic."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from aural.finishing.correct import bars_to_samples, transposition_semitones
from aural.finishing.finish import finish_to_target
from aural.finishing.loudness import body_lufs
from aural.types import TAIL_S, TAKE_RATE_HZ, Floats, KeyGuess, Take, Target
from tests.serving import band

TAIL = round(TAIL_S * TAKE_RATE_HZ)


def raw(bpm: float, seconds: float = 20.0, lead_s: float = 0.37) -> Take:
    """Music of that tempo in C major that begins somewhere, as a composer makes it that cannot count."""
    music = band(seconds, bpm=bpm, rate_hz=TAKE_RATE_HZ)[round(lead_s * TAKE_RATE_HZ) :]
    sides = np.stack([music, music]).astype(np.float32)
    return Take(sides, sides.shape[1] - TAIL, 3, "humming", 120.0, "C major")


def flux(sound: Floats, at: int) -> float:
    """What rises in the spectrum across an instant."""
    size = 512
    window = np.hanning(size)
    before, after = (np.abs(np.fft.rfft(sound[start : start + size] * window)) for start in (at - size, at))
    return float(np.maximum(after - before, 0).sum())


@pytest.mark.parametrize("bpm", [112.0, 118.3, 120.0, 127.0])
def test_a_loop_is_as_long_as_its_bars_and_in_tempo(bpm: float) -> None:
    made = finish_to_target(raw(bpm), Target(10.0, bpm=120.0, key="C major", loop=True, bars=4))
    assert made.measurements is not None
    assert made.loop_end == bars_to_samples(4, 4, 120.0) == 256_000
    assert made.samples.shape == (2, made.loop_end + TAIL)
    assert (made.bars, made.bpm, made.key) == (4, 120.0, "C major")
    assert made.measurements.bpm == pytest.approx(120.0, rel=1e-3)
    assert made.measurements.key == "C major"
    assert made.measurements.off == ()
    assert made.measurements.stretched == pytest.approx(bpm / 120, rel=2e-3)


def test_clicks_fall_on_the_grid_and_the_seam_is_a_beat_like_the_others() -> None:
    made = finish_to_target(raw(116.0), Target(10.0, bpm=120.0, loop=True, bars=4))
    body = made.samples[0, : made.loop_end]
    twice = np.concatenate([body, body])
    beat = made.loop_end // 16
    offsets = []
    for number in range(1, 31):
        near = np.abs(twice[number * beat - 1600 : number * beat + 1600])
        offsets.append(int(np.argmax(near)) - 1600)
    assert np.ptp(offsets) < 0.012 * TAKE_RATE_HZ, "in samples of noise: the beats of two rounds are one grid"
    fluxes = [flux(twice, number * beat + min(offsets) - 64) for number in range(1, 31)]
    assert fluxes[15] <= np.percentile(fluxes, 95) * 1.05


def test_bars_come_nearest_to_the_duration_or_as_many_as_there_are() -> None:
    made = finish_to_target(raw(120.0), Target(11.2, bpm=120.0, loop=True))
    assert (made.bars, made.loop_end) == (6, 12 * TAKE_RATE_HZ)
    short = finish_to_target(raw(120.0, seconds=11.0), Target(20.0, bpm=120.0, loop=True))
    assert short.bars in (4, 5)
    assert short.loop_end == bars_to_samples(short.bars, 4, 120.0)


def test_without_a_loop_the_body_is_the_duration_in_tempo() -> None:
    made = finish_to_target(raw(115.0), Target(12.0, bpm=120.0))
    assert made.measurements is not None
    assert made.samples.shape == (2, 12 * TAKE_RATE_HZ + TAIL)
    assert made.measurements.bpm == pytest.approx(120.0, rel=1e-3)
    assert made.bars == 0


def test_off_key_is_transposed_into_the_wished_one() -> None:
    made = finish_to_target(raw(120.0), Target(12.0, bpm=120.0, key="D major"))
    assert made.measurements is not None
    assert made.measurements.transposed == 2
    assert made.measurements.key == "D major"
    far = finish_to_target(raw(120.0), Target(12.0, bpm=120.0, key="F# major"))
    assert far.measurements is not None
    assert far.measurements.transposed == 0
    assert far.measurements.off == ("key",)


def test_too_far_off_tempo_is_left_alone_and_said() -> None:
    made = finish_to_target(raw(120.0), Target(10.0, bpm=140.0, loop=True, bars=4))
    assert made.measurements is not None
    assert made.loop_end == bars_to_samples(4, 4, 140.0)
    assert made.measurements.stretched == 1
    assert "bpm" in made.measurements.off


def test_noise_and_silence_are_cut_by_the_clock() -> None:
    noise = 0.1 * np.random.default_rng(0).standard_normal((2, 12 * TAKE_RATE_HZ)).astype(np.float32)
    take = Take(noise, 11 * TAKE_RATE_HZ, 0, "x")
    made = finish_to_target(take, Target(8.0, bpm=120.0, key="A minor", loop=True))
    assert made.measurements is not None
    assert made.loop_end == bars_to_samples(4, 4, 120.0)
    assert {"bpm", "key"} <= set(made.measurements.off)
    silent = finish_to_target(dataclasses.replace(take, samples=0 * noise), Target(8.0))
    assert silent.measurements is not None
    assert (silent.measurements.bpm, silent.measurements.lufs) == (None, None)
    plain = finish_to_target(take, Target(8.0, loop=True))
    assert plain.bars == 0, "without any tempo there are no bars"
    assert plain.measurements is not None
    assert "bars" in plain.measurements.off


def test_a_silent_end_is_said() -> None:
    take = raw(120.0)
    quiet = take.samples.copy()
    quiet[:, 10 * TAKE_RATE_HZ :] = 0
    made = finish_to_target(dataclasses.replace(take, samples=quiet), Target(12.0, bpm=120.0))
    assert made.measurements is not None
    assert "silence" in made.measurements.off


def test_an_exact_take_is_joined_and_never_bent() -> None:
    take = dataclasses.replace(raw(117.0), exact=True, bars=9)
    take = dataclasses.replace(take, samples=take.samples * np.float32(0.5))  # far from the ceiling
    made = finish_to_target(take, Target(19.0, bpm=120.0, key="D major", loop=True))
    assert made.measurements is not None
    assert (made.measurements.stretched, made.measurements.transposed) == (1, 0)
    assert set(made.measurements.off) >= {"bpm", "key"}
    middle = slice(TAKE_RATE_HZ, 5 * TAKE_RATE_HZ)
    moved = next(
        k for k in range(200) if np.array_equal(made.samples[:, middle], np.roll(take.samples, k, 1)[:, middle])
    )
    assert moved <= 0.005 * TAKE_RATE_HZ


def test_loudness_is_as_stated_and_stems_get_the_same() -> None:
    take = raw(120.0)
    parts = {"low": take.samples * 0.25, "high": take.samples * 0.75}
    exact = dataclasses.replace(take, exact=True, stems=parts)
    made = finish_to_target(exact, Target(19.0, loop=True, loudness_lufs=-20.0))
    assert made.measurements is not None
    assert body_lufs(made.samples[:, : made.loop_end]) == pytest.approx(-20, abs=0.2)
    assert made.measurements.lufs == pytest.approx(-20, abs=0.2)
    np.testing.assert_allclose(made.stems["low"] + made.stems["high"], made.samples, atol=2e-6)


def test_the_same_take_gives_the_same_samples() -> None:
    target = Target(10.0, bpm=120.0, key="D major", loop=True, bars=4, loudness_lufs=-16.0)
    first, second = (finish_to_target(raw(117.0), target) for _ in range(2))
    np.testing.assert_array_equal(first.samples, second.samples)
    assert first.measurements == second.measurements


@pytest.mark.parametrize(
    ("likely", "cents", "asked", "shift"),
    [
        ({"C major": 0.9}, 0.0, "D major", 2.0),
        ({"C major": 0.9}, 0.0, "Bb major", -2.0),
        ({"C major": 0.9}, 30.0, "C major", -0.3),
        ({"C major": 0.9}, 5.0, "C major", 0.0),
        ({"A minor": 0.7, "C major": 0.25}, 0.0, "C major", 0.0),
        ({"B minor": 0.7, "D major": 0.25}, 0.0, "C major", -2.0),
        ({"C major": 0.9}, 0.0, "G major", 0.0),
        ({"C major": 0.9}, 0.0, None, 0.0),
        ({}, 0.0, "C major", 0.0),
    ],
)
def test_the_shift_into_key(likely: dict[str, float], cents: float, asked: str | None, shift: float) -> None:
    heard = KeyGuess(next(iter(likely), None), 0.9, probabilities=tuple(likely.items()))
    assert transposition_semitones(heard, cents, asked) == pytest.approx(shift)


@pytest.mark.parametrize(
    ("exact", "lufs", "levelled"), [(True, None, False), (True, -20.0, True), (False, None, True), (False, -20.0, True)]
)
def test_an_exact_take_is_levelled_only_if_that_is_asked(exact: bool, lufs: float | None, levelled: bool) -> None:
    """Else its own limiter has seen to it; any other take is kept under the ceiling."""
    take = raw(120.0, 6.0)
    loud = dataclasses.replace(take, samples=take.samples * np.float32(2.5), exact=exact)
    assert np.abs(loud.samples).max() > 1
    made = finish_to_target(loud, Target(5.0, loudness_lufs=lufs))
    size = min(made.samples.shape[1], loud.samples.shape[1]) - 1_000
    same = np.array_equal(made.samples[:, :size], loud.samples[:, :size])
    assert same == (not levelled)
    assert (np.abs(made.samples).max() <= 0.9) == levelled


def test_an_exact_take_of_which_nothing_more_is_asked_is_the_composers_own_to_the_last_sample() -> None:
    """So a candidate is what its seed gives alone, where a composer that is exact is not finished."""
    take = dataclasses.replace(raw(120.0, 6.0), exact=True, loop_end=5 * TAKE_RATE_HZ)
    np.testing.assert_array_equal(finish_to_target(take, Target(5.0, bpm=120.0)).samples, take.samples)


def test_a_fade_out_is_written_and_is_no_fault() -> None:
    take = raw(120.0, seconds=9.0)
    made = finish_to_target(take, Target(8.0, loudness_lufs=-20.0, fades=True, ends_softly=True))
    cut = finish_to_target(take, Target(8.0, loudness_lufs=-20.0))
    assert made.measurements is not None
    assert made.measurements.off == ()
    assert made.measurements.lufs == pytest.approx(-20.0, abs=0.3), "the level is of what is heard"
    assert not made.samples[:, made.loop_end :].any()
    last = slice(made.loop_end - TAKE_RATE_HZ, made.loop_end)
    assert made.samples[:, last].std() < 0.05 * cut.samples[:, last].std()
    first = slice(0, 5 * TAKE_RATE_HZ)
    ratio = made.samples[:, first].std() / cut.samples[:, first].std()
    np.testing.assert_allclose(made.samples[:, first], ratio * cut.samples[:, first], atol=0.02)


def test_an_end_that_rings_out_is_told_from_one_that_fell_silent() -> None:
    quiet_end = raw(120.0, seconds=9.0).samples.copy()
    quiet_end[:, round(7.5 * TAKE_RATE_HZ) :] = 0
    take = dataclasses.replace(raw(120.0, seconds=9.0), samples=quiet_end, exact=True, loop_end=8 * TAKE_RATE_HZ)
    for softly, off in ((True, ()), (False, ("silence",))):
        made = finish_to_target(take, Target(8.0, ends_softly=softly))
        assert made.measurements is not None
        assert made.measurements.off == off
