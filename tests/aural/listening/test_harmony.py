"""Harmony: cadences name their key, and the grammar says which triads are at home."""

from __future__ import annotations

import numpy as np
import pytest

from aural.listening.harmony import chord_hmm_in_c, chord_hmms, key_log_likelihoods, transposed, triad_evidence, triads
from aural.theory.keys import ALL_KEYS, Key
from aural.types import Doubles

FRAMES = 12  # of each chord: a second and a half


def chords(*names: str) -> tuple[Doubles, Doubles]:
    """(treble, bass): each triad's three notes, and its root."""
    keys = [Key.parse(name) for name in names for _ in range(FRAMES)]
    treble, bass = np.full((len(keys), 12), 0.05), np.full((len(keys), 12), 0.05)
    for row, low, key in zip(treble, bass, keys, strict=True):
        third = 4 if key.mode == "major" else 3
        row[[key.tonic, (key.tonic + third) % 12, (key.tonic + 7) % 12]] = 1.0
        low[key.tonic] = 1.0
    return treble, bass


def best(*names: str) -> str:
    return str(ALL_KEYS[int(key_log_likelihoods(*chords(*names)).argmax())])


@pytest.mark.parametrize(
    ("progression", "key"),
    [
        (("C", "F", "G", "C"), "C major"),
        (("G", "D", "Em", "C", "G"), "G major"),
        (("Am", "Dm", "E", "Am"), "A minor"),
        (("Em", "C", "D", "Em"), "E minor"),
        (("Eb", "Ab", "Bb", "Eb"), "Eb major"),
        (("F#m", "D", "C#", "F#m"), "F# minor"),
    ],
)
def test_a_cadence_names_its_key(progression: tuple[str, ...], key: str) -> None:
    assert best(*progression) == key


def test_where_clips_begin_and_end_tells_a_key_from_its_relative() -> None:
    """The same four chords, in another turn of the wheel."""
    assert best("C", "Am", "F", "G", "C") == "C major"
    assert best("Am", "F", "C", "Dm", "Am") == "A minor"
    first, _, last = chord_hmm_in_c(Key(0, "major"))
    home, subdominant = ALL_KEYS.index(Key(0, "major")), ALL_KEYS.index(Key(5, "major"))
    assert first[home] / first[subdominant] == pytest.approx(64 / 0.7)
    assert last[home] / last[subdominant] == pytest.approx(3)


def test_moving_all_chords_moves_the_key() -> None:
    treble, bass = chords("C", "F", "G", "C")
    level = key_log_likelihoods(treble, bass)
    for step in range(12):
        moved = key_log_likelihoods(np.roll(treble, step, axis=1), np.roll(bass, step, axis=1))
        for index, key in enumerate(ALL_KEYS):
            assert moved[ALL_KEYS.index(key.transposed(step))] == pytest.approx(level[index])


def test_the_grammar_is_of_chances() -> None:
    first, step, last = chord_hmms()
    np.testing.assert_allclose(first.sum(axis=1), 1)
    np.testing.assert_allclose(step.sum(axis=2), 1)
    np.testing.assert_allclose(np.diagonal(step, axis1=1, axis2=2), 0.85)
    assert last.min() == 1
    for key in ALL_KEYS:
        home, dominant = ALL_KEYS.index(key), ALL_KEYS.index(Key((key.tonic + 7) % 12, "major"))
        own = step[home]
        assert own[dominant, home] > 1.5 * own[ALL_KEYS.index(key.transposed(5)), home], "the dominant leads home"
    np.testing.assert_array_equal(
        transposed(chord_hmm_in_c(Key(0, "minor")), 12).step, chord_hmm_in_c(Key(0, "minor")).step
    )


def test_a_triad_is_evident_by_its_notes_and_its_root() -> None:
    for name in ("C", "Gm", "F#"):
        treble, bass = chords(name)
        evidence = triad_evidence(treble, bass)
        assert (evidence.argmax(axis=1) == ALL_KEYS.index(Key.parse(name))).all()
    np.testing.assert_allclose(np.linalg.norm(triads(), axis=1), 1)
    treble, _ = chords("C")
    _, bass = chords("Am")
    both = triad_evidence(treble, bass)[0]
    alone = triad_evidence(treble, np.ones_like(bass))[0]
    rise = both - alone
    assert rise[ALL_KEYS.index(Key.parse("Am"))] > rise[ALL_KEYS.index(Key.parse("C"))], "the bass has a say"
