"""`python -m bench.composer`: what is measured of files whose notes are known."""

from __future__ import annotations

import pytest

from bench.composer.accompaniment import Rhythms, out_of_range, rhythms, rhythms_by_role
from bench.composer.endings import beats_from_bar_line, held_tonic_beats
from bench.composer.form import measure_form
from bench.composer.melody import measure_melody
from bench.composer.score import ScoreNote, ScorePart, Signature
from bench.composer.symbols import ChordSymbol
from bench.composer.variety import main_drum_bar, mean_jaccard, period, progressions
from tests.bench.midi_files import Played, score

AT_120 = 0.5  # seconds a beat
KICK, SNARE, HAT = 36, 38, 42


@pytest.mark.parametrize(
    ("symbol", "root", "classes"),
    [
        ("C", 0, {0, 4, 7}),
        ("F#m7b5", 6, {6, 9, 0, 4}),
        ("Bbmaj9", 10, {10, 2, 5, 9, 0}),
        ("E7sus4", 4, {4, 9, 11, 2}),
        ("Am/C", 9, {9, 0, 4}),
        ("Eo7", 4, {4, 7, 10, 1}),
        ("G5", 7, {7, 2}),
        ("Cmadd9", 0, {0, 3, 7, 2}),
        ("D13", 2, {2, 6, 9, 0, 4, 11}),
        ("Dmmaj7", 2, {2, 5, 9, 1}),
        ("G7#5b9", 7, {7, 11, 3, 5, 8}),
    ],
)
def test_chord_symbols(symbol: str, root: int, classes: set[int]) -> None:
    assert ChordSymbol.parse(symbol) == ChordSymbol(root, frozenset(classes))


@pytest.mark.parametrize("symbol", ["H", "Cmystery", "", "c"])
def test_unknown_symbols_are_refused(symbol: str) -> None:
    with pytest.raises(ValueError, match="no chord symbol"):
        ChordSymbol.parse(symbol)


def test_a_file_is_read_as_it_was_written() -> None:
    read = score(
        {"chords-2 (epiano)": [(0, 1, 60), (1, 1, 60)], "drums": [(0.5, 0.125, KICK)]},
        chords=[(0, "Am"), (4, "F")],
        sections=[(0, "A1")],
        key="Am",
        metres=[(0, 3, 4), (6, 6, 8)],
        tempi=[(0, 120), (6, 60)],
        end=10,
    )
    chords = ScorePart("chords-2 (epiano)", "chords", "epiano", (ScoreNote(0, 1, 60, 80), ScoreNote(1, 1, 60, 80)))
    assert read.parts == (chords, ScorePart("drums", "drums", "", (ScoreNote(0.5, 0.125, KICK, 80),)))
    assert (str(read.key), read.metre) == ("A minor", "3/4")
    assert (read.sections, read.end) == (((0, "A1"),), 10)
    assert list(read.bar_lines) == [0, 3, 6, 9, 12]
    assert [read.place(beat) for beat in (0, 2.9999, 5.5, 6, 10)] == [(0, 0), (1, 0), (1, 2.5), (2, 0), (3, 1)]
    assert [read.seconds(beat) for beat in (0, 6, 8)] == [0, 3, 5]
    assert [read.beat_at(seconds) for seconds in (0, 3, 5, 6)] == [0, 6, 8, 9]
    assert read.signatures == (Signature(0, 3, 4), Signature(6, 6, 8))
    assert [signature.felt_beats for signature in read.signatures] == [1, 1.5]


def test_a_held_tonic_counts_from_where_it_began() -> None:
    home = score(chords=[(0, "G"), (8, "C"), (12, "Cmaj7")])
    assert held_tonic_beats(home, 16 * AT_120) == 8
    assert held_tonic_beats(home, 13 * AT_120) == 5
    assert held_tonic_beats(score(chords=[(0, "C"), (12, "G")]), 16 * AT_120) == 0
    assert held_tonic_beats(score(chords=[(12, "Cm")], key="Cm"), 16 * AT_120) == 4


def test_bar_lines_follow_metre_and_tempo() -> None:
    assert beats_from_bar_line(score(end=13.5), 13.5 * AT_120) == pytest.approx(1.5)
    assert beats_from_bar_line(score(end=15.8), 15.8 * AT_120) == pytest.approx(0.2, abs=1e-3)
    assert beats_from_bar_line(score(end=15, metres=[(0, 3, 4)]), 15 * AT_120) == 0
    slowing = score(end=8, tempi=[(0, 120), (4, 60)])
    assert beats_from_bar_line(slowing, 6.0) == 0
    assert beats_from_bar_line(slowing, 4.0) == pytest.approx(2)


def test_progressions_are_of_first_rounds_and_alike_in_all_keys() -> None:
    sections = [(0, "Intro"), (4, "A1"), (8, "B1"), (12, "A2")]
    in_c = score(chords=[(0, "F"), (4, "C"), (6, "Am"), (8, "F"), (10, "G7"), (12, "Dm")], sections=sections)
    in_d = score(chords=[(0, "E"), (4, "D"), (6, "Bm"), (8, "G"), (10, "A7")], sections=sections, key="D")
    assert progressions(in_c) == progressions(in_d)
    mode, (verse, chorus) = progressions(in_c)
    assert (mode, [chord.root for chord in verse], [chord.root for chord in chorus]) == ("major", [0, 9], [5, 7])


