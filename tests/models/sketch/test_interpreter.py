"""The style of those who play alone: where they are at home, and jazz for who is classical but has a rhythm section."""

from __future__ import annotations

import pytest

from models.sketch.prompt.interpreter import PromptInterpreter
from tests.models.sketch.asking import decided


@pytest.mark.parametrize(
    ("prompt", "style_id"),
    [
        ("only electric guitar and drums", "rock"),
        ("just a synth bass and drums", "electronic"),
        ("only banjo and drums", "country"),
        ("only sitar and tabla", "world"),
        ("solo flute", "classical"),
        ("violin and upright bass only", "classical"),
        ("only violin and drums", "jazz"),
        ("only cello and drums", "jazz"),
        ("only upright bass", "jazz"),
    ],
)
def test_who_plays_alone_is_at_home(interpreter: PromptInterpreter, prompt: str, style_id: str) -> None:
    assert decided(interpreter, prompt).style_id == style_id
