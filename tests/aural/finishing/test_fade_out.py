"""The fade-out: the last ten milliseconds go to nothing, and nothing before them is touched."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from aural.finishing.fade_out import END_FADE_S, fade_out, fade_written, written_fade
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


@pytest.mark.parametrize(("body_s", "fade_s"), [(12, 3), (32, 8), (120, 8)])
def test_a_written_fade_is_a_straight_line_in_db_that_ends_in_silence(body_s: int, fade_s: int) -> None:
    loop_end = body_s * TAKE_RATE_HZ
    gains = written_fade(0, loop_end + 9600, loop_end)
    begins = loop_end - fade_s * TAKE_RATE_HZ
    assert (gains[: begins + 1] == 1).all()
    assert (gains[loop_end:] == 0).all()
    assert (np.diff(gains[begins:loop_end]) < 0).all()
    for share, db in ((0.25, -15), (0.5, -30), (2 / 3, -40)):
        at = begins + round(share * fade_s * TAKE_RATE_HZ)
        assert 20 * np.log10(gains[at]) == pytest.approx(db, abs=1.0)


def test_block_by_block_it_is_the_same_fade() -> None:
    sound = np.random.default_rng(0).standard_normal((2, 3 * TAKE_RATE_HZ)).astype(np.float32)
    loop_end = 2 * TAKE_RATE_HZ
    cuts = [0, 1000, 50_000, 63_999, 64_001, 80_000, sound.shape[1]]
    blocks = [fade_written(sound[:, start:stop], start, loop_end) for start, stop in pairwise(cuts)]
    np.testing.assert_array_equal(np.concatenate(blocks, axis=1), fade_written(sound, 0, loop_end))
