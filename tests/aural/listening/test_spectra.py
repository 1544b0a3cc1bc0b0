"""Spectra: magnitudes are scipy's, and a peak's top is where the parabola has it."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.signal import ShortTimeFFT

from aural.listening.spectra import peak_offset, stft


@pytest.mark.parametrize(("window", "hop"), [(768, 160), (1024, 256), (4096, 1024)])
def test_magnitudes_are_those_of_scipy(window: int, hop: int) -> None:
    samples = np.random.default_rng(0).standard_normal(16_000).astype(np.float32)
    ours = stft(samples, window, hop)
    theirs = ShortTimeFFT(np.hanning(window + 1)[:-1], hop, fs=1).stft(samples)
    first = ours.shape[0] // 3
    at = int(np.argmin([np.abs(np.abs(column) - ours[first]).max() for column in theirs.T]))
    np.testing.assert_allclose(ours[first], np.abs(theirs[:, at]), atol=1e-3)
    assert ours.shape == (1 + 16_000 // hop, window // 2 + 1)


@pytest.mark.parametrize("offset", [-0.5, -0.2, 0.0, 0.3, 0.5])
def test_the_top_of_a_parabola(offset: float) -> None:
    before, here, after = (7 - 3 * (np.arange(-1, 2) - offset) ** 2).tolist()
    assert float(peak_offset(before, here, after)) == pytest.approx(offset)


def test_what_is_level_has_its_top_in_the_middle_and_none_lies_outside() -> None:
    assert float(peak_offset(1.0, 1.0, 1.0)) == 0
    rows = np.array([[1.0, 2.0], [2.0, 2.0], [2.0, 1.0]])
    np.testing.assert_allclose(peak_offset(*rows), [0.5, -0.5])
