"""Key of cadences that were built in it."""

from __future__ import annotations

import numpy as np
import pytest

from aural.listening.key import estimate_key
from aural.theory.keys import ALL_KEYS, Key
from aural.types import KeyGuess
from tests.aural.listening.sounds import RATE_HZ, TIMBRES, Sound, cadence, clicks, drum_loop, nothings

NOTHINGS = dict(nothings())


def key_of(sound: Sound) -> KeyGuess:
    return estimate_key(sound.astype(np.float32))[0]


@pytest.mark.parametrize("timbre", TIMBRES)
@pytest.mark.parametrize("key", ALL_KEYS, ids=str)
def test_cadences_in_all_keys(key: Key, timbre: str) -> None:
    guess = key_of(cadence(key, timbre))
    assert guess.key == str(key)
    assert guess.confidence > 0.5 > guess.second_confidence
    assert guess.second not in (None, str(key))
    assert [guess.key, guess.second] == [name for name, _ in guess.probabilities[:2]]
    assert {name for name, _ in guess.probabilities} == set(map(str, ALL_KEYS))
    assert sum(chance for _, chance in guess.probabilities) == pytest.approx(1, abs=0.002)


@pytest.mark.parametrize("cents", [-45, -30, -10, 20, 45])
def test_detuned_by_less_than_half_a_semitone(cents: float) -> None:
    for key in (Key(2, "major"), Key(9, "minor")):
        guess, tuning_cents = estimate_key(cadence(key, "saw", cents=cents).astype(np.float32))
        assert guess.key == str(key)
        assert tuning_cents == pytest.approx(cents, abs=3)


@pytest.mark.parametrize("semitones", [-5, -1, 2, 6])
def test_playing_at_another_speed_shifts_the_key(semitones: int) -> None:
    sound = cadence(Key(5, "minor"), "pluck")
    shifted = np.interp(np.arange(0, len(sound) - 1, 2 ** (semitones / 12)), np.arange(len(sound)), sound)
    assert key_of(shifted).key == str(Key(5, "minor").transposed(semitones))


@pytest.mark.parametrize("gain_db", [-40, -20, -6])
def test_gain_leaves_no_trace(gain_db: float) -> None:
    sound = cadence(Key(4, "major"), "piano")
    assert key_of(10 ** (gain_db / 20) * sound) == key_of(sound)


@pytest.mark.parametrize(("before_s", "after_s"), [(10.0, 0.0), (0.0, 5.0), (1.234, 3.3)])
def test_silence_around_leaves_no_trace(before_s: float, after_s: float) -> None:
    sound = cadence(Key(10, "minor"), "saw")
    padded = np.pad(sound, (round(before_s * RATE_HZ), round(after_s * RATE_HZ)))
    assert key_of(padded) == key_of(sound)


def test_a_piece_that_goes_to_another_key_and_stays_there_is_said_to() -> None:
    home, away = (cadence(Key(tonic, "major"), "piano", times=4) for tonic in (0, 3))
    guess = key_of(np.concatenate([home, away]))
    assert guess.modulates
    assert [key for _, key in guess.parts] == ["C major", "Eb major"]
    assert guess.parts[1][0] == pytest.approx(len(home) / RATE_HZ, abs=1.6)


@pytest.mark.parametrize("key", [Key(2, "major"), Key(9, "minor")], ids=str)
def test_a_piece_that_stays_in_its_key_is_not(key: Key) -> None:
    guess = key_of(cadence(key, "piano", times=8))
    assert not guess.modulates
    assert guess.parts == ((0.0, str(key)),)


def test_drums_over_the_chords_do_not_hide_the_key() -> None:
    chords = cadence(Key(3, "major"), "piano", times=4)
    assert key_of(chords + drum_loop(80, len(chords) / RATE_HZ)).key == "Eb major"


@pytest.mark.parametrize("name", NOTHINGS)
def test_nothing_is_tonal(name: str) -> None:
    assert key_of(NOTHINGS[name]) == KeyGuess(key=None, confidence=0.0)


def test_drums_and_clicks_have_no_key() -> None:
    for bpm in (70, 120, 170):
        assert key_of(drum_loop(bpm)).key is None
        assert key_of(clicks(bpm)).key is None


def test_a_single_note_has_no_key() -> None:
    time_s = np.arange(8 * RATE_HZ) / RATE_HZ
    note = np.sum([np.sin(2 * np.pi * 220 * k * time_s) / k for k in range(1, 9)], axis=0)
    assert key_of(note * ((time_s % 1) < 0.7)).key is None


def test_same_samples_same_answer() -> None:
    assert key_of(cadence(Key(7, "minor"))) == key_of(cadence(Key(7, "minor")))
