"""The documentation is of what is served: every answer's own model, and examples that the service takes."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from pydantic import BaseModel, ValidationError

from aural.errors import AuralError
from aural.flow.analysis import Analysis
from aural.flow.audio_features import AudioFeatures
from aural.gateway.bodies import ComposeBody, GenerateBody
from aural.gateway.events import EVENTS
from aural.gateway.openapi import openapi

DOCUMENT = openapi()
SCHEMAS = DOCUMENT["components"]["schemas"]


@pytest.mark.parametrize(("place", "model"), [(0, Analysis), (1, AudioFeatures)])
def test_each_answer_of_analyze_is_documented_field_by_field(place: int, model: type[BaseModel]) -> None:
    def fields(schema: dict[str, Any]) -> dict[str, Any]:
        name = schema.get("$ref", "").rsplit("/", 1)[-1]
        told = SCHEMAS[name]["properties"] if name else {}
        return {field: fields(inner) for field, inner in told.items()}

    answer = DOCUMENT["paths"]["/analyze"]["post"]["responses"]["200"]["content"]["application/json"]["schema"]
    assert len(answer["oneOf"]) == 2
    documented = fields(answer["oneOf"][place])
    assert list(documented) == list(model.model_fields)
    if model is Analysis:
        assert "prompts" in documented["details"]


def test_the_shapes_of_analyze_are_told() -> None:
    (shape,) = DOCUMENT["paths"]["/analyze"]["post"]["parameters"]
    assert (shape["name"], shape["in"], shape["schema"]["default"]) == ("shape", "query", "analysis")
    assert shape["schema"]["enum"] == ["analysis", "audio-features"]
    assert "required" not in shape


@pytest.mark.parametrize(
    "example", DOCUMENT["paths"]["/generate"]["post"]["requestBody"]["content"]["application/json"]["examples"].values()
)
def test_every_example_of_generate_is_taken(example: dict[str, Any]) -> None:
    assert GenerateBody.model_validate(example["value"])


@pytest.mark.parametrize("call", ["/generate", "/compose"])
def test_events_are_documented_with_an_example_that_is_one(call: str) -> None:
    told = DOCUMENT["paths"][call]["post"]["responses"]["200"]["content"]["text/event-stream"]
    for part in told["example"].split("\n\n")[:-1]:
        name, data = part.split("\n")
        EVENTS[name.removeprefix("event: ")].model_validate_json(data.removeprefix("data: "))
    for name, kind in EVENTS.items():
        assert f"`{name}`" in told["schema"]["description"]
        assert kind.__name__ in told["schema"]["description"]
        assert kind.__name__ in SCHEMAS


def every(kind: type[AuralError]) -> list[type[AuralError]]:
    return [kind, *(below for child in kind.__subclasses__() for below in every(child))]


@pytest.mark.parametrize("call", ["/analyze", "/generate", "/compose"])
def test_every_refusal_that_a_call_may_meet_is_documented(call: str) -> None:
    told = set(DOCUMENT["paths"][call]["post"]["responses"])
    elsewhere = {"404", "405"}  # of another path, or another verb
    assert told == {"200", *(str(kind.status) for kind in every(AuralError))} - elsewhere


@pytest.mark.parametrize("body", [GenerateBody, ComposeBody])
def test_the_fields_own_examples_go_together(body: type[GenerateBody | ComposeBody]) -> None:
    """A page's form is filled with them."""
    told = SCHEMAS[body.__name__]["properties"]
    filled = {name: field["examples"][0] for name, field in told.items() if "examples" in field}
    defaults = {name: field["default"] for name, field in told.items() if field.get("default") is not None}
    required = {"file": b"RIFF"} if body is ComposeBody else {}
    assert body.model_validate({**defaults, **filled, **required})


@pytest.mark.parametrize(
    ("said", "goes"),
    [
        ({"bars": 4}, False),
        ({"bars": 4, "loop": False}, False),
        ({"bars": 4, "loop": True}, True),
        ({"bars": None, "duration": 10}, True),
        ({"bars": 4, "loop": True, "duration": 10}, False),
        ({"loop": True, "ending": "fade"}, False),
        ({"loop": True, "ending": None}, True),
        ({"loop": False, "ending": "fade"}, True),
        ({"takes": "all"}, False),
        ({"takes": "all", "candidates": 1}, False),
        ({"takes": "all", "candidates": 2}, True),
        ({"stream": True}, True),
        ({"stream": True, "loop": True}, False),
        ({"stream": True, "candidates": 2}, False),
        ({"stream": True, "candidates": 2, "takes": "all"}, False),
        ({"stream": True, "loudness": -14}, False),
        ({"stream": True, "loudness": None, "candidates": 1, "takes": "best", "loop": False}, True),
        ({"mode": "continue", "loop": True}, False),
        ({"mode": "continue", "loop": False}, True),
        ({"mode": "style", "loop": True}, True),
        ({"emotion": "calm", "style_id": "lofi"}, True),
        ({"emotion": "hangry"}, False),
        ({"style_id": "polka"}, False),
        ({"negative_prompt": " "}, False),
    ],
)
def test_the_document_says_what_goes_together_as_the_bodies_do(said: dict[str, Any], goes: bool) -> None:
    body = ComposeBody if "mode" in said else GenerateBody
    schema = {"$ref": f"#/components/schemas/{body.__name__}", "components": DOCUMENT["components"]}
    needed = {"file": "RIFF"} if body is ComposeBody else {"prompt": "rain"}
    assert Draft202012Validator(schema).is_valid({**needed, **said}) == goes
    read = {**needed, **said, **({"file": b"RIFF"} if body is ComposeBody else {})}
    with contextlib.nullcontext() if goes else pytest.raises(ValidationError):
        body.model_validate(read)


def test_a_forms_fields_are_written_as_json_where_they_are_no_text() -> None:
    told = DOCUMENT["paths"]["/compose"]["post"]["requestBody"]["content"]["multipart/form-data"]["encoding"]
    assert {"energy_curve", "loop", "duration", "rate", "bit_depth"} <= set(told)
    assert not {"file", "chords", "negative_prompt", "metre", "mode", "style_id", "emotion"} & set(told)
