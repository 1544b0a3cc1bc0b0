"""What a body says of several takes of one request: how many are made, and whether all of them are answered."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import BaseModel, Field, model_validator

from aural.finishing.choose import MOST_CANDIDATES

TakesAnswered = Literal["best", "all"]


class CandidateFields(BaseModel):
    """The controls of candidates."""

    candidates: int = Field(
        1,
        ge=1,
        le=MOST_CANDIDATES,
        description="Takes to make, each with a seed of its own drawn from `seed`; the one nearest to the request in"
        " tempo, key, likeness to the prompt and soundness is the answer.",
        examples=[4],
    )
    takes: TakesAnswered = Field(
        "best",
        description="`best`: that one is the answer. `all`: a ZIP with every candidate as a WAV, best first, and"
        " facts.json with their seeds and scores; stems and notes are not in it. `all` goes with `candidates` of 2 or"
        " more and an `Accept` that allows application/zip. Not with `stream`.",
    )

    @model_validator(mode="after")
    def _several_takes(self) -> Self:
        if self.takes == "all" and self.candidates == 1:
            raise ValueError(
                f"takes: 'all' needs several candidates, and one is made. Send candidates, 2 to {MOST_CANDIDATES}, with"
                " it, or leave takes out."
            )
        return self
