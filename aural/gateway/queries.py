"""Queries: what may stand behind the ? of an address, as pydantic models with every field described."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Shape = Literal["analysis", "audio-features"]


class AnalyzeQuery(BaseModel):
    """Query of POST /analyze."""

    model_config = ConfigDict(extra="forbid", strict=True)

    shape: Shape = Field(
        "analysis",
        description="`analysis`: all that was heard. `audio-features`: the part of it that Spotify's audio features"
        " have, under their names.",
    )
