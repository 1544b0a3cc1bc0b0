"""The answer of /info."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from aural_client.answered import Answered


class Info(Answered):
    """What the service is, has and takes."""

    name: str = Field(description="aural-architect.")
    version: str = Field(description="Version of the service.")
    model_set: str = Field(description="builtin or pretrained.")
    limits: dict[str, float] = Field(description="Limits of requests, units in the names.")
    output: dict[str, float] = Field(description="Format of the WAV answers, units in the names.")
    vocabularies: dict[str, list[str]] = Field(description="All emotions, styles, keys, metres and endings.")
    models: dict[str, dict[str, Any]] = Field(description="Per runner: model, revision, licence, device, precision.")
