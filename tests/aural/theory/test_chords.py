"""Progressions as musicians write them: what each chord is, and the key that they imply."""

from __future__ import annotations

import pytest

from aural.errors import BadField
from aural.theory.chords import _QUALITIES, implied_key, implied_mode, parse_progression
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


IN_C = {  # every way to write a chord on C, and its notes as a book of chords spells them
    "C E G": "C Cmaj CM",
    "C Eb G": "Cm Cmin",
    "C E G A": "C6",
    "C Eb G A": "Cm6 Cmin6",
    "C E G Bb": "C7",
    "C Eb G Bb": "Cm7 Cmin7",
    "C E G B": "Cmaj7 CM7 CΔ7 CΔ Cj7",
    "C Eb G B": "Cmmaj7 Cminmaj7 CmM7 CminM7 CmΔ7 CminΔ7 CmΔ CminΔ Cmj7 Cminj7",
    "C E G Bb D": "C9",
    "C Eb G Bb D": "Cm9 Cmin9",
    "C E G Bb D F": "C11",
    "C Eb G Bb D F": "Cm11 Cmin11",
    "C E G Bb D A": "C13",
    "C Eb G Bb D A": "Cm13 Cmin13",
    "C E G D": "Cadd9 Cadd2",
    "C Eb G D": "Cmadd9 Cminadd9 Cmadd2 Cminadd2",
    "C E G A D": "C69 C6/9",
    "C Eb G A D": "Cm69 Cmin69",
    "C E G B D": "Cmaj9 CM9",
    "C Eb G B D": "Cmmaj9 Cminmaj9 CmM9 CminM9",
    "C G": "C5",
    "C D G": "Csus2",
    "C F G": "Csus4 Csus",
    "C F G Bb": "C7sus4 C7sus",
    "C Eb Gb": "Cdim C° Co",
    "C Eb Gb A": "Cdim7 C°7 Co7",
    "C Eb Gb Bb": "Cm7b5 Cm7♭5 Cø Cø7",
    "C E G#": "Caug C+",
    "C E G Bb Db": "C7b9",
    "C E G Bb D#": "C7#9",
    "C E Gb Bb": "C7b5",
    "C E G# Bb": "C7#5 Caug7",
}
SEMITONES = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}


def semitones(note: str) -> int:
    return (SEMITONES[note[0]] + note.count("#") - note.count("b")) % 12


@pytest.mark.parametrize(("notes", "written"), IN_C.items(), ids=lambda text: text.replace(" ", "-"))
def test_however_a_chord_is_written_it_is_these_notes(notes: str, written: str) -> None:
    expected = {semitones(note) for note in notes.split()}
    for text in written.split():
        (chord,) = parse_progression(text)
        assert set(chord.pitch_classes) == expected, text
        assert len(chord.pitch_classes) == len(expected), text
        assert chord.pitch_classes[0] == 0, "from the root up"


def test_no_spelling_is_left_out_of_that_table() -> None:
    listed = {text for written in IN_C.values() for text in written.split()}
    slashed = {"Cm6/9", "Cmin6/9"}  # read as six over nine
    assert {f"C{quality}" for quality in _QUALITIES} - slashed == listed


def test_numerals_stand_on_their_degrees() -> None:
    major = parse_progression("I ii iii IV V vi vii")
    assert [(chord.root, chord.is_minor) for chord in major] == [
        *((0, False), (2, True), (4, True), (5, False), (7, False), (9, True), (11, True))
    ]
    minor = parse_progression("i ii III iv v VI VII")
    assert [chord.root for chord in minor] == [0, 2, 3, 5, 7, 8, 10]


def test_the_first_chord_is_home_where_two_keys_have_the_same_notes() -> None:
    """C major and A minor: whatever stands first, with nothing else to tell them apart."""
    assert [str(implied_key(parse_progression(text))) for text in ("C Am", "Am C")] == ["C major", "A minor"]
