"""The grammar of progressions: functions are shares of one whole, and every numeral is a chord."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from aural.theory.chords import SCALES
from aural.theory.keys import Key
from models.sketch.colours import SUFFIXES, Weighted
from models.sketch.progressions import (
    BORROWED,
    DIMINISHED,
    FUNCTIONS,
    PHRASES,
    TUNES,
    TWELVE_BARS,
    VAMPS,
    Harmony,
    _bars,
    _spelled,
    section_changes,
)

TABLES: dict[str, Weighted] = {
    f"{name}, {mode}, {function}": choices
    for name, table in (("usual", FUNCTIONS), ("borrowed", BORROWED), ("diminished", DIMINISHED))
    for mode, functions in table.items()
    for function, choices in functions.items()
}


@pytest.mark.parametrize("choices", TABLES.values(), ids=list(TABLES))
def test_functions_are_shares_of_one_whole(choices: Weighted) -> None:
    assert sum(share for _, share in choices) == pytest.approx(1.0)
    assert all(share > 0 for _, share in choices)
    assert len({name for name, _ in choices}) == len(choices)


@pytest.mark.parametrize("name", TABLES)
def test_every_numeral_is_a_chord_in_every_colour(name: str) -> None:
    key = Key(0, "major" if "major" in name else "minor")
    for numeral, _ in TABLES[name]:
        for colour in SUFFIXES:
            ((spelled,),) = _spelled([numeral], Harmony(colour), key, np.random.default_rng(0))
            assert len(set(spelled.pitch_classes)) >= 3, f"{numeral} in {colour}"


def test_phrases_have_four_bars_tunes_four_or_eight_and_a_blues_twelve() -> None:
    assert {len(phrase) for phrases in PHRASES.values() for phrase in phrases} == {4}
    for mode in ("major", "minor"):
        assert {len(_bars(vamp)) for vamp in VAMPS[mode]} == {4}
        assert {len(_bars(tune)) for tune in TUNES[mode]} == {4, 8}
        assert {len(_bars(line)) for lines in TWELVE_BARS[mode] for line in lines} == {4}


NOTHING = Harmony(vamps=0, tunes=0, borrowed=0, applied=0, pedal=0, halves=0, inverted=0)


@pytest.mark.parametrize("key", [Key(0, "major"), Key(9, "minor")], ids=str)
def test_without_any_licence_a_phrase_stays_in_its_key_a_chord_a_bar(key: Key) -> None:
    rng = np.random.default_rng(1)
    notes = {(key.tonic + step) % 12 for step in (*SCALES[key.mode], 11)}  # minor's dominant has the leading note
    for _ in range(100):
        bars = section_changes(NOTHING, key, "A", 4, rng)
        assert [len(bar) for bar in bars] == [1] * 4
        assert all(set(chord.pitch_classes) <= notes for bar in bars for chord in bar)


def test_a_licence_of_one_is_always_taken() -> None:
    key, rng = Key(0, "major"), np.random.default_rng(1)
    blues = section_changes(replace(NOTHING, twelve_bar=1), key, "A", 4, rng)
    assert len(blues) == 12
    for _ in range(20):
        bars = section_changes(replace(NOTHING, pedal=1), key, "A", 4, rng)
        assert all(chord.lowest in (key.tonic, chord.bass) for bar in bars[:3] for chord in bar)
        assert sum(chord.lowest == key.tonic for bar in bars[:3] for chord in bar) >= 2
        halved = section_changes(replace(NOTHING, halves=1), key, "C", 4, rng)
        assert len(halved[-1]) == 2, "C leaves on the dominant, which a subdominant leads to"
        assert halved[-1][1].is_dominant or 11 in halved[-1][1].pitch_classes
