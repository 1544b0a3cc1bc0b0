"""Bars: from what each beat says, and from music whose bars are known."""

from __future__ import annotations

import numpy as np
import pytest

from aural.listening.tempo import drift_of, estimate_tempo
from aural.listening.time_signature import metre_of
from aural.theory.keys import Key
from tests.aural.listening.sounds import CLICKS, RATE_HZ, Sound, beats_of, cadence, clicks, decaying, placed, rattle


@pytest.mark.parametrize("metre", [2, 3, 4])
@pytest.mark.parametrize("first", [0, 1])
def test_beats_that_are_sure_give_their_bars(metre: int, first: int) -> None:
    logits = np.where(np.arange(32) % metre == first, 3.0, -3.0)
    bars = metre_of(logits)
    assert (bars.beats, bars.first) == (metre, first)
    assert bars.confidence > 0.9


def test_a_few_beats_that_err_do_not_move_the_bars() -> None:
    logits = np.where(np.arange(40) % 4 == 2, 2.0, -2.0)
    logits[[6, 13, 21]] *= -1
    assert (metre_of(logits).beats, metre_of(logits).first) == (4, 2)


def test_beats_that_say_nothing_leave_it_open() -> None:
    assert metre_of(np.full(32, -1.0)).confidence < 0.4
    assert metre_of(np.zeros(5)).beats == 0


def groove(beats_per_bar: int, bpm: float, duration_s: float = 20.0) -> Sound:
    """A kick on the first beat, a snare on the others that have one, hats in eighths, a bass note held for the bar."""
    thud, stick, snare = CLICKS["thud"], CLICKS["stick"], rattle(0.03, seed=2)
    hits = []
    for index, at_s in enumerate(beats_of(bpm, duration_s)):
        place, bar = index % beats_per_bar, index // beats_per_bar
        hits += [(at_s, 0.3 * stick), (at_s + 30 / bpm, 0.2 * stick)]
        if place == 0:
            hits += [(at_s, 1.5 * thud), (at_s, 0.5 * decaying((98.0, 131.0, 147.0, 98.0)[bar % 4], 0.4))]
        elif beats_per_bar == 3 or place % 2:
            hits.append((at_s, 0.6 * snare))
    return placed(hits, duration_s)


@pytest.mark.parametrize(("beats_per_bar", "bpm"), [(4, 96), (4, 124), (3, 120), (3, 150)])
def test_bars_of_a_groove(beats_per_bar: int, bpm: float) -> None:
    tempo = estimate_tempo(groove(beats_per_bar, bpm).astype(np.float32))
    assert tempo.bpm == pytest.approx(bpm, rel=0.002)
    assert tempo.beats_per_bar == beats_per_bar
    true_s = beats_of(bpm, 20.0)[::beats_per_bar]
    assert np.abs(np.array(tempo.downbeats_s)[:, None] - true_s).min(axis=1).max() < 0.03
    assert len(tempo.downbeats_s) == pytest.approx(len(true_s), abs=1)
    assert set(tempo.downbeats_s) <= set(tempo.beats_s)


def test_silence_before_moves_the_bars_with_the_beats() -> None:
    sound = groove(4, 104)
    bare = estimate_tempo(sound.astype(np.float32))
    late = estimate_tempo(np.pad(sound, (3 * RATE_HZ, 0)).astype(np.float32))
    assert np.array(late.downbeats_s) - 3.0 == pytest.approx(np.array(bare.downbeats_s), abs=0.002)


def test_a_metronome_is_steady_and_an_accelerando_is_not() -> None:
    steady = estimate_tempo(clicks(110).astype(np.float32))
    assert steady.steady
    assert steady.drift is not None
    assert steady.drift < 0.003
    at_s = 0.2 + np.cumsum(60 / np.linspace(92, 112, 34))
    assert drift_of(at_s) == pytest.approx(0.12, abs=0.04)
    at_s = 0.2 + np.cumsum(60 / np.linspace(99, 107, 34))
    hurrying = estimate_tempo(placed([(at, CLICKS["stick"]) for at in at_s], 21.0).astype(np.float32), guess=True)
    assert hurrying.steady is False


def test_few_beats_do_not_tell_whether_they_are_steady() -> None:
    tempo = estimate_tempo(cadence(Key(0, "major"), "piano", chord_s=0.75, times=1).astype(np.float32), guess=True)
    assert (tempo.drift, tempo.steady) == (None, None)
