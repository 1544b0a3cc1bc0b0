"""The seam: what follows the end leads into the start, and nothing steps."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.ndimage import uniform_filter1d

from aural.finishing.crossfade import LoopCrossfade, equal_power
from aural.types import TAIL_S, TAKE_RATE_HZ, Floats

TAIL = round(TAIL_S * TAKE_RATE_HZ)
BODY = 2 * TAKE_RATE_HZ


def noise(seed: int = 0) -> Floats:
    return 0.1 * np.random.default_rng(seed).standard_normal((2, BODY + TAIL)).astype(np.float32)


def test_a_loop_that_is_one_already_stays_one() -> None:
    time_s = np.arange(BODY + TAIL) / TAKE_RATE_HZ
    wave = (0.4 * np.sin(2 * np.pi * 110 * time_s)).astype(np.float32)  # 220 periods to the body
    sound = np.stack([wave, -wave])
    crossfade = LoopCrossfade.of(sound, BODY)
    joined = crossfade.crossfaded(sound)
    moved = sound if not crossfade.earlier else np.roll(sound[:, :BODY], crossfade.earlier, axis=1)
    np.testing.assert_allclose(joined[:, :BODY], moved[:, :BODY], atol=2e-5)


def test_the_end_goes_on_into_the_start_as_the_music_itself_did() -> None:
    sound = noise()
    crossfade = LoopCrossfade.of(sound, BODY)
    joined = crossfade.crossfaded(sound)
    around = np.concatenate([joined[:, BODY - 400 : BODY], joined[:, :200]], axis=1)
    np.testing.assert_array_equal(around, sound[:, BODY - crossfade.earlier - 400 :][:, :600])
    assert joined.shape == sound.shape
    np.testing.assert_array_equal(
        joined[:, BODY:], sound[:, BODY - crossfade.earlier : BODY + TAIL - crossfade.earlier]
    )


def test_power_holds_across_the_fade_alike_or_not() -> None:
    rng = np.random.default_rng(0)
    one, other = rng.standard_normal((2, 200_000))
    for alike in (0.0, 0.5, 1.0):
        second = alike * one + np.sqrt(1 - alike**2) * other
        coming, going = equal_power(len(one), alike)
        power = np.square(one * coming + second * going).reshape(20, -1).mean(axis=1)
        np.testing.assert_allclose(power, 1.0, atol=0.08)
    assert (equal_power(100, 1.0)[0] + equal_power(100, 1.0)[1]) == pytest.approx(1.0)


@pytest.mark.parametrize("seed", range(5))
def test_the_loop_point_moves_to_where_a_start_does_not_click(seed: int) -> None:
    sound = np.asarray(uniform_filter1d(4 * noise(seed), 16), np.float32)  # as dull as music mostly is
    crossfade = LoopCrossfade.of(sound, BODY)
    joined = crossfade.crossfaded(sound)
    assert 0 <= crossfade.earlier <= 0.005 * TAKE_RATE_HZ
    assert np.abs(joined[:, 0] - joined[:, BODY - 1]).max() < 10 ** (-40 / 20)
    assert np.abs(joined[:, 0]).max() < 0.15, "an RMS of .1 on both sides"


def test_stems_that_are_joined_alike_add_up_to_the_joined_mix() -> None:
    parts = [noise(1), noise(2)]
    mix = parts[0] + parts[1]
    crossfade = LoopCrossfade.of(mix, BODY)
    np.testing.assert_allclose(
        crossfade.crossfaded(parts[0]) + crossfade.crossfaded(parts[1]), crossfade.crossfaded(mix), atol=1e-6
    )


@pytest.mark.parametrize("ahead", [0, 17, 90, 150, 160])
def test_the_loop_point_moves_to_where_the_wave_is_near_zero(ahead: int) -> None:
    """A sine whose zero lies `ahead` samples before the end of the body: five milliseconds are within reach."""
    at = np.arange(BODY + TAIL)
    wave = 0.5 * np.sin(2 * np.pi * (at - (BODY - ahead)) / 400)
    crossfade = LoopCrossfade.of(np.stack([wave, wave]).astype(np.float32), BODY)
    assert crossfade.earlier == pytest.approx(ahead, abs=1) or abs(crossfade.earlier - ahead) in (199, 200, 201)


def test_the_fade_lasts_a_tenth_of_a_second_after_eight_milliseconds_of_the_true_continuation() -> None:
    rng = np.random.default_rng(0)
    crossfade = LoopCrossfade.of(rng.standard_normal((2, BODY + TAIL)).astype(np.float32), BODY)
    assert len(crossfade.going) == len(crossfade.coming) == 256 + 3_200
    assert (crossfade.going[:256] == 1).all()
    assert (crossfade.coming[:256] == 0).all()
    assert crossfade.going[-1] == pytest.approx(0, abs=1e-6)
    assert np.abs(np.diff(crossfade.going)).max() < 0.002
