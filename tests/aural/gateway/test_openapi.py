"""The documentation is of what is served: every answer's own model, and examples that the service takes."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel

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