def test_a_progression_that_goes_round_is_one() -> None:
    c, f, g = (ChordSymbol.parse(name) for name in "CFG")
    assert period([c, f, g, c, f, g, c, f]) == (c, f, g)
    assert period([c, c, c]) == (c,)
    assert period([c, c, f]) == (c, c, f)
    assert period([]) == ()


def drums(*strokes: tuple[float, int], bars: int = 6, once: tuple[float, int] | None = None) -> Played:
    played = [(4 * bar + beat, 0.1, drum) for bar in range(bars) for beat, drum in strokes]
    return played + ([(once[0], 0.1, once[1])] if once else [])


def test_drum_bars_share_what_they_share() -> None:
    one = score({"drums": drums((0, KICK), (2, SNARE), (1, HAT), (3, HAT), once=(6.5, SNARE))}, end=24)
    other = score({"drums": drums((0, KICK), (2, SNARE), (1.66, HAT))}, end=24)
    bars = [main_drum_bar(one), main_drum_bar(other)]
    assert bars == [
        frozenset({(0, KICK), (8, SNARE), (4, HAT), (12, HAT)}),
        frozenset({(0, KICK), (8, SNARE), (7, HAT)}),
    ]
    assert mean_jaccard([bar for bar in bars if bar]) == pytest.approx(2 / 5)
    assert mean_jaccard([frozenset({(0, KICK)})]) is None
    assert main_drum_bar(score({"drums": drums((0, KICK))}, end=24)) is None


def test_rhythms_that_come_again() -> None:
    on_beats, off_beats = ([(bar + beat, 0.5, 60) for beat in beats] for bar, beats in ((0, (0, 2)), (4, (1, 3))))
    again = [(8 + beat, 0.5, 65) for beat in (0, 2)] + [(12 + beat, 0.5, 67) for beat in (0, 2)]
    chords = [*on_beats, *off_beats, *again]
    read = score({"chords (piano)": chords, "pad (strings)": [(0, 16, 60)], "melody (flute)": [(0, 1, 60)]})
    assert rhythms(read, read.parts[0].notes) == Rhythms(0.5, 2)
    told = rhythms_by_role(read)
    assert told["pad"] == [Rhythms(0, 1)]
    assert set(told) == {"chords", "pad", "together"}


def test_notes_that_instruments_do_not_have() -> None:
    read = score({"melody (violin)": [(0, 1, 54), (1, 1, 55), (2, 1, 94), (3, 1, 101)], "pad (warm_pad)": [(0, 1, 40)]})
    assert out_of_range([read, read]) == {"violin": (4, 8), "warm_pad": (0, 2)}


def test_melody_of_known_shares() -> None:
    """Over C for two bars: C D | Db (a semitone over C, held) G | C D E F, half of them off the beat."""
    line = [(0, 1, 60), (1, 1, 62), (4, 1, 61), (5, 1, 67), (8, 1, 60), (8.5, 0.25, 62), (9, 1, 64), (9.5, 0.25, 65)]
    heard = measure_melody(score({"melody (flute)": line}, chords=[(0, "C")]))
    assert heard is not None
    assert heard.chord_tones == pytest.approx(4 / 6)
    assert heard.non_chord_time == pytest.approx(2.5 / 6.5)
    assert heard.steps == pytest.approx(5 / 7)
    assert heard.leaps == pytest.approx(2 / 7)
    assert heard.clashes == pytest.approx(1 / 6)
    assert heard.repeated_rhythms == pytest.approx(1 / 3)
    assert measure_melody(score({"melody (flute)": line[:7]})) is None


def test_beats_of_compound_metres_are_dotted() -> None:
    jig = [(0.5 * n, 0.5, 60 if n % 3 == 0 else 62) for n in range(12)]
    heard = measure_melody(score({"melody (flute)": jig}, chords=[(0, "C")], metres=[(0, 6, 8)], end=6))
    assert heard is not None
    assert heard.chord_tones == 1


def test_form_that_only_grows_and_form_that_breathes() -> None:
    def bars(*places: int) -> Played:
        return [(4 * place + beat, 0.9, 60) for place in places for beat in range(4)]

    grows = score({"chords (piano)": bars(*range(8)), "bass (reese)": bars(*range(4, 8))}, end=32)
    told = measure_form(grows)
    assert (told.leaves, told.intro, told.comes_to_rest) == (False, True, False)
    assert told.copies == pytest.approx(6 / 8)
    held = [(28, 4, 48)]
    parts = {"chords (piano)": [*bars(*range(2, 7)), *held], "bass (reese)": bars(0, 1, 2, 5, 6), "pad (choir)": held}
    parts["melody (flute)"] = [(4 * bar, 1, 60 + bar) for bar in range(7)]
    told = measure_form(score(parts, end=32))
    assert (told.leaves, told.intro, told.comes_to_rest) == (True, True, True)
    assert not measure_form(score({"chords (piano)": bars(*range(8)), "bass (reese)": bars(*range(8))}, end=32)).intro
