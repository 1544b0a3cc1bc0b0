"""The client's models are the service's."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel

from aural.flow.analysis import Analysis as Answered
from aural.flow.audio_features import AudioFeatures as ServedFeatures
from aural.gateway.openapi import InfoAnswer
from aural_client import Analysis, AudioFeatures, Info


def shape(schema: Any) -> Any:
    """A JSON schema, without what says nothing of the data's shape."""
    if isinstance(schema, dict):
        silent = ("description", "additionalProperties", "minimum", "maximum")
        kept = {name: shape(value) for name, value in schema.items() if name not in silent or not _about(name, schema)}
        return {name: value for name, value in kept.items() if value is not None}
    return [shape(value) for value in schema] if isinstance(schema, list) else schema


def _about(name: str, schema: dict[str, Any]) -> bool:
    """Whether it says that more fields are allowed, and not what a dict holds."""
    return name != "additionalProperties" or not isinstance(schema[name], dict)


@pytest.mark.parametrize(
    ("ours", "service"), [(Analysis, Answered), (AudioFeatures, ServedFeatures), (Info, InfoAnswer)]
)
def test_a_model_has_the_services_fields(ours: type[BaseModel], service: type[BaseModel]) -> None:
    mine, its = shape(ours.model_json_schema()), shape(service.model_json_schema())
    assert mine["properties"] == its["properties"]
    assert set(mine["required"]) == set(its["required"])
    assert mine.get("$defs") == its.get("$defs")


def test_what_a_newer_service_adds_is_kept() -> None:
    told: dict[str, Any] = {name: {} for name in ("limits", "output", "vocabularies", "models")}
    info = Info.model_validate({"name": "aural", "version": "9", "model_set": "builtin", **told, "mood": "good"})
    assert info.model_dump()["mood"] == "good"
