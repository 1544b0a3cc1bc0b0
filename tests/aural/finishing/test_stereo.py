"""MonoToStereo: the fold-down is the music, the sides are wide and of its colour, and no cut is heard."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.signal import chirp

from aural.finishing.stereo import FADE_IN, FADE_OUT, MonoToStereo
from aural.types import TAKE_RATE_HZ, Floats
from tests.serving import band

Doubles = NDArray[np.float64]
THIRDS_HZ = 1000 * 2.0 ** (np.arange(-14, 12) / 3)


def noise(seconds: float, channels: int = 1, seed: int = 0) -> Floats:
    samples = np.random.default_rng(seed).standard_normal((channels, round(seconds * TAKE_RATE_HZ)))
    return np.asarray(0.1 * samples, np.float32)


def pink(seconds: float) -> Floats:
    white = np.fft.rfft(noise(seconds).astype(np.float64))
    tilted = np.fft.irfft(white / np.sqrt(np.arange(white.shape[1]) + 50), n=round(seconds * TAKE_RATE_HZ))
    return np.asarray(0.1 * tilted / tilted.std(), np.float32)


def music(seconds: float) -> Floats:
    return band(seconds, rate_hz=TAKE_RATE_HZ)[None].astype(np.float32)


def polished(samples: Floats, *, fade_in: bool = True) -> Floats:
    return MonoToStereo(samples.shape[1], fade_in=fade_in).push(samples)


def thirds_db(samples: NDArray[np.floating]) -> Doubles:
    """Level in each third of an octave from 40 Hz to 12.7 kHz."""
    power = np.abs(np.fft.rfft(samples.astype(np.float64))) ** 2
    hz = np.fft.rfftfreq(len(samples), 1 / TAKE_RATE_HZ)
    edges = np.searchsorted(hz, [THIRDS_HZ * 2 ** (-1 / 6), THIRDS_HZ * 2 ** (1 / 6)])
    levels: Doubles = 10 * np.log10([power[low:high].sum() for low, high in edges.T])
    return levels


def without_dc(samples: Floats) -> Floats:
    """What is polished, as two sides that are no business of the widening."""
    return np.asarray(polished(np.concatenate([samples, samples]))[0])


@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("seed", range(4))
def test_cuts_change_no_bit(channels: int, seed: int) -> None:
    samples, draw = noise(1.3, channels), np.random.default_rng(seed)
    whole = polished(samples)
    count = (3, 40, 400, 4000)[seed]
    cuts = np.sort(draw.integers(0, samples.shape[1] + 1, count))
    polish = MonoToStereo(samples.shape[1])
    pieces = [polish.push(piece) for piece in np.split(samples, cuts, axis=1)]
    assert any(piece.shape == (2, 0) for piece in pieces) == (0 in np.diff(cuts))
    assert whole.dtype == np.float32
    np.testing.assert_array_equal(np.concatenate(pieces, axis=1), whole)


@pytest.mark.parametrize("samples", [noise(6), pink(6), music(6)], ids=["white", "pink", "music"])
def test_the_fold_down_is_the_music(samples: Floats) -> None:
    """To the rounding of float32; half a decibel in any third of an octave would be allowed."""
    middle = polished(samples).mean(axis=0)
    given = without_dc(samples)
    assert np.abs(middle - given).max() < 1e-7 * max(1.0, np.abs(given).max())
    assert np.abs(thirds_db(middle) - thirds_db(given)).max() < 1e-3


@pytest.mark.parametrize(
    ("samples", "within_db"), [(noise(20), 2), (pink(20), 2), (music(20), 4)], ids=["white", "pink", "music"]
)
def test_each_side_has_the_colour_of_the_music(samples: Floats, within_db: float) -> None:
    """A single tone alone in its third may lean further than what fills it."""
    given = thirds_db(without_dc(samples))
    for side in polished(samples):
        assert np.abs(thirds_db(side) - given).max() < within_db


@pytest.mark.parametrize("samples", [noise(20), pink(20)], ids=["white", "pink"])
def test_it_is_wide_and_not_hollow(samples: Floats) -> None:
    left, right = polished(samples)
    assert 0.5 < np.corrcoef(left, right)[0, 1] < 0.8
    assert abs(thirds_db(left) - thirds_db(right))[THIRDS_HZ < 110].max() < 1, "bass stays in the middle"


def test_a_click_has_no_echo() -> None:
    """What comes a millisecond later or more is 12 dB below the direct sound, and after 30 ms there is nothing."""
    click = np.zeros((1, TAKE_RATE_HZ), np.float32)
    click[0, 8000] = 1
    for side in polished(click):
        level_db = 20 * np.log10(np.abs(side[8000:]) + 1e-9)
        assert level_db[0] == pytest.approx(0, abs=0.1)
        assert level_db[32:].max() < -12
        assert level_db[32 * 30 :].max() < -50
    assert np.abs(polished(click)[:, :8000]).max() == 0, "nor anything before it"


def test_constant_parts_go_and_bass_stays() -> None:
    time_s = np.arange(4 * TAKE_RATE_HZ) / TAKE_RATE_HZ
    for channels in (1, 2):
        constant = np.full((channels, len(time_s)), 0.3, np.float32)
        assert np.abs(polished(constant)[:, TAKE_RATE_HZ:]).max() < 1e-6
        bass = np.tile(np.sin(2 * np.pi * 40 * time_s).astype(np.float32), (channels, 1))
        for side in polished(bass):
            assert 20 * np.log10(side[TAKE_RATE_HZ:-1000].std() / bass.std()) == pytest.approx(-0.26, abs=0.3)


def test_two_sides_stay_what_they_are() -> None:
    time_s = np.arange(2 * TAKE_RATE_HZ) / TAKE_RATE_HZ
    sweep = 0.3 * chirp(time_s, 200, 2, 12_000, "logarithmic")
    samples = np.stack([sweep, 0.5 * sweep[::-1]]).astype(np.float32)
    heard = polished(samples)
    inner = slice(2000, -2000)
    swept = (THIRDS_HZ > 300) & (THIRDS_HZ < 10_000)
    np.testing.assert_allclose(thirds_db(heard[0])[swept], thirds_db(samples[0])[swept], atol=0.2)
    for side, given in zip(heard, samples, strict=True):
        assert np.corrcoef(side[inner], given[inner])[0, 1] > 0.999


def test_it_fades_in_and_out() -> None:
    """In over 2 ms, out over 10; in between there is no gain."""
    samples = noise(1.0, channels=2)
    soft, hard = polished(samples), polished(samples, fade_in=False)
    length = samples.shape[1]
    assert (FADE_IN, FADE_OUT) == (64, 320)
    np.testing.assert_array_equal(soft[:, FADE_IN:], hard[:, FADE_IN:])
    shape = soft[0, :FADE_IN] / hard[0, :FADE_IN]
    assert (np.diff(shape) > 0).all()
    assert (shape[0] < 0.001, shape[-1] > 0.999) == (True, True)
    longer = MonoToStereo(length + FADE_OUT, fade_in=False).push(samples)
    np.testing.assert_array_equal(hard[:, :-FADE_OUT], longer[:, :-FADE_OUT])
    falling = hard[0, -FADE_OUT:] / longer[0, -FADE_OUT:]
    assert (np.diff(falling) < 0).all()
    assert (falling[0] > 0.999, falling[-1] < 0.001) == (True, True)


@pytest.mark.parametrize("length", [1, 40, 100, 330])
def test_what_is_shorter_than_its_ends_fades_too(length: int) -> None:
    samples = noise(1.0)[:, :length]
    whole, polish = polished(samples), MonoToStereo(length)
    one_by_one = [polish.push(samples[:, at : at + 1]) for at in range(length)]
    np.testing.assert_array_equal(np.concatenate(one_by_one, axis=1), whole)
    assert np.abs(whole[:, -1]).max() < 1e-4
