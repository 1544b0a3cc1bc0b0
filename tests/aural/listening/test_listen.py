"""Listening as a whole: one answer whatever file the music came in."""

from __future__ import annotations

import io
import pickle

import numpy as np
import pytest
import soundfile

from aural.audio.decode import decode
from aural.listening import listen
from aural.theory.keys import Key
from tests.aural.listening.sounds import RATE_HZ, Sound, cadence, clip_of, drum_loop, nothings, via


def song() -> Sound:
    """100 bpm in G minor: a chord every two beats over drums."""
    chords = cadence(Key(7, "minor"), "piano", chord_s=1.2, times=3)
    drums = drum_loop(100, len(chords) / RATE_HZ + 0.1)[round(0.1 * RATE_HZ) :]
    return chords + 0.7 * drums[: len(chords)]


@pytest.mark.parametrize("source_rate_hz", [8_000, 11_025, 22_050, 32_000, 44_100, 48_000, 96_000])
def test_any_source_rate(source_rate_hz: int) -> None:
    heard = listen(via(song(), source_rate_hz))
    assert heard.tempo.bpm == pytest.approx(100, rel=0.001)
    assert heard.key.key == "G minor"
    assert heard.tuning_cents == pytest.approx(0, abs=3)
    assert len(heard.energy_curve) == round(len(song()) / RATE_HZ / 0.5)


def test_either_rate_of_a_clip() -> None:
    wide, narrow = listen(via(song(), 48_000, 48_000)), listen(via(song(), 48_000, 16_000))
    assert (wide.tempo.bpm, wide.key) == (narrow.tempo.bpm, narrow.key)
    assert wide.energy_curve == pytest.approx(narrow.energy_curve, abs=0.01)


@pytest.mark.parametrize("gains", [(1.0, 1.0), (1.0, 0.0), (0.7, 0.3)])
def test_mono_and_stereo(gains: tuple[float, float]) -> None:
    """The same music on one channel or on both, whatever the balance."""
    file = io.BytesIO()
    soundfile.write(file, np.outer(song(), gains), RATE_HZ, format="WAV", subtype="FLOAT")
    mono, stereo = listen(clip_of(song())), listen(decode(file.getvalue()))
    assert (stereo.tempo.bpm, stereo.key) == (mono.tempo.bpm, mono.key)
    assert stereo.tempo.beats_s == pytest.approx(mono.tempo.beats_s, abs=0.002)


def test_ten_seconds_of_silence_before() -> None:
    bare, late = listen(clip_of(song())), listen(clip_of(np.pad(song(), (10 * RATE_HZ, 0))))
    assert (late.tempo.bpm, late.key.key, late.key.confidence) == (bare.tempo.bpm, bare.key.key, bare.key.confidence)
    assert late.energy_curve[20:] == pytest.approx(bare.energy_curve, abs=0.02)


def test_crosses_processes() -> None:
    heard = listen(clip_of(song()))
    assert pickle.loads(pickle.dumps(heard)) == heard
    assert type(heard).from_wire(heard.to_wire()) == heard


def test_nothing_heard_is_null_and_never_a_number() -> None:
    for name, sound in nothings():
        heard = listen(clip_of(sound))
        assert (heard.tempo.bpm, heard.key.key) == (None, None), name


@pytest.mark.parametrize("samples", [1, 100, 5_000, 23_999, 24_001, 40_000])
def test_short_clips(samples: int) -> None:
    heard = listen(clip_of(song()[:samples]))
    assert len(heard.energy_curve) >= 1
    assert all(np.isfinite(heard.energy_curve))


def test_same_clip_same_answer() -> None:
    assert listen(clip_of(song())) == listen(clip_of(song()))
