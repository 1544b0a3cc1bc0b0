"""Captions of what was heard, and users' prompts completed: format, length, determinism, who wins."""

from __future__ import annotations

import itertools
import re
from typing import Any

import numpy as np
import pytest

from aural.theory.keys import ALL_KEYS
from aural.types import Affect, ClipFeatures
from aural.wording.asked import asked_bpm, asked_key
from aural.wording.emotion import EMOTIONS
from aural.wording.prompt import INSTRUMENTS, SHAPE_WORDS, WORDINGS, clip_captions, complete_prompt, energy_shape
from aural.wording.style import STYLES
from aural.wording.tags import TAGS

FIELDS = ("bpm", "key", "genre", "moods", "instrument")


def features(**tags: float) -> ClipFeatures:
    """What the ear gives when it hears these tags ("mtt_piano") and nothing else."""
    heard = np.full(len(TAGS), 0.01, np.float32)
    for name, value in tags.items():
        heard[TAGS.index(name.replace("_", ":", 1))] = value
    return ClipFeatures("tagger", np.zeros(400, np.float32), heard)


def affect(style: str = "jazz", emotion: str = "sad") -> Affect:
    return Affect(-0.5, -0.5, emotion, 0.5, ((style, 0.5), *((name, 0.02) for name in STYLES if name != style)))


