"""Pictures: what a waveform is reduced to holds its extremes, and a file's is that of its samples."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from cli.analyzing import FileAnalysis
from cli.plot import beats_of, envelope
from cli.summary import summarize
from cli.waveform import peaks
from tests.aural.audio.audio_files import by_soundfile, noise, tone
from tests.cli.analyses import analysis, windows


def test_no_peak_is_lost() -> None:
    samples = noise(1.0, 8_000)[:, 0]
    samples[[1234, 4321]] = 0.9, -0.9
    low, high = peaks(samples, 100)
    assert (len(low), low.min(), high.max()) == (100, samples.min(), samples.max())
    assert np.argmax(high) == 1234 // 80
    assert np.array_equal(peaks(samples[:3], 100), (samples[:3], samples[:3]))


def test_a_files_envelope_is_that_of_all_its_windows(tmp_path: Path) -> None:
    path = tmp_path / "tone.wav"
    path.write_bytes(by_soundfile(tone(40.0, 8_000), 8_000, "WAV", "PCM_16"))
    low, high = envelope(path, 40.0)
    assert len(low) == len(high) == 4000
    assert (low.min(), high.max()) == pytest.approx((-0.5, 0.5), abs=0.02)


def test_beats_are_told_in_the_files_own_time() -> None:
    one = analysis()
    one = one.model_copy(update={"details": one.details.model_copy(update={"tempo": one.details.tempo.model_copy(
        update={"beats_s": [0.5, 1.0], "downbeats_s": [1.0]})})})  # fmt: skip
    two = windows(one, one, lengths_s=(20.0, 20.0))
    assert beats_of(FileAnalysis(tuple(two), summarize(two))) == ([0.5, 1.0, 20.5, 21.0], [1.0, 21.0])
