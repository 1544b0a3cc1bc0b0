"""Controls: what is taken, what is refused, and in which words."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from aural.gateway.bodies import ComposeBody, GenerateBody
from aural.types import PostprocessOptions


def refusal(kind: type[BaseModel], **fields: Any) -> str:
    with pytest.raises(ValidationError) as caught:
        kind.model_validate(fields)
    return caught.value.errors()[0]["msg"]


def test_controls_become_a_request_and_what_finishing_needs() -> None:
    body = GenerateBody.model_validate(
        {"prompt": "rain", "bpm": 120, "loop": True, "bars": 8, "candidates": 4, "loudness": -16}
    )
    request = body.to_request(7)
    assert (request.loop, request.bars, request.bpm) == (True, 8, 120)
    assert body.postprocess == PostprocessOptions(candidates=4, loudness_lufs=-16)
    everything = GenerateBody.model_validate({"prompt": "rain", "candidates": 4, "takes": "all"})
    assert everything.postprocess == PostprocessOptions(candidates=4, keeps_all=True)
    plain = GenerateBody.model_validate({"prompt": "rain"})
    assert (plain.to_request(7).loop, plain.postprocess) == (False, PostprocessOptions())


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"bars": 4}, "bars: makes a loop only. Send loop: true with it"),
        ({"bars": 4, "loop": True, "duration": 10}, "bars: says how long the body is, and so does duration"),
        ({"bars": 0, "loop": True}, "greater than or equal to 1"),
        ({"bars": 65, "loop": True}, "less than or equal to 64"),
        ({"candidates": 9}, "less than or equal to 8"),
        ({"candidates": 0}, "greater than or equal to 1"),
        ({"loudness": -5}, "less than or equal to -8"),
        ({"loudness": -41}, "greater than or equal to -40"),
        ({"metre": "7/8"}, "'3/4', '4/4', '5/4', '6/8' or '12/8'"),
        ({"ending": "stop"}, "'cut', 'ring' or 'fade'"),
        ({"ending": "fade", "loop": True}, "ending: a loop has none, its end leads into its start. Leave ending out"),
        ({"tail": 0}, "valid boolean"),
        ({"rate": 22_050}, "32000, 44100 or 48000"),
        ({"rate": 48_000.5}, "32000, 44100 or 48000"),
        ({"rate": "48000"}, "32000, 44100 or 48000"),
        ({"bit_depth": 32}, "16, 24 or '32f'"),
        ({"bit_depth": True}, "16, 24 or '32f'"),
        ({"chords": " "}, "Is blank"),
        ({"chords": "Am " * 167}, "at most 500 characters"),
        ({"negative_prompt": ""}, "at least 1 character"),
        ({"negative_prompt": "x" * 501}, "at most 500 characters"),
        ({"takes": "all"}, "takes: 'all' needs several candidates, and one is made. Send candidates, 2 to 8"),
        ({"takes": "some", "candidates": 2}, "'best' or 'all'"),
        ({"takes": "all", "candidates": 2, "stream": True}, "loop, candidates and loudness need the whole"),
        ({"loop": True, "stream": True}, "stream: sends music before all of it is there"),
        ({"candidates": 2, "stream": True}, "loop, candidates and loudness need the whole"),
        ({"loudness": -14, "stream": True}, "loop, candidates and loudness need the whole"),
    ],
)
def test_what_does_not_go_together_or_too_far_is_said(fields: dict[str, Any], sentence: str) -> None:
    assert sentence in refusal(GenerateBody, prompt="rain", **fields)


@pytest.mark.parametrize(
    "fields",
    [{"stream": 0}, {"stream": "yes"}, {"loop": 1}, {"duration": True}, {"seed": True}, {"seed": 1.0}, {"bpm": "120"}],
)
def test_a_value_of_another_type_is_not_taken_for_one(fields: dict[str, Any]) -> None:
    assert "valid" in refusal(GenerateBody, prompt="rain", **fields)


@pytest.mark.parametrize("kind", [GenerateBody, ComposeBody])
def test_what_the_composer_is_told_and_what_the_answer_alone_needs(kind: type[GenerateBody | ComposeBody]) -> None:
    said = {"metre": "6/8", "chords": " Dm7 | G7 ", "negative_prompt": " drums", "ending": "ring", "tail": False}
    needed = {"prompt": "rain"} if kind is GenerateBody else {"file": b"x"}
    body = kind.model_validate({**needed, **said})
    told = body.to_request(1) if isinstance(body, GenerateBody) else body.to_controls()
    assert (told.metre, told.chords, told.negative_prompt, told.ending) == ("6/8", "Dm7 | G7", "drums", "ring")
    assert (body.tail, kind.model_validate(needed).tail) == (False, True)
    assert not {"tail", "rate", "bit_depth"} & set(vars(told))


@pytest.mark.parametrize(("rate", "bit_depth"), [(None, None), (32_000, 16), (44_100, 24), (48_000, "32f")])
def test_rates_and_depths_that_are_taken(rate: int | None, bit_depth: int | str | None) -> None:
    body = GenerateBody.model_validate({"prompt": "rain", "rate": rate, "bit_depth": bit_depth})
    assert (body.rate, body.bit_depth) == (rate, bit_depth)


def test_modes_of_compose() -> None:
    assert ComposeBody.model_validate({"file": b"x"}).mode == "style"
    assert ComposeBody.model_validate({"file": b"x", "mode": "continue", "duration": 10}).mode == "continue"
    assert "'style' or 'continue'" in refusal(ComposeBody, file=b"x", mode="remix")
    assert "would not go on from the clip" in refusal(ComposeBody, file=b"x", mode="continue", loop=True)
    assert ComposeBody.model_validate({"file": b"x", "loop": True, "bars": 4}).to_controls().bars == 4
