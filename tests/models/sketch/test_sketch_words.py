"""Prompts in other languages, names of musicians, chords, and what is reported as heard."""

from __future__ import annotations

import numpy as np
import pytest

from aural.errors import BadField
from models.sketch.prompt.interpreter import PromptInterpreter
from models.sketch.prompt.languages import translated
from tests.models.sketch.asking import band, decided, written
from tests.models.sketch.conftest import Compose


@pytest.mark.parametrize(
    ("prompt", "emotion", "voices"),
    [
        ("piano triste et lent", "sad", {"piano"}),
        ("música alegre de verano con guitarra", "joyful", {"clean_guitar"}),
        ("ruhige Klaviermusik zum Einschlafen", "calm", {"piano"}),
        ("грустная музыка на пианино", "sad", {"piano"}),
        ("悲しいピアノ", "sad", {"piano"}),
        ("triste bolero con chitarra", "sad", {"nylon"}),
        ("快乐的吉他", "joyful", {"steel"}),
        ("samba alegre com violão", "joyful", {"nylon"}),
        ("düstere Orgel", "dark", {"organ"}),
        ("violon mélancolique", "sad", {"violin"}),
        ("весёлая скрипка", "joyful", {"violin"}),
        ("楽しいウクレレ", "joyful", {"ukulele"}),
        ("Entspannende Gitarrenmusik", "calm", {"steel"}),
        ("violoncello malinconico", "sad", {"cello"}),
    ],
)
def test_other_languages(interpreter: PromptInterpreter, prompt: str, emotion: str, voices: set[str]) -> None:
    assert decided(interpreter, prompt).emotion == emotion
    assert voices <= band(written(interpreter, prompt))


@pytest.mark.parametrize(
    "prompt",
    [
        "a sombre song about the sea", "the die is cast, an epic trailer", "real estate video", "alto sax in a bar",
        "no more living in sin, rock", "hell bent metal", "plus a solo", "chords and chorus, pop", "so sad",
    ],
)  # fmt: skip
def test_english_stays_english(prompt: str) -> None:
    assert translated(prompt) == prompt.lower()


@pytest.mark.parametrize(
    ("prompt", "styles"),
    [
        ("like Hans Zimmer", {"cinematic"}),
        ("something like Daft Punk", {"house", "electronic", "disco_funk"}),
        ("in the style of Miles Davis", {"jazz"}),
        ("Metallica", {"metal"}),
        ("a song that Taylor Swift could sing", {"pop"}),
        ("jazz like Metallica", {"jazz"}),
    ],
)
def test_a_name_is_a_broad_style(interpreter: PromptInterpreter, prompt: str, styles: set[str]) -> None:
    asked = decided(interpreter, prompt)
    assert asked.style_id in styles
    assert asked.instruments == ()


def test_chords_of_a_prompt_and_of_the_field(interpreter: PromptInterpreter) -> None:
    asked = decided(interpreter, "pop with Am F C G")
    assert [chord.text for chord in asked.chords] == ["Am", "F", "C", "G"]
    assert str(asked.key) == "A minor"
    numerals = decided(interpreter, "I-V-vi-IV ballad in D major")
    assert [chord.root for chord in numerals.chords] == [2, 9, 11, 7]
    assert decided(interpreter, "pop", chords="i VI III VII").key.mode == "minor"
    field = decided(interpreter, "Am F C G", chords="Dm7 G7 | Cmaj7")
    assert [chord.root for chord in field.chords] == [2, 7, 0]
    assert decided(interpreter, "pop in C minor").chords == ()
    assert [c.bars for c in decided(interpreter, "chords: C F G | Am").chords] == [1, 1, 1, 1]
    with pytest.raises(BadField, match=r"^chords: "):
        decided(interpreter, "pop", chords="Am hello")


@pytest.mark.parametrize(
    ("prompt", "heard"),
    [
        ("slow sad jazz waltz in C minor with trumpet, no drums",
         ("style: jazz (jazz waltz)", "mood: sad", "tempo: slow", "key: C minor", "metre: 3/4", "with: trumpet",
          "no drums")),
        ("solo cello", ("only: cello",)),
        ("something like Daft Punk", ("name: daft punk -> house",)),
        ("pop, Am F C G", ("style: pop", "chords: Am F C G")),
        ("smoky basement with a saxophone player", ("like: jazz", "with: saxophone")),
        ("less drums more bass", ("with: bass", "less: drums", "more: bass")),
        ("грустное пианино", ("mood: sad", "only: piano")),
        ("xqzv blorp", ()),
        ("", ()),
    ],
)  # fmt: skip
def test_what_was_heard_is_said(interpreter: PromptInterpreter, prompt: str, heard: tuple[str, ...]) -> None:
    said = decided(interpreter, prompt).heard
    assert said == heard
    assert all(phrase.isascii() for phrase in said)


@pytest.mark.parametrize("prompt", ["only drums", "only bass and drums", "solo piano", "solo cello", "jazz, no bass"])
def test_few_players_sound(compose: Compose, prompt: str) -> None:
    """Whoever plays is heard: nothing fails for want of a part."""
    take = compose(prompt, 3.0)
    assert np.isfinite(take.samples).all()
    assert np.abs(take.samples).max() > 0.01
    assert take.heard
