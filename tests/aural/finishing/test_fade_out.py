"""The fade-out: the last ten milliseconds go to nothing, and nothing before them is touched."""

from __future__ import annotations

import numpy as np

from aural.finishing.fade_out import END_FADE_S, fade_out
from aural.types import TAKE_RATE_HZ

SIZE = round(END_FADE_S * TAKE_RATE_HZ)


def test_only_the_end_fades_and_it_fades_to_nothing() -> None:
    sound = np.ones((2, TAKE_RATE_HZ), np.float32)
    faded = fade_out(sound)
    assert faded.shape == sound.shape
    assert SIZE == 320
    np.testing.assert_array_equal(faded[:, :-SIZE], sound[:, :-SIZE])
    assert (np.diff(faded[0, -SIZE:]) < 0).all()
    assert abs(faded[0, -1]) < 1e-6
    assert faded[0, -SIZE // 2] == np.float32(faded[1, -SIZE // 2])
    np.testing.assert_allclose(faded[0, -SIZE // 2], 0.5, atol=0.01)


def test_what_is_shorter_than_the_fade_fades_as_a_whole() -> None:
    faded = fade_out(np.ones((2, 10), np.float32))
    assert faded[0, 0] == 1
    assert abs(faded[0, -1]) < 1e-6
