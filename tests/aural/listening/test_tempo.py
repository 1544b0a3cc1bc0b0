"""Tempo and beats of sounds whose pulse is known."""

from __future__ import annotations

import numpy as np
import pytest

from aural.listening.beats import beat_times_s
from aural.listening.onsets import FRAMES_PER_S
from aural.listening.tempo import estimate_tempo
from aural.theory.keys import Key
from aural.types import Tempo
from tests.aural.listening.sounds import CLICKS, RATE_HZ, Sound, beats_of, cadence, clicks, drum_loop, nothings

NOTHINGS = dict(nothings())


def tempo_of(sound: Sound) -> Tempo:
    return estimate_tempo(sound.astype(np.float32))


@pytest.mark.parametrize("bpm", [*range(50, 201, 5), 97.3, 123.45, 66.67])
def test_clicks_have_their_own_tempo_in_the_right_octave(bpm: float) -> None:
    assert tempo_of(clicks(bpm)).bpm == pytest.approx(bpm, rel=0.001)


@pytest.mark.parametrize("kind", CLICKS)
@pytest.mark.parametrize("bpm", [50, 74, 111, 150, 200])
def test_whatever_clicks(kind: str, bpm: float) -> None:
    assert tempo_of(clicks(bpm, kind=kind)).bpm == pytest.approx(bpm, rel=0.001)


@pytest.mark.parametrize("bpm", [88, 97, 120, 133.3])
def test_drum_loops(bpm: float) -> None:
    assert tempo_of(drum_loop(bpm)).bpm == pytest.approx(bpm, rel=0.001)


@pytest.mark.parametrize("bpm", [55, 90, 128.5, 190])
@pytest.mark.parametrize("kind", CLICKS)
def test_beats_are_the_clicks(bpm: float, kind: str) -> None:
    beats_s = np.array(tempo_of(clicks(bpm, kind=kind, first_s=0.43)).beats_s)
    true_s = beats_of(bpm, 15.0, first_s=0.43)
    assert len(beats_s) == len(true_s)
    assert np.abs(beats_s - true_s).max() < 0.01


def test_beats_of_a_drum_loop_fall_on_its_beats() -> None:
    beats_s = np.array(tempo_of(drum_loop(104)).beats_s)
    off_s = np.abs(beats_s[:, None] - beats_of(104, 12.0)).min(axis=1)
    assert np.median(off_s) < 0.01
    assert off_s.max() < 0.03
    assert len(beats_s) == pytest.approx(len(beats_of(104, 12.0)), abs=1)


def test_beats_follow_a_tempo_that_drifts() -> None:
    true_s = 0.2 + np.cumsum(60 / np.linspace(96, 104, 30))
    envelope = np.zeros(round((true_s[-1] + 0.5) * FRAMES_PER_S), np.float32)
    envelope[np.rint(true_s * FRAMES_PER_S).astype(int)] = 1.0
    beats_s = beat_times_s(envelope - envelope.mean(), 100.0)
    assert np.abs(beats_s[:, None] - true_s).min(axis=1).max() < 0.02
    assert len(beats_s) == len(true_s)


@pytest.mark.parametrize("gain_db", [-40, -20, -6])
def test_gain_leaves_no_trace(gain_db: float) -> None:
    loud, quiet = tempo_of(drum_loop(97)), tempo_of(10 ** (gain_db / 20) * drum_loop(97))
    assert quiet.bpm == loud.bpm
    assert quiet.beats_s == pytest.approx(loud.beats_s, abs=0.002)


@pytest.mark.parametrize(("before_s", "after_s"), [(10.0, 0.0), (0.0, 5.0), (1.234, 3.3)])
def test_silence_around_shifts_the_beats_and_nothing_else(before_s: float, after_s: float) -> None:
    bare = tempo_of(drum_loop(97))
    padded = tempo_of(np.pad(drum_loop(97), (round(before_s * RATE_HZ), round(after_s * RATE_HZ))))
    assert padded.bpm == bare.bpm
    assert np.array(padded.beats_s) - before_s == pytest.approx(np.array(bare.beats_s), abs=0.002)


@pytest.mark.parametrize("speed", [0.8, 0.94, 1.06, 1.25])
def test_playing_faster_raises_the_tempo(speed: float) -> None:
    sound = drum_loop(105)
    faster = np.interp(np.arange(0, len(sound) - 1, speed), np.arange(len(sound)), sound)
    assert tempo_of(faster).bpm == pytest.approx(105 * speed, rel=0.002)


def test_half_and_double_are_among_the_alternatives() -> None:
    tempo = tempo_of(drum_loop(110))
    others = [bpm for bpm, _ in tempo.alternatives]
    for ratio in (0.5, 2.0):
        assert min(abs(other / (110 * ratio) - 1) for other in others) < 0.02
    assert tempo.confidence + sum(weight for _, weight in tempo.alternatives) == pytest.approx(1.0, abs=0.005)
    assert tempo.confidence > max(weight for _, weight in tempo.alternatives)


@pytest.mark.parametrize("name", NOTHINGS)
def test_nothing_pulses(name: str) -> None:
    tempo = tempo_of(NOTHINGS[name])
    assert (tempo.bpm, tempo.confidence, tempo.beats_s) == (None, 0.0, ())


def test_chords_at_a_steady_pace_have_a_tempo() -> None:
    assert tempo_of(cadence(Key(0, "major"), "piano", chord_s=0.6, times=5)).bpm == pytest.approx(100, rel=0.005)


def test_same_samples_same_answer() -> None:
    assert tempo_of(drum_loop(88)) == tempo_of(drum_loop(88))
