"""Onsets: a click is one, where it is and in its band; a held tone and a vibrato are none."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from aural.listening.onsets import BAND_EDGES_HZ, FRAMES_PER_S, envelope, log_mel, mel_bank, mel_centres_hz, onsets
from aural.types import Floats

RATE_HZ = 16_000
RISE_S = 0.05  # a sine that starts at once clicks in all bands


def burst(hz: float, at_s: float, seconds: float = 3.0) -> Floats:
    time_s = np.arange(round(seconds * RATE_HZ)) / RATE_HZ - at_s
    shape = np.clip(time_s / RISE_S, 0, 1) ** 2 * np.exp(-np.maximum(time_s, 0) / 0.1)
    return (shape * np.sin(2 * np.pi * hz * time_s)).astype(np.float32)


@pytest.mark.parametrize("at_s", [0.8, 1.237, 2.0])
@pytest.mark.parametrize("hz", [60.0, 500.0, 3000.0])
def test_a_burst_is_an_onset_where_it_begins(hz: float, at_s: float) -> None:
    curve = envelope(onsets(burst(hz, at_s)))
    assert len(curve) == 3 * FRAMES_PER_S + 1
    assert int(curve.argmax()) / FRAMES_PER_S == pytest.approx(at_s + RISE_S / 2, abs=0.03)


def test_each_band_has_its_own_onsets() -> None:
    edges = (0.0, *BAND_EDGES_HZ, 8000.0)
    for band, (low, high) in enumerate(pairwise(edges)):
        heard = onsets(burst((max(low, 60.0) * high) ** 0.5, 1.0))
        assert int(heard.bands.max(axis=1).argmax()) == band


def test_a_vibrato_is_no_onset_and_a_louder_start_is_more() -> None:
    time_s = np.arange(3 * RATE_HZ) / RATE_HZ
    vibrato = np.sin(2 * np.pi * 880 * time_s + 0.8 * np.sin(2 * np.pi * 5.5 * time_s)).astype(np.float32)
    trembling, struck = onsets(0.1 * vibrato), onsets(0.1 * burst(880.0, 1.0))
    inside = slice(60, -60)
    assert trembling.bands[:, inside].max() < 0.1 * struck.bands.max()
    rises = [onsets(np.float32(gain) * burst(880.0, 1.0)).rise for gain in (0.1, 0.01, 0.0)]
    assert rises[0] > rises[1] > rises[2] == 0


def test_bands_of_equal_power_count_alike_and_leakage_does_not() -> None:
    loud, soft = burst(60.0, 1.0), 0.05 * burst(3000.0, 2.0)
    curve = envelope(onsets(loud + soft))
    kick, hat = curve[95:110].max(), curve[195:210].max()
    assert 0.15 < hat / kick < 4, "a hi-hat 26 dB under the kick is heard as an onset all the same"


def test_mel_bands_cover_what_is_heard() -> None:
    assert mel_bank().shape == (72, 385)
    assert mel_bank().max() <= 1
    for hz in (100.0, 1000.0, 5000.0):
        tone = np.sin(2 * np.pi * hz * np.arange(RATE_HZ) / RATE_HZ).astype(np.float32)
        top = int(log_mel(tone)[20:-20].mean(axis=0).argmax())
        assert mel_centres_hz()[top] == pytest.approx(hz, rel=0.12, abs=25)
