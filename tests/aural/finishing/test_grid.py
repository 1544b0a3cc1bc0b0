"""The grid: beats with jitter, gaps and slips become a smooth count in the asked tempo."""

from __future__ import annotations

import numpy as np
import pytest

from aural.finishing.grid import grid_of
from aural.types import TAKE_RATE_HZ, Doubles, Tempo

STEADY_S: Doubles = 0.3 + 0.5 * np.arange(40, dtype=np.float64)
DRIFTING_S: Doubles = 0.3 + np.cumsum(0.5 * (1 + 0.015 * np.sin(np.arange(40, dtype=np.float64) / 6)))


def tempo(beats_s: Doubles, downbeats_s: Doubles | None = None, beats_per_bar: int = 4, sure: float = 0.95) -> Tempo:
    told = beats_s[2::beats_per_bar] if downbeats_s is None else downbeats_s
    bars = {"downbeats_s": tuple(told), "beats_per_bar": beats_per_bar, "bars_confidence": sure}
    return Tempo(120.0, 0.9, beats_s=tuple(beats_s), **bars)  # type: ignore[arg-type]


def rough(beats_s: Doubles) -> Doubles:
    """As trackers give them: 6 ms of jitter, two missed, one 80 ms off."""
    heard = beats_s + np.random.default_rng(0).normal(0, 0.006, len(beats_s))
    heard[12] += 0.08
    return np.delete(heard, [7, 20])


def test_a_steady_count_is_a_straight_line_through_rough_beats() -> None:
    grid = grid_of(tempo(rough(STEADY_S), STEADY_S[2::4]), None)
    assert grid is not None
    assert grid.steady
    assert grid.bpm == pytest.approx(120, rel=3e-4)
    np.testing.assert_allclose(grid.at / TAKE_RATE_HZ, STEADY_S, atol=0.003)
    assert (grid.beats_per_bar, grid.first_bar) == (4, 2)


def test_a_drifting_count_follows_the_drift() -> None:
    grid = grid_of(tempo(rough(DRIFTING_S), DRIFTING_S[2::4]), 118.0)
    assert grid is not None
    assert not grid.steady
    np.testing.assert_allclose(grid.at / TAKE_RATE_HZ, DRIFTING_S, atol=0.012)


@pytest.mark.parametrize(("asked", "heard"), [(118.0, 120.0), (61.0, 60.0), (238.0, 240.0), (129.0, 120.0)])
def test_an_octave_is_counted_as_it_was_wished(asked: float, heard: float) -> None:
    grid = grid_of(tempo(STEADY_S), asked)
    assert grid is not None
    assert grid.bpm == pytest.approx(heard, rel=1e-3)
    assert grid.speed_to(asked) == pytest.approx(asked / heard, rel=1e-3)


def test_what_is_further_off_than_eight_percent_has_no_grid() -> None:
    assert grid_of(tempo(STEADY_S), 100.0) is None
    assert grid_of(tempo(STEADY_S[:4]), 120.0) is None
    assert grid_of(Tempo(None, 0.0), 120.0) is None


def test_three_to_a_bar_are_believed_where_they_are_plain() -> None:
    waltz, doubt = (grid_of(tempo(STEADY_S, beats_per_bar=3, sure=sure), 120.0) for sure in (0.97, 0.6))
    assert waltz is not None
    assert doubt is not None
    assert (waltz.metre, waltz.beats_per_bar, waltz.first_bar) == ("3/4", 3, 2)
    assert (doubt.metre, doubt.beats_per_bar) == ("4/4", 4)
    jig = grid_of(tempo(STEADY_S, beats_per_bar=3, sure=0.97), 120.0, "6/8")
    assert jig is not None
    assert (jig.metre, jig.beats_per_bar) == ("6/8", 2), "the asked one goes before the heard one"
