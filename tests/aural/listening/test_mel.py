"""Our mel filter banks are librosa's, to the bit; and whoever listens does not import it."""

from __future__ import annotations

import subprocess
import sys
from typing import Literal

import librosa
import numpy as np
import pytest

from aural.listening import onsets, texture
from aural.listening.mel import mel_bank, mel_edges_hz
from examples.serving import ROOT


@pytest.mark.parametrize(("low_hz", "high_hz"), [(0.0, 8_000.0), (30.0, 7_900.0), (100.0, 900.0), (1_000.0, 4_000.0)])
@pytest.mark.parametrize(("equal_area", "norm"), [(True, "slaney"), (False, None)])
def test_a_bank_is_librosas(low_hz: float, high_hz: float, equal_area: bool, norm: Literal["slaney"] | None) -> None:
    bank = mel_bank(16_000, 2048, 24, low_hz, high_hz, equal_area=equal_area)
    theirs = librosa.filters.mel(sr=16_000, n_fft=2048, n_mels=24, fmin=low_hz, fmax=high_hz, norm=norm)
    np.testing.assert_array_equal(bank, theirs)
    assert bank.dtype == theirs.dtype
    np.testing.assert_array_equal(
        mel_edges_hz(24, low_hz, high_hz), librosa.mel_frequencies(26, fmin=low_hz, fmax=high_hz)
    )


def test_the_banks_that_are_heard_with_are_librosas() -> None:
    of_onsets = librosa.filters.mel(sr=16_000, n_fft=768, n_mels=72, fmin=30, fmax=7_900, norm=None)
    np.testing.assert_array_equal(onsets.mel_bank(), of_onsets)
    of_texture = librosa.filters.mel(sr=16_000, n_fft=1024, n_mels=40, fmin=30, fmax=7_900)
    np.testing.assert_array_equal(texture.mel_bank(), of_texture)


def test_a_worker_that_is_warm_has_not_imported_librosa() -> None:
    """It brings numba: a second of each process's start, and 60 MB of its memory."""
    asked = "print([name for name in ('librosa', 'numba') if name in sys.modules])"
    check = f"import sys; from aural.workers.jobs import warm_worker; warm_worker(); {asked}"
    out = subprocess.run([sys.executable, "-c", check], cwd=ROOT, capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"
