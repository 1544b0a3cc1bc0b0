"""The bass: what each sign of a pattern is over a chord."""

from __future__ import annotations

import pytest

from aural.theory.keys import Key
from models.sketch.harmony import chord
from models.sketch.players.bass import _pitch

C_MAJOR = Key(0, "major")
LOW = 28  # E1


@pytest.mark.parametrize(
    ("symbol", "numeral", "midi"),
    [
        ("R", "I", 36),
        ("8", "I", 48),
        ("5", "I", 43),
        ("3", "I", 40),
        ("3", "vi", 36),
        ("5", "viidim", 41),
        ("7", "V7", 41),
        ("7", "V", 43),
        ("7", "Imaj7", 48),
        ("R", "I/3", 28),
        ("5", "I/3", 43),
    ],
)
def test_a_sign_is_a_note_of_the_chord(symbol: str, numeral: str, midi: int) -> None:
    """A minor seventh where the chord has one, else the octave; the fifth is the root's, whatever the bass has."""
    here = chord(numeral, C_MAJOR)
    assert _pitch(symbol, here, here, LOW) == midi


@pytest.mark.parametrize(
    ("origin", "target", "midi"), [("I", "IV", 31), ("V", "I", 35), ("ii", "V", 33), ("IV", "I", 35)]
)
def test_an_approach_is_a_step_from_where_it_goes_on_the_side_where_it_comes_from(
    origin: str, target: str, midi: int
) -> None:
    found = _pitch("a", chord(origin, C_MAJOR), chord(target, C_MAJOR), LOW)
    assert found == midi
