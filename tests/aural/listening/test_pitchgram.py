"""Pitchgram: notes on their semitones at the clip's tuning; and the moments at which the harmony changes."""

from __future__ import annotations

import numpy as np
import pytest

from aural.listening.pitchgram import CHANGE_HOP, CHANGE_WINDOW, LOWEST_MIDI, harmonic_change_function, pitchgram
from aural.listening.spectra import stft
from aural.types import Floats

RATE_HZ = 16_000


def notes(*midi: float, seconds: float = 2.0) -> Floats:
    time_s = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    tones = (np.sin(2 * np.pi * 440 * 2 ** ((one - 69) / 12) * time_s) for one in midi)
    return np.asarray(0.1 * np.sum(list(tones), axis=0), np.float32)


@pytest.mark.parametrize("midi", [36, 48, 60, 69, 81, 100])
@pytest.mark.parametrize("cents", [-30, 0, 45])
def test_a_note_is_its_row(midi: int, cents: int) -> None:
    heard = pitchgram(notes(midi + cents / 100), float(cents))
    assert heard.shape[1] == 84
    assert heard.dtype == np.float32
    assert int(heard[4:-4].mean(axis=0).argmax()) == midi - LOWEST_MIDI


def test_two_low_notes_a_semitone_apart_are_told_apart() -> None:
    level = pitchgram(notes(40, 43), 0.0)[4:-4].mean(axis=0)
    assert set(np.argsort(level)[-2:] + LOWEST_MIDI) == {40, 43}
    assert level[41 - LOWEST_MIDI] < level[40 - LOWEST_MIDI]


def test_level_does_not_matter() -> None:
    sound = notes(60, 64, 67)
    np.testing.assert_allclose(pitchgram(0.01 * sound, 0.0), pitchgram(sound, 0.0), atol=1e-3)


def test_the_harmony_changes_where_the_chord_does() -> None:
    sound = np.concatenate([notes(60, 64, 67), notes(65, 69, 72), notes(67, 71, 74)])
    change = harmonic_change_function(stft(sound, CHANGE_WINDOW, CHANGE_HOP), 600)
    assert change.shape == (600,)
    for at_s in (2.0, 4.0):
        near = change[round(100 * at_s) - 60 : round(100 * at_s) + 60]
        assert (int(near.argmax()) - 60) / 100 == pytest.approx(0, abs=0.2)
        assert near.max() > 5 * np.median(change)


def test_spectra_are_centred_and_of_the_window() -> None:
    magnitude = stft(notes(69), 1024, 256)
    assert magnitude.shape == (1 + 2 * RATE_HZ // 256, 513)
    assert int(magnitude[20].argmax()) == round(440 * 1024 / RATE_HZ)
