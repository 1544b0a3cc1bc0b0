"""`python -m bench.composer`: when a prompt counts as obeyed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from aural.theory.metre import METRES
from aural.wording.emotion import EMOTIONS
from aural.wording.style import STYLES
from bench.composer.obeying import Outcome, faults
from bench.composer.prompts import PROMPTS, Wish
from models.sketch.midi import PROGRAMS

PLAIN = Outcome("jazz", "calm", 100.0, "major", "4/4", ("piano", "upright_bass"), 400.0)
WITHOUT_DRUMS = replace(PLAIN, drum_strength=0.0)


@pytest.mark.parametrize(
    ("wish", "obeyed", "not_obeyed"),
    [
        (Wish(styles=("jazz", "blues")), {}, {"style": "rock"}),
        (Wish(emotions=("calm",)), {}, {"emotion": "sad"}),
        (Wish(not_emotions=("sad",)), {}, {"emotion": "sad"}),
        (Wish(bpm=(100, 100)), {}, {"bpm": 101.0}),
        (Wish(mode="major"), {}, {"mode": "minor"}),
        (Wish(metre="3/4"), {"metre": "3/4"}, {}),
        (Wish(some_of=("harp", "piano")), {}, {"voices": ("upright_bass",)}),
        (Wish(none_of=("harp",)), {}, {"voices": ("harp", "piano")}),
        (Wish(only=("piano",)), {"voices": ("piano",), "drum_strength": 0.0}, {"voices": ("piano",)}),
        (Wish(only=("piano",)), {"voices": ("piano",), "drum_strength": 0.0}, {"voices": (), "drum_strength": 0.0}),
        (Wish(drums="none"), {"drum_strength": 0.0}, {}),
        (Wish(drums="alone"), {"voices": ()}, {}),
        (Wish(drums="alone"), {"voices": ()}, {"voices": (), "drum_strength": 0.0}),
        (Wish(drums="less"), {"drum_strength": 399.0}, {}),
    ],
)
def test_a_wish_is_held_by_what_it_names(wish: Wish, obeyed: dict[str, Any], not_obeyed: dict[str, Any]) -> None:
    assert faults(wish, replace(PLAIN, **obeyed), PLAIN) == []
    assert len(faults(wish, replace(PLAIN, **not_obeyed), PLAIN)) == 1


def test_each_fault_is_told() -> None:
    told = faults(Wish(styles=("rock",), drums="none", some_of=("harp",), metre="6/8"), PLAIN, PLAIN)
    assert told == ["style jazz", "4/4", "no harp", "drums are not none"]
    assert faults(Wish(), WITHOUT_DRUMS, PLAIN) == []


def test_prompts_wish_for_what_there_is() -> None:
    """A name that nothing has could never be obeyed."""
    assert len(PROMPTS) == 62
    for prompt, wish in PROMPTS.items():
        assert set(wish.styles) <= set(STYLES), prompt
        assert {*wish.emotions, *wish.not_emotions} <= set(EMOTIONS), prompt
        assert {*wish.only, *wish.some_of, *wish.none_of} <= set(PROGRAMS), prompt
        assert wish.metre is None or wish.metre in METRES, prompt
        assert wish != Wish(), prompt
