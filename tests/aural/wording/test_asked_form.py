"""Metre and chords in free prompts: what names them, and what only looks like it."""

from __future__ import annotations

import pytest

from aural.wording.asked import asked_chords, asked_metre


@pytest.mark.parametrize(
    ("prompt", "metre"),
    [
        ("a waltz in C", "3/4"),
        ("Viennese Waltz", "3/4"),
        ("piano piece in 3/4", "3/4"),
        ("in three, gentle", "3/4"),
        ("a minuet for a king", "3/4"),
        ("Chopin mazurka", "3/4"),
        ("ein Ländler", "3/4"),
        ("медленный вальс", "3/4"),
        ("楽しいワルツ", "3/4"),
        ("irish jig", "6/8"),
        ("in 6/8 time", "6/8"),
        ("6-8 time please", "6/8"),
        ("tarantella", "6/8"),
        ("a barcarolle at night", "6/8"),
        ("slow blues, 12/8", "12/8"),
        ("siciliana for oboe", "12/8"),
        ("5/4 jazz", "5/4"),
        ("prog with an odd meter", "5/4"),
        ("odd time signatures", "5/4"),
        ("a march", "4/4"),
        ("polka", "4/4"),
        ("2/4 dance", "4/4"),
        ("marching to a waltz", "3/4"),
        ("jazz waltz in 5/4", "5/4"),
        ("slow blues shuffle", None),
        ("open 24/7", None),
        ("7/8 groove", None),
        ("13/4 madness", None),
        ("in three minutes", None),
        ("a song in three parts", None),
        ("Walter plays", None),
        ("in March we met", "4/4"),
        ("techno", None),
        ("", None),
    ],
)
def test_the_metre_that_a_prompt_names(prompt: str, metre: str | None) -> None:
    asked = asked_metre(prompt)
    assert (asked.name if asked else None) == metre


@pytest.mark.parametrize(
    ("prompt", "chords"),
    [
        ("Am F C G", "Am F C G"),
        ("pop song, Am F C G, slow", "Am F C G"),
        ("sad piano Em-C-G-D", "Em-C-G-D"),
        ("chords: Dm7 G7 Cmaj7", "Dm7 G7 Cmaj7"),
        ("chord progression C F G", "C F G"),
        ("over C G chords", "C G"),
        ("Dm7 | G7 | Cmaj7 and a sax", "Dm7 | G7 | Cmaj7"),
        ("I-V-vi-IV ballad", "I-V-vi-IV"),
        ("jazz, ii V I", "ii V I"),
        ("i VI III VII techno", "i VI III VII"),
        ("A major hit", None),
        ("Am I dreaming", None),
        ("C minor, 90bpm", None),
        ("in A, D and E", None),
        ("A-B-A form", None),
        ("A B C song", None),
        ("Part I, II, III", None),
        ("I am Dad", None),
        ("World War II", None),
        ("vitamin C", None),
        ("", None),
    ],
)
def test_the_chords_that_a_prompt_names(prompt: str, chords: str | None) -> None:
    assert asked_chords(prompt) == chords
