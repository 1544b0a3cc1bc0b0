"""What the headers of an answer tell of its music."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias

from pydantic import Field, TypeAdapter, ValidationError

from aural_client.answered import Answered
from aural_client.errors import BrokenAnswer

UNKNOWN = "unknown"
NOTHING = "nothing"


class Score(Answered):
    """One of several candidates, and how near it came to what was asked."""

    seed: int = Field(description="Its own seed: asked for alone, `generate` makes this take again.")
    bpm: float | None = Field(description="Tempo that is heard in it.")
    key: str | None = Field(description="Key that is heard in it.")
    off: tuple[str, ...] = Field(description="What is not as asked.")
    likeness: float | None = Field(description="To the prompt, -1 to 1; None where no CLAP hears it.")
    cost: float = Field(description="The least wins.")


_SCORES = TypeAdapter(tuple[Score, ...])
_Fact: TypeAlias = Literal["seed", "loop-end", "bars", "model"]


class MusicFacts:
    """`headers`: all of the answer's, by their names in small letters. A fact that an answer must have and has not
    raises BrokenAnswer when it is asked for."""

    def __init__(self, headers: Mapping[str, str]):
        self.headers = {name.lower(): value for name, value in headers.items()}

    @property
    def request_id(self) -> str | None:
        """What the service's log knows the request by."""
        return self.headers.get("x-request-id")

    @property
    def seed(self) -> int:
        """The seed that gives the same music again."""
        return self._whole_number("seed")

    @property
    def loop_end(self) -> int:
        """Where the body ends, in samples: a loop's end, and where the tail begins."""
        return self._whole_number("loop-end")

    @property
    def bars(self) -> int:
        """Bars of the body; 0 where it was not asked to be a loop."""
        return self._whole_number("bars")

    @property
    def model(self) -> str:
        """The model that composed."""
        return self._fact("model")

    @property
    def bpm(self) -> float | None:
        """Tempo; None where it is not known."""
        bpm = self._known("bpm")
        try:
            return None if bpm is None else float(bpm)
        except ValueError as cause:
            raise self._broken(f"X-Aural-Bpm is {bpm!r}.") from cause

    @property
    def key(self) -> str | None:
        """Key, like 'A minor'; None where it is not known."""
        return self._known("key")

    @property
    def metre(self) -> str | None:
        """Metre, like '3/4'; None where it is not known."""
        return self._known("metre")

    @property
    def heard(self) -> str | None:
        """What of the prompt was used, '; ' between two; None where nothing tells."""
        return self.headers.get("x-aural-heard")

    @property
    def off(self) -> tuple[str, ...] | None:
        """What was measured and is not as asked (bpm, key, bars, loudness, silence; unchecked); empty where all is;
        None where the music was not measured."""
        off = self.headers.get("x-aural-off")
        if off is None:
            return None
        return () if off == NOTHING else tuple(off.split(", "))

    @property
    def scores(self) -> tuple[Score, ...]:
        """All candidates, in their order; empty where there was one."""
        try:
            return _SCORES.validate_json(self.headers.get("x-aural-scores", "[]"))
        except ValidationError as cause:
            raise self._broken(f"X-Aural-Scores cannot be read: {cause}") from cause

    def _known(self, name: str) -> str | None:
        value = self.headers.get(f"x-aural-{name}", UNKNOWN)
        return None if value == UNKNOWN else value

    def _fact(self, name: _Fact) -> str:
        value = self.headers.get(f"x-aural-{name}")
        if value is None:
            raise self._broken(f"There is no X-Aural-{name.title()}.")
        return value

    def _whole_number(self, name: _Fact) -> int:
        value = self._fact(name)
        try:
            return int(value)
        except ValueError as cause:
            raise self._broken(f"X-Aural-{name.title()} is {value!r}.") from cause

    def _broken(self, what: str) -> BrokenAnswer:
        return BrokenAnswer(f"The answer's headers are not the service's. {what}", request_id=self.request_id)
