"""Tempo and key in free prompts: what names one, what only looks like it, and what replacing leaves alone."""

from __future__ import annotations

import pytest

from aural.keys import ALL_KEYS, Key
from aural.wording.asked import asked_bpm, asked_key, with_bpm, with_key


@pytest.mark.parametrize(
    ("prompt", "bpm"),
    [
        ("lofi beat at 90 bpm", 90),
        ("a 128BPM house track", 128),
        ("techno, 132.5 bpm, dark", 132.5),
        ("slow piano. bpm: 62.0. key: c minor", 62.0),
        ("tempo: 98", 98),
        ("with a tempo of 140", 140),
        ("90 beats per minute please", 90),
        ("a 120-bpm groove", 120),
        ("an 80s song", None),
        ("808 drums", None),
        ("1200 bpm", None),
        ("20 bpm", None),
        ("slow tempo", None),
        ("", None),
    ],
)
def test_asked_bpm(prompt: str, bpm: float | None) -> None:
    assert asked_bpm(prompt) == bpm


@pytest.mark.parametrize(
    ("prompt", "key"),
    [
        ("sad piano in C minor", "C minor"),
        ("F# major fanfare", "F# major"),
        ("E-flat major hymn", "Eb major"),
        ("in the key of G", "G major"),
        ("key: bb minor. genre: jazz", "Bb minor"),
        ("key: F#m", "F# minor"),
        ("an F#m ballad", "F# minor"),
        ("reggae in Am", "A minor"),
        ("a waltz in a minor", "A minor"),
        ("a waltz in a minor, slow", "A minor"),
        ("a waltz in a minor at 120 bpm", "A minor"),
        ("A minor blues", "A minor"),
        ("blues in E", "E major"),
        ("c sharp minor nocturne", "C# minor"),
        ("Db maj", "C# major"),
        ("a minor setback", None),
        ("the hero in a minor role", None),
        ("a major event", None),
        ("I Am Legend", None),
        ("music in A room", None),
        ("in G-funk style", None),
        ("vitamin C", None),
        ("a song", None),
        ("be happy", None),
        ("", None),
    ],
)
def test_asked_key(prompt: str, key: str | None) -> None:
    asked = asked_key(prompt)
    assert (str(asked) if asked else None) == key


@pytest.mark.parametrize("key", ALL_KEYS, ids=str)
def test_every_key_is_understood_as_it_is_written(key: Key) -> None:
    for text in (f"a song in {key}", f"key: {str(key).lower()}", f"{key}, slow"):
        assert asked_key(text) == key


def test_replacing_changes_the_mention_and_nothing_else() -> None:
    prompt = "An 80s anthem in C minor at 90 bpm with 808 drums"
    assert with_bpm(prompt, 120.0) == "An 80s anthem in C minor at 120 bpm with 808 drums"
    assert with_bpm(prompt, 120.54) == "An 80s anthem in C minor at 120.5 bpm with 808 drums"
    assert with_key(prompt, Key.parse("Eb major")) == "An 80s anthem in Eb major at 90 bpm with 808 drums"
    assert with_bpm("x. bpm: 62.0. key: c minor", 90) == "x. bpm: 90.0. key: c minor"
    assert with_key("x. bpm: 62.0. key: c minor", Key.parse("A major")) == "x. bpm: 62.0. key: a major"


def test_replaced_prompts_ask_for_the_replacement() -> None:
    prompt = "tempo of 140, in F# major, 140 bpm"
    assert asked_bpm(with_bpm(prompt, 71)) == 71
    for key in ALL_KEYS:
        assert asked_key(with_key(prompt, key)) == key
