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
