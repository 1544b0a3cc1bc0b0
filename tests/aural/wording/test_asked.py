"""Tempo and key in free prompts: what names one, what only looks like it, and what replacing leaves alone."""

from __future__ import annotations

import pytest

from aural.theory.keys import ALL_KEYS, Key
from aural.wording.asked import asked_bpm, asked_key, with_bpm, with_key
from tests.spellings import SPELLINGS


@pytest.mark.parametrize(("prompt", "bpm", "key"), SPELLINGS)
def test_what_a_prompt_names(prompt: str, bpm: float | None, key: str | None) -> None:
    asked = asked_key(prompt)
    assert (asked_bpm(prompt), str(asked) if asked else None) == (bpm, key)


@pytest.mark.parametrize(("prompt", "bpm", "key"), SPELLINGS)
def test_a_replaced_one_is_the_one_that_is_named(prompt: str, bpm: float | None, key: str | None) -> None:
    other = Key.parse("Eb minor")
    replaced = with_key(with_bpm(prompt, 71), other)
    assert asked_bpm(replaced) == (71 if bpm else None)
    assert asked_key(replaced) == (other if key else None)


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