def estimated_t5_tokens(text: str) -> int:
    """A generous count: T5's sentence pieces are words up to six letters, single digits and marks, and more."""
    return sum(1 + (len(piece) - 1) // 6 for piece in re.findall(r"[A-Za-z]+|\d|[^\w\s]", text)) + 1


def test_a_caption_of_everything_that_was_heard() -> None:
    said, *_ = clip_captions(
        bpm=70.04,
        key="C minor",
        affect=affect(),
        features=features(mtt_piano=0.9, mtt_strings=0.5),
        energy_curve=(0.2, 0.2, 0.5, 0.5, 0.8, 0.8),
    )
    assert said == (
        "A slow, sad jazz piece with piano and strings, building up. bpm: 70.0. key: c minor. genre: jazz. "
        "moods: sad, melancholic. instrument: piano, strings"
    )


def test_what_was_not_heard_is_left_out() -> None:
    said, *_ = clip_captions(
        bpm=None,
        key=None,
        affect=affect("ambient", "neutral"),
        features=ClipFeatures("clap", np.zeros(512, np.float32)),
        energy_curve=(0.5,) * 20,
    )
    assert said == "An ambient piece. genre: ambient"


def test_captions_keep_their_form_and_length() -> None:
    tags = {tag.replace(":", "_", 1): 0.9 for group in INSTRUMENTS.values() for tag in group}
    curves = ((0.1, 0.5, 0.9), (0.9, 0.5, 0.1), (0.1, 0.9, 0.1), (0.9, 0.1, 0.9), (0.5, 0.5, 0.5))
    lengths = []
    for style, emotion, curve in itertools.product(STYLES, EMOTIONS, curves):
        prompts = clip_captions(
            bpm=199.95,
            key="F# minor",
            affect=affect(style, emotion),
            features=features(**tags),
            energy_curve=curve,
        )
        for said in prompts:
            names = [part.split(": ")[0] for part in said.split(". ")[1:]]
            assert names == [name for name in FIELDS if name != "moods" or emotion != "neutral"]
            lengths.append(estimated_t5_tokens(said))
    assert max(lengths) < 60


def test_wordings_differ_in_words_and_agree_in_fields() -> None:
    heard: dict[str, Any] = {
        "bpm": 97.3,
        "key": "E minor",
        "affect": affect("folk", "tender"),
        "features": features(mtt_guitar=0.8),
        "energy_curve": (0.2, 0.5, 0.8),
    }
    prompts = clip_captions(**heard)
    assert prompts == clip_captions(**heard)
    assert len(set(prompts)) == WORDINGS
    assert len({said.partition(". ")[2] for said in prompts}) == 1
    for said in prompts:
        assert said.isascii()
        other = complete_prompt(said, bpm=140.0, key="C major", style_id="metal", emotion="aggressive")
        assert (asked_bpm(other), str(asked_key(other))) == (140.0, "C major")
        assert "folk" not in other
        assert "tender" not in other
        assert "warm" not in other


@pytest.mark.parametrize(
    ("curve", "shape"),
    [
        (np.linspace(0, 1, 30), "rises"),
        (np.linspace(1, 0, 30), "falls"),
        (np.sin(np.linspace(0, np.pi, 30)), "peaks"),
        (1 - np.sin(np.linspace(0, np.pi, 30)), "dips"),
        (np.full(30, 0.5), "steady"),
        ([0.5], "steady"),
        ([], "steady"),
    ],
)
def test_energy_shape(curve: list[float], shape: str) -> None:
    assert energy_shape(curve) == shape
    assert shape in SHAPE_WORDS


def test_own_captions_are_complete() -> None:
    """What /compose sends is what was heard, word for word."""
    for key, bpm in itertools.product(ALL_KEYS, (61.0, 97.3, 180.0)):
        said, *_ = clip_captions(
            bpm=bpm,
            key=str(key),
            affect=affect(),
            features=features(mtt_flute=0.8),
            energy_curve=(0.1, 0.9),
        )
        assert asked_bpm(said) == bpm
        assert asked_key(said) == key
        assert complete_prompt(said, bpm=bpm, key=str(key), style_id="jazz", emotion="sad") == said


def test_a_users_words_are_kept_and_only_completed() -> None:
    prompt = "Warm lo-fi with dusty drums, like rain on a window."
    assert complete_prompt(prompt, bpm=82.0, key="Eb minor") == (
        "Warm lo-fi with dusty drums, like rain on a window. bpm: 82.0. key: eb minor"
    )
    assert complete_prompt(prompt, bpm=None, key=None) == prompt.rstrip(".")
    assert complete_prompt("90 bpm blues in E", bpm=90.0, key="E major") == "90 bpm blues in E"
    assert complete_prompt("", bpm=120.0, key=None) == "bpm: 120.0"


def test_where_they_contradict_the_field_wins() -> None:
    said = complete_prompt("A 90 bpm march in C minor, 808 drums", bpm=120.0, key="D major")
    assert said == "A 120 bpm march in D major, 808 drums"


def test_style_and_emotion_fields() -> None:
    prompt = "dusty drums and rain"
    assert complete_prompt(prompt, bpm=None, key=None, style_id="hiphop", emotion="calm") == (
        "dusty drums and rain. genre: hip hop. moods: calm, relaxing"
    )
    told = "a relaxing trap beat"
    assert complete_prompt(told, bpm=None, key=None, style_id="hiphop", emotion="calm") == told
    assert complete_prompt(prompt, bpm=None, key=None, emotion="neutral") == prompt


def test_a_caption_takes_another_style_in_words_and_field() -> None:
    caption = "A slow, sad jazz piece with piano. bpm: 70.0. genre: jazz. moods: sad, melancholic. instrument: piano"
    assert complete_prompt(caption, bpm=None, key=None, style_id="metal", emotion="aggressive") == (
        "A slow, aggressive metal piece with piano. bpm: 70.0. genre: metal. moods: aggressive, intense. "
        "instrument: piano"
    )


@pytest.mark.parametrize(
    ("prompt", "completed"),
    [
        ("warm tune. genre: ", "warm tune. genre: jazz"),
        ("warm tune. genre:", "warm tune. genre: jazz"),
        ("warm tune. genre: pop, . bpm: 90", "warm tune. genre: jazz. bpm: 90"),
        ("genre: , ", "genre: jazz"),
    ],
)
def test_an_empty_field_is_filled_and_nothing_else_is_touched(prompt: str, completed: str) -> None:
    assert complete_prompt(prompt, bpm=None, key=None, style_id="jazz") == completed


@pytest.mark.parametrize(
    ("prompt", "completed"),
    [
        ("warm piano", "warm piano. in 3/4 time"),
        ("A waltz in 3/4.", "A waltz in 3/4"),
        ("piano in 4/4, swinging", "piano in 3/4, swinging"),
        ("take 14/4 of 4/45", "take 14/4 of 4/45. in 3/4 time"),
        ("jig. genre: folk", "jig. genre: folk. in 3/4 time"),
    ],
)
def test_a_metre_is_said_once_and_the_field_wins(prompt: str, completed: str) -> None:
    assert complete_prompt(prompt, bpm=None, key=None, metre="3/4") == completed
    assert complete_prompt(completed, bpm=None, key=None, metre="3/4") == completed
