"""The answer of /analyze: the range of the pitch is of voiced frames, without its outliers."""

from __future__ import annotations

import numpy as np
import pytest

from aural.flow.analysis import pitch_range
from aural.types import PitchTrack


def test_the_range_leaves_out_a_twentieth_at_either_end() -> None:
    hz = np.linspace(100, 200, 1001).astype(np.float32)
    hz = np.concatenate([hz, np.full(999, np.nan, np.float32)])
    told = pitch_range(PitchTrack(np.random.default_rng(0).permutation(hz), np.ones_like(hz), 0.04))
    assert (told.low_hz, told.median_hz, told.high_hz) == pytest.approx((105, 150, 195), abs=0.01)
    assert told.voiced_share == pytest.approx(0.5005, abs=1e-3)


def test_nothing_voiced_has_no_range() -> None:
    told = pitch_range(PitchTrack(np.full(5, np.nan, np.float32), np.zeros(5, np.float32), 0.04))
    assert (told.low_hz, told.median_hz, told.high_hz, told.voiced_share) == (None, None, None, 0.0)
