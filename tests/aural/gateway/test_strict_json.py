"""JSON that readers disagree about is refused, and numbers are what they are worth."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from pydantic import ValidationError

from aural.errors import BadField
from aural.gateway.bodies import GenerateBody
from aural.gateway.refusals import refusal_sentence
from aural.gateway.strict_json import NotJson, read_json
from aural.settings import MAX_JSON_BYTES


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b'{"seed": 1, "seed": 2}', "seed: given twice"),
        (b'{"a": [{"b": 1, "b": 1}]}', "b: given twice"),
        (b'{"' + b"x" * 200 + b'": 1, "' + b"x" * 200 + b'": 1}', "^" + "x" * 100 + "…: given twice"),
        (b'{"bpm": NaN}', "NaN"),
        (b'{"bpm": -Infinity}', "-Infinity"),
        (b'{"bpm": 1e999}', "1e999"),
        (b'{"bpm": ' + b"9" * 60_000 + b"}", "more than 4300 digits"),
        (b'{"bpm": 0' + b"9" * 60_000 + b"}", "not JSON"),
        (b'{"bpm": 08}', "not JSON"),
        (b"[" * MAX_JSON_BYTES, "too deeply"),
        (b'{"a":' * 10_000, "too deeply"),
        (b"\xff\xfe\xfd", "UTF-16"),
        (b'{"a": "\xff"}', "UTF-8"),
        (b"", "not JSON"),
        (b'{"a": 1,}', "not JSON"),
    ],
)
def test_what_readers_disagree_about_is_refused_in_a_short_sentence(text: bytes, said: str) -> None:
    with pytest.raises(NotJson, match=said) as caught:
        read_json(text)
    assert len(str(caught.value)) < 250
    assert str(caught.value).endswith(".")


@pytest.mark.parametrize(
    ("text", "worth"),
    [("8.0", 8), ("8e2", 800), ("-0.0", 0), ("8.5", 8.5), ("true", True), ('"8"', "8"), ("[1.0]", [1]), ("null", None)],
)
def test_a_number_is_what_it_is_worth(text: str, worth: Any) -> None:
    assert read_json(text) == worth
    assert type(read_json(text)) is type(worth)


def filled(head: str, part: str, tail: str) -> bytes:
    """# stands for another number in each part."""
    parts = [part.replace("#", f"{place:x}") for place in range(0x2000, 0x2000 + MAX_JSON_BYTES)]
    count = (MAX_JSON_BYTES - len(head) - len(tail)) // (len(parts[0]) + 1)
    return f"{head}{','.join(parts[:count])}{tail}".encode()


@pytest.mark.parametrize(
    "body",
    [
        filled("{", '"#":1', "}"),
        filled('{"prompt":"x","energy_curve":[', "[]", "]}"),
        filled('{"prompt":"x","energy_curve":[', "2.5", "]}"),
        b'{"prompt":"x","key":"C' + b" " * 65_000 + b'x"}',
        b'{"prompt":"x","chords":"' + b"C|" * 32_000 + b'x"}',
    ],
    ids=["unknown names", "empty lists", "numbers", "a long key", "long chords"],
)
def test_the_worst_of_64_kb_is_refused_before_a_probe_would_notice(body: bytes) -> None:
    """They take 15 ms at most on an idle machine; a second is what 29 MB took thirty times of."""
    assert 0.9 * MAX_JSON_BYTES < len(body) <= MAX_JSON_BYTES
    began = time.process_time()
    with pytest.raises(ValidationError) as caught:
        GenerateBody.model_validate(read_json(body))
    sentence = refusal_sentence(caught.value)
    assert time.process_time() - began < 1.0
    assert len(sentence) < 1000
    assert json.dumps(sentence)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"duration": "8"}, 'duration: got the text "8"; send a number.'),
        ({"duration": True}, "duration: got true; send a number."),
        ({"duration": None}, "duration: got null; send a number."),
        ({"duration": []}, "duration: got a list of 0; send a number."),
        ({"seed": 1.5}, "seed: got the number 1.5; send an integer."),
        ({"seed": False}, "seed: got false; send an integer."),
        ({"seed": {}}, "seed: got an object; send an integer."),
        ({"loop": 1}, "loop: got the number 1; send true or false."),
        ({"loop": "true"}, 'loop: got the text "true"; send true or false.'),
        ({"chords": 7}, "chords: got the number 7; send text."),
        ({"energy_curve": "[0, 1]"}, 'energy_curve: got the text "[0, 1]"; send a list.'),
        ({"energy_curve": [0, "1"]}, 'energy_curve.1: got the text "1"; send a number.'),
        ({"bpm": 29}, "bpm: Input should be greater than or equal to 30. Got the number 29."),
        ({"bpm": 10**400}, "bpm: "),
        ({"seed": 10**400}, "seed: "),
        ({"metre": "7/8"}, "metre: Input should be '3/4', '4/4', '5/4', '6/8' or '12/8'. Got the text \"7/8\"."),
        ({"x" * 300: 1}, f"{'x' * 100}…: Extra inputs are not permitted."),
        ({"loop\r\nSet-Cookie": 1}, "loop\\r\\nSet-Cookie: Extra inputs are not permitted."),
        ({"key": "C" * 300}, "key: "),
        ({"emotion": "z" * 300}, f"emotion: '{'z' * 99}… is not an emotion."),
        ({"prompt": "p" * 3000}, f'prompt: String should have at most 2000 characters. Got the text "{"p" * 100}…".'),
    ],
)
def test_a_refusal_names_the_field_what_was_got_and_what_is_wanted(fields: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValidationError) as caught:
        GenerateBody.model_validate({"prompt": "x", **fields})
    said = refusal_sentence(caught.value)
    assert said.startswith(sentence)
    assert len(said) < 1000


def test_a_chord_that_is_none_is_shown_and_cut() -> None:
    with pytest.raises(BadField, match=f"^chords: '{'y' * 99}… is not a chord"):
        GenerateBody.model_validate({"prompt": "x", "chords": "y" * 300})
