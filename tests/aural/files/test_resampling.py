"""Another rate changes neither pitch nor level, adds nothing, and a loop stays one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from aural.files.resampling import StreamResampler, resampled_take, samples_at
from aural.types import TAKE_RATE_HZ, Doubles, Floats, Take

RATES = pytest.mark.parametrize("rate_hz", [44_100, 48_000])
TAIL = 9600
ODD = 40_003
"""Samples of a loop that is a whole number of them at no other rate."""


def take_of(sound: Doubles, loop_end: int) -> Take:
    samples = np.stack([sound, -0.5 * sound]).astype(np.float32)
    quarter = samples * np.float32(0.25)
    return Take(samples, loop_end, 1, "m", stems={"high": quarter, "low": samples - quarter})


def sine(cycles: float, size: int, samples: int, phase: float = 0.0) -> Doubles:
    """So many cycles in `size` samples."""
    return np.asarray(0.5 * np.sin(2 * np.pi * cycles * np.arange(samples) / size + phase))


def db(ratio: float) -> float:
    return float(20 * np.log10(max(ratio, 1e-12)))


def fitted(sound: Floats, cycles_each: float) -> tuple[float, float, float]:
    """Amplitude, phase and what is left of a sine of that many cycles a sample, by least squares."""
    turn = 2 * np.pi * cycles_each * np.arange(len(sound))
    waves = np.stack([np.sin(turn), np.cos(turn)], axis=1)
    (a, b), *_ = np.linalg.lstsq(waves, sound.astype(np.float64), rcond=None)
    left = np.abs(sound - waves @ np.array([a, b])).max()
    return float(np.hypot(a, b)), float(np.arctan2(b, a)), float(left)


def cents_off(sound: Floats, cycles_each: float) -> float:
    """From how the phase drifts between two parts of the sound."""
    size = len(sound) // 4
    early, late = (fitted(part, cycles_each)[1] for part in (sound[size : 2 * size], sound[2 * size : 3 * size]))
    turned = 2 * np.pi * cycles_each * size
    drift = (late - early - turned + np.pi) % (2 * np.pi) - np.pi
    return float(1200 * np.log2(1 + drift / turned))


@RATES
@pytest.mark.parametrize("loops", [False, True])
@pytest.mark.parametrize("hz", [50.0, 997.0, 13_500.0])
def test_a_tone_keeps_its_pitch_and_its_level(rate_hz: int, loops: bool, hz: float) -> None:
    made = resampled_take(take_of(sine(hz, TAKE_RATE_HZ, ODD + TAIL), ODD), rate_hz, loops=loops)
    heard = made.samples[0, 2000 : made.loop_end - 2000]
    assert abs(cents_off(heard, hz / rate_hz)) < 0.1
    stretched = made.loop_end / rate_hz / (ODD / TAKE_RATE_HZ) if loops else 1.0
    assert abs(stretched - 1) < 0.5 / made.loop_end
    level, _, left = fitted(heard[4000:8000], hz / rate_hz / stretched)
    assert abs(db(level / 0.5)) < 0.1
    assert db(left / 0.5) < -90, "it is that tone, and nothing else"


@RATES
@pytest.mark.parametrize("loops", [False, True])
def test_nothing_is_added_above_what_there_was(rate_hz: int, loops: bool) -> None:
    """Noise up to 15 kHz has no image over 17 kHz, 90 dB down."""
    size = 32_000
    spectrum = np.random.default_rng(0).standard_normal(15_001) + 0j
    noise = np.fft.irfft(np.concatenate([spectrum, np.zeros(1000)]), size)
    twice = np.tile(noise / np.abs(noise).max(), 2)
    made = resampled_take(take_of(twice, size), rate_hz, loops=loops)
    body = made.samples[0, : made.loop_end] if loops else made.samples[0, rate_hz // 4 : rate_hz]
    window = 1.0 if loops else np.blackman(len(body)) ** 2
    power = np.abs(np.fft.rfft(body * window))
    hz = np.fft.rfftfreq(len(body), 1 / rate_hz)
    assert db(float(power[hz > 17_000].max() / power[hz < 15_000].max())) < -90


@RATES
@pytest.mark.parametrize("body", [ODD, 64_000])
def test_a_loop_of_a_tone_goes_on_across_the_seam(rate_hz: int, body: int) -> None:
    """Round and round it is one sine, to 16 bits and beyond: no step at the seam that is not everywhere."""
    cycles = 557
    made = resampled_take(take_of(sine(cycles, body, body + TAIL, 0.7), body), rate_hz, loops=True)
    assert made.loop_end == round(body * rate_hz / 32_000)
    assert made.samples.shape[1] == made.loop_end + TAIL * rate_hz // 32_000
    looped = np.tile(made.samples[0, : made.loop_end], 3)
    level, phase, left = fitted(looped, cycles / made.loop_end)
    assert level == pytest.approx(0.5, rel=1e-5)
    assert phase == pytest.approx(0.7, abs=1e-5)
    assert db(left / 0.5) < -110
    np.testing.assert_allclose(made.samples[0], np.resize(looped, made.samples.shape[1]), atol=2e-6)


@RATES
def test_noise_in_a_loop_is_what_turning_it_gives(rate_hz: int) -> None:
    """The same loop begun elsewhere is the same sound begun elsewhere: no sample knows where the seam is."""
    body, shift = 32_000, 16_000
    noise = 0.2 * np.random.default_rng(1).standard_normal(body)
    whole, turned = (
        resampled_take(take_of(np.resize(one, body + TAIL), body), rate_hz, loops=True)
        for one in (noise, np.roll(noise, -shift))
    )
    np.testing.assert_allclose(
        np.roll(whole.samples[:, : whole.loop_end], -shift * rate_hz // 32_000, axis=1),
        turned.samples[:, : turned.loop_end],
        atol=1e-6,
    )


@RATES
def test_a_tail_that_goes_its_own_way_follows_the_body(rate_hz: int) -> None:
    """A tone that does not fit into the loop goes on into the tail: there the file is that tone, as without a loop."""
    tone = sine(440.0, TAKE_RATE_HZ, 64_000 + TAIL)
    faded = tone.copy()
    fade = np.linspace(0, 1, 3200)
    follows = tone[64_000 : 64_000 + 3456]
    faded[:256] = follows[:256]
    faded[256:3456] = follows[256:] * (1 - fade) + tone[256:3456] * fade
    looped, plain = (
        resampled_take(take_of(one, 64_000), rate_hz, loops=loops) for one, loops in ((faded, True), (tone, False))
    )
    np.testing.assert_allclose(looped.samples[:, rate_hz:-300], plain.samples[:, rate_hz:-300], atol=1e-4)


@RATES
@pytest.mark.parametrize("loops", [False, True])
def test_the_stems_still_add_up(rate_hz: int, loops: bool) -> None:
    noise = 0.2 * np.random.default_rng(2).standard_normal(ODD + TAIL)
    made = resampled_take(take_of(noise, ODD), rate_hz, loops=loops)
    assert list(made.stems) == ["high", "low"]
    assert len(made.stems) == 2
    np.testing.assert_allclose(made.stems["high"] + made.stems["low"], made.samples, atol=1e-6)


@pytest.mark.parametrize("block", [1, 640, 7_919])
@RATES
def test_in_blocks_it_is_the_same_to_the_bit(rate_hz: int, block: int) -> None:
    samples = 6_401 if block == 1 else 50_001
    noise = take_of(0.2 * np.random.default_rng(4).standard_normal(samples), samples).samples
    resampler = StreamResampler(samples, rate_hz)
    parts = [resampler.push(noise[:, start : start + block]) for start in range(0, samples, block)]
    joined = np.concatenate([*parts, resampler.finish()], axis=1)
    assert joined.shape[1] == samples_at(samples, rate_hz)
    whole = resampled_take(Take(noise, samples, 1, "m"), rate_hz, loops=False)
    np.testing.assert_array_equal(joined, whole.samples)


def test_at_its_own_rate_a_take_stays_as_it_is() -> None:
    made = take_of(sine(3, 100, 200), 100)
    assert resampled_take(made, TAKE_RATE_HZ, loops=True) is made
    again = resampled_take(replace(made, rate_hz=48_000), 48_000, loops=False)
    assert again.samples is made.samples
