from __future__ import annotations

import pytest

from aural.theory.keys import ALL_KEYS, Key


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("C major", "C major"),
        ("F#m", "F# minor"),
        ("Gb minor", "F# minor"),
        ("Am", "A minor"),
        ("Bb", "Bb major"),
        ("b minor", "B minor"),
        ("A# maj", "Bb major"),
        ("e♭ minor", "Eb minor"),
        ("Cb", "B major"),
        ("c:min", "C minor"),
        ("CM", "C major"),
        ("AM", "A major"),
        ("F#M", "F# major"),
        ("Cm", "C minor"),
        ("c", "C major"),
        ("bb", "Bb major"),
        ("BB", "Bb major"),
        ("E-flat major", "Eb major"),
        ("c sharp minor", "C# minor"),
        ("B flat", "Bb major"),
        ("A harmonic minor", "A minor"),
    ],
)
def test_many_spellings_are_read_and_one_is_written(text: str, key: str) -> None:
    assert str(Key.parse(text)) == key


@pytest.mark.parametrize("text", ["", "H", "C dorian", "Cmm", "120", "A minor major"])
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="24 keys"):
        Key.parse(text)


def test_every_key_is_its_own_spelling_and_its_relatives_relative() -> None:
    assert len({str(key) for key in ALL_KEYS}) == 24
    for key in ALL_KEYS:
        assert Key.parse(str(key)) == key
        assert key.relative.relative == key
        assert key.transposed(5).transposed(7) == key


def test_a_fifth_up_is_one_step_on_both_wheels_and_relatives_share_a_number() -> None:
    """The circle of fifths from two keys on: C major is 8B and 1d, A minor 8A and 1m."""
    for key, camelot_letter, open_letter in ((Key(0, "major"), "B", "d"), (Key(9, "minor"), "A", "m")):
        for step in range(12):
            higher = key.transposed(7 * step)
            assert higher.camelot == f"{(8 + step - 1) % 12 + 1}{camelot_letter}"
            assert higher.open_key == f"{1 + step}{open_letter}"
            assert higher.camelot[:-1] == higher.relative.camelot[:-1]
            assert higher.open_key[:-1] == higher.relative.open_key[:-1]
    assert len({key.camelot for key in ALL_KEYS}) == len({key.open_key for key in ALL_KEYS}) == 24
