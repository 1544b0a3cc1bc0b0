"""Progressions as musicians write them: what each chord is, and the key that they imply."""

from __future__ import annotations

import pytest

from aural.errors import BadField
from aural.theory.chords import implied_key, implied_mode, parse_progression
from aural.theory.keys import ALL_KEYS, Key


@pytest.mark.parametrize(
    ("text", "root", "intervals"),
    [
        ("C", 0, (0, 4, 7)),
        ("Am", 9, (0, 3, 7)),
        ("F#m7b5", 6, (0, 3, 6, 10)),
        ("B♭maj7", 10, (0, 4, 7, 11)),
        ("Gsus4", 7, (0, 5, 7)),
        ("D7", 2, (0, 4, 7, 10)),
        ("Ebmin7", 3, (0, 3, 7, 10)),
        ("Bdim7", 11, (0, 3, 6, 9)),
        ("C+", 0, (0, 4, 8)),
        ("E5", 4, (0, 7)),
        ("AmM7", 9, (0, 3, 7, 11)),
        ("Cadd9", 0, (0, 4, 7, 14)),
        ("C6/9", 0, (0, 4, 7, 9, 14)),
        ("Eb6/9", 3, (0, 4, 7, 9, 14)),
    ],
)
def test_a_symbol_is_its_notes(text: str, root: int, intervals: tuple[int, ...]) -> None:
    (chord,) = parse_progression(text)
    assert (chord.text, chord.root, chord.intervals, chord.relative) == (text, root, intervals, False)


def test_a_slash_names_the_bass() -> None:
    first, second = parse_progression("C/E G/B")
    assert (first.bass, second.bass, first.root, second.root) == (4, 11, 0, 7)


@pytest.mark.parametrize(
    "text", ["Am F C G", "Am, F, C, G", "Am-F-C-G", "Am \u2013 F \u2013 C \u2013 G", "| Am | F | C | G |", "Am|F|C|G"]
)
def test_however_they_are_parted(text: str) -> None:
    assert [chord.text for chord in parse_progression(text)] == ["Am", "F", "C", "G"]
    assert all(chord.bars == 1 for chord in parse_progression(text))


def test_bar_lines_say_how_long() -> None:
    chords = parse_progression("Dm7 G7 | Cmaj7 | C F C G")
    assert [chord.bars for chord in chords] == [0.5, 0.5, 1, 0.25, 0.25, 0.25, 0.25]


def test_numerals_are_of_the_key_that_they_are_put_in() -> None:
    chords = parse_progression("I V vi IV")
    assert [chord.in_key(Key.parse("D major")).root for chord in chords] == [2, 9, 11, 7]
    assert [chord.is_minor for chord in chords] == [False, False, True, False]
    minor = parse_progression("i-VI-III-VII")
    assert implied_mode(minor) == "minor"
    assert [chord.in_key(Key.parse("A minor")).root for chord in minor] == [9, 5, 0, 7]
    (flat,) = parse_progression("bVII")
    assert flat.in_key(Key.parse("C major")).pitch_classes == (10, 2, 5)
    (absolute,) = parse_progression("F")
    assert absolute.in_key(Key.parse("D major")) == absolute


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Am F C G", "A minor"),
        ("C G Am F", "C major"),
        ("Dm7 G7 Cmaj7", "C major"),
        ("F#m7b5 B7 Em", "E minor"),
        ("G D Em C", "G major"),
        ("Em C G D", "E minor"),
        ("Cm Ab Eb Bb", "C minor"),
        ("E A B7 E", "E major"),
        ("Am Dm E7 Am", "A minor"),
        ("Bb Gm Eb F", "Bb major"),
    ],
)
def test_the_key_that_they_imply(text: str, key: str) -> None:
    assert str(implied_key(parse_progression(text))) == key


@pytest.mark.parametrize("key", ALL_KEYS, ids=str)
def test_a_cadence_implies_its_key(key: Key) -> None:
    numerals = "I IV V7 I" if key.mode == "major" else "i iv V7 i"
    assert implied_key([chord.in_key(key) for chord in parse_progression(numerals)]) == key


@pytest.mark.parametrize("text", ["", " | ", "Am H C", "Am hello", "I V C", "A B C | D", "C " * 65])
def test_what_is_no_progression_is_refused(text: str) -> None:
    with pytest.raises(BadField, match=r"^chords: "):
        parse_progression(text)
