"""All takes of a request, as the ZIP of `takes="all"` has them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from pydantic import Field

from aural_client.answered import Answered
from aural_client.music_facts import Score


class TakeTold(Answered):
    """What the ZIP's facts.json tells of a take."""

    file: str = Field(description="Its path in the ZIP.")
    candidate: int = Field(description="Its place among the candidates, from 1 on.")
    score: Score = Field(description="How near it came to what was asked, and its own seed.")
    facts: dict[str, Any] = Field(description="The facts in the file itself.")


class TakesTold(Answered):
    """The ZIP's facts.json."""

    seed: int = Field(description="The request's.")
    asked: int = Field(description="Candidates that were to be made.")
    best: str = Field(description="Path of the best take.")
    takes: tuple[TakeTold, ...] = Field(description="All of them, best first.")


@dataclass(frozen=True)
class TakeFile:
    """One of several takes. `name`: of its file. `candidate`: its place among them, from 1 on. `facts`: those in the
    file. `wav`: the file."""

    name: str
    candidate: int
    score: Score
    facts: dict[str, Any]
    wav: bytes = field(repr=False)
