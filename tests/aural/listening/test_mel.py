"""Mel filters are librosa's, to the bit."""

from __future__ import annotations

from functools import partial
from typing import Literal

import librosa
import numpy as np
import pytest

from aural.listening import onsets, texture
from aural.listening.mel import mel_filters, mel_frequencies


@pytest.mark.parametrize("n", [8, 40, 74])
@pytest.mark.parametrize(("lowest_hz", "highest_hz"), [(0.0, 8_000.0), (30.0, 7_900.0), (1_000.0, 11_025.0)])
def test_frequencies(n: int, lowest_hz: float, highest_hz: float) -> None:
    wanted = librosa.mel_frequencies(n, fmin=lowest_hz, fmax=highest_hz)
    np.testing.assert_array_equal(mel_frequencies(n, lowest_hz, highest_hz), wanted)


@pytest.mark.parametrize(("rate_hz", "window", "n"), [(16_000, 1024, 40), (22_050, 2048, 128)])
@pytest.mark.parametrize("equal_area", [True, False])
def test_filters(rate_hz: int, window: int, n: int, equal_area: bool) -> None:
    norm: Literal["slaney"] | None = "slaney" if equal_area else None
    wanted = librosa.filters.mel(sr=rate_hz, n_fft=window, n_mels=n, fmin=20.0, fmax=7_500.0, norm=norm)
    ours = mel_filters(n, rate_hz=rate_hz, window=window, lowest_hz=20.0, highest_hz=7_500.0, equal_area=equal_area)
    np.testing.assert_array_equal(ours, wanted)
    assert ours.dtype == wanted.dtype


def test_what_listening_uses() -> None:
    mel = partial(librosa.filters.mel, sr=16_000, fmin=30.0, fmax=7_900.0)
    np.testing.assert_array_equal(texture.mel_bank(), mel(n_fft=1024, n_mels=40))
    np.testing.assert_array_equal(onsets.mel_bank(), mel(n_fft=768, n_mels=72, norm=None))
    centres_hz = librosa.mel_frequencies(74, fmin=30.0, fmax=7_900.0)[1:-1]
    np.testing.assert_array_equal(onsets.mel_centres_hz(), centres_hz)
