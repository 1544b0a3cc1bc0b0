"""What likeness decides of prompts that name nothing: the floors are chosen on these, and hold on these."""

from __future__ import annotations

import pytest

from aural.types import MusicRequest
from models.sketch.prompt.interpreter import DEFAULT_STYLE, PromptInterpreter

NOTHING = (
    "xqzv blorp", "my favourite colour is blue", "lorem ipsum dolor sit amet", "asdf qwer zxcv",
    "the quarterly tax report", "how to repair a washing machine", "42", "hello there", "please make something",
    "a thing of beauty", "surprise me", "whatever you like", "purple elephants on the stairs", "test", "music",
    "an invoice for plumbing", "my cat is called Mirabelle", "windows operating system",
    "the house at the end of the world", "pancakes with maple syrup", "potato", "one small step for a man",
    "skateboarders in an empty pool", "motorcycle insurance renewal", "!!!", "???", "...", "a b c d e f g",
    "kjhgfd", "the third door on the left", "column B of the spreadsheet", "a sofa and two chairs",
)  # fmt: skip
SOMETHING: tuple[tuple[str, str], ...] = (
    ("cowboys riding into the sunset", "country"),
    ("mosh pit with screaming and double kick", "metal"),
    ("pixel plumber jumps over mushrooms on a console", "chiptune"),
    ("dancing with congas in Havana", "latin"),
    ("neon city night drive 1985", "synthwave"),
    ("two guitars and a fire under the stars", "folk"),
    ("smoky basement with a saxophone player", "jazz"),
    ("astronaut drifting away from the station", "ambient"),
    ("mud, tractors and whiskey", "country"),
    ("sunrise over the savannah", "ambient"),
    ("a robot falls in love", "electronic"),
    ("beach bar at sunset with a DJ", "house"),
    ("a market in Marrakesh", "world"),
    ("a train crossing the prairie", "country"),
    ("studying late at night while it rains", "lofi"),
    ("rave at 4 am in a warehouse", "techno"),
    ("heavy rain on the window of my room", "ambient"),
    ("Jamaican sunshine and a deep offbeat skank", "reggae"),
    ("wailing guitar in a Chicago bar at closing time", "blues"),
    ("headbanging teenagers in black leather", "metal"),
    ("mirror ball, flares and platform shoes in 1977", "disco_funk"),
    ("sitar and tabla at sunrise by the Ganges", "world"),
    ("old arcade cabinet with bleeps and bloops", "chiptune"),
    ("amen break chopped at breakneck speed", "drum_and_bass"),
    ("knight and princess dance at the royal ball", "classical"),
    ("rapper from Brooklyn needs an instrumental with heavy 808s", "hiphop"),
    ("movie scene in which the army marches to the gates", "cinematic"),
    ("fingerpicked ballad by the fire in the woods", "folk"),
)
FEELINGS: tuple[tuple[str, str], ...] = (
    ("my dog died and I miss him", "sad"),
    ("walking home alone after we parted for ever", "sad"),
    ("celebrating the championship", "joyful"),
    ("kids jumping in puddles", "joyful"),
    ("something evil lurks in the cellar", "dark"),
    ("mother rocks her newborn child to rest", "tender"),
)  # fmt: skip


@pytest.mark.parametrize("prompt", NOTHING)
def test_what_says_nothing_of_music_changes_nothing(interpreter: PromptInterpreter, prompt: str) -> None:
    decided = interpreter.intent(MusicRequest(prompt, duration_s=10.0, seed=1))
    assert (decided.style_id, decided.emotion, decided.heard) == (DEFAULT_STYLE, "neutral", ())


@pytest.mark.parametrize(("prompt", "style_id"), SOMETHING)
def test_scenes_find_their_style(interpreter: PromptInterpreter, prompt: str, style_id: str) -> None:
    decided = interpreter.intent(MusicRequest(prompt, duration_s=10.0, seed=1))
    assert decided.style_id == style_id


@pytest.mark.parametrize(("prompt", "emotion"), FEELINGS)
def test_scenes_find_their_feeling(interpreter: PromptInterpreter, prompt: str, emotion: str) -> None:
    assert interpreter.intent(MusicRequest(prompt, duration_s=10.0, seed=1)).emotion == emotion
