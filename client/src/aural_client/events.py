"""What a call tells while its music is being made."""

from __future__ import annotations

from typing import Literal, TypeAlias

from pydantic import Base64Bytes, BaseModel, ConfigDict, Field

from aural_client.analysis import Analysis
from aural_client.answered import Answered, read_as

Stage: TypeAlias = Literal["listening", "composing", "finishing"]


class Queued(Answered):
    """Told first, and again whenever it changes."""

    ahead: int = Field(description="Requests that must end before the composer begins with this one.")


class Heard(BaseModel):
    """Told by compose, before it composes."""

    model_config = ConfigDict(frozen=True)

    analysis: Analysis = Field(description="What `analyze` would answer.")


class Progress(Answered):
    """Told five times a second at most."""

    stage: Stage | str = Field(description="What is being done: listening, composing or finishing.")
    done: float = Field(description="Of the whole request, 0 to 1; it never falls.")
    step: int | None = Field(description="The composer's step; None where it counts none.")
    of: int | None = Field(description="How many steps there are.")
    seconds_left: float | None = Field(description="Until the music is composed; None where nothing can be said.")


class TakeFinished(Answered):
    """Told of each of several candidates."""

    index: int = Field(description="Which it is, from 0 on.")
    of: int = Field(description="How many there are.")
    seed: int = Field(description="Its own seed.")
    score: float | None = Field(description="Likeness to the prompt, -1 to 1; None where no CLAP hears it.")


class Audio(Answered):
    """Music as it is made, told by `generate(stream=True)`."""

    start: int = Field(description="Place of its first sample in all of the music.")
    rate: int = Field(description="Samples a second.")
    channels: int = Field(description="Two.")
    pcm: Base64Bytes = Field(description="16-bit little-endian samples, both channels in turn.")


Event: TypeAlias = Queued | Heard | Progress | TakeFinished | Audio

_KINDS: dict[str, type[Queued | Progress | TakeFinished | Audio]] = {
    "queued": Queued,
    "progress": Progress,
    "take": TakeFinished,
    "audio": Audio,
}


class Done(Answered):
    """The last one: the plain answer."""

    headers: dict[str, str]
    media_type: str
    file: Base64Bytes


def event_of(name: str, data: str) -> Event | None:
    """None for a kind that a newer service may have. Raises BrokenAnswer for data that is not the kind's."""
    if name == "heard":
        return Heard(analysis=read_as(Analysis, data))
    kind = _KINDS.get(name)
    return None if kind is None else read_as(kind, data)


class EventLines:
    """Takes a text/event-stream apart, in whatever pieces it comes (WHATWG HTML, 9.2)."""

    def __init__(self) -> None:
        # Pieces of the line that is not whole yet: the last event brings a file of megabytes in one line, and bytes
        # that grew by every piece would be copied each time.
        self._pieces: list[bytes] = []
        self._name = ""
        self._data: list[str] = []

    def feed(self, data: bytes) -> list[tuple[str, str]]:
        """Name and data of each event that is whole now; comments (keep-alive) are passed over."""
        whole: list[tuple[str, str]] = []
        first, *more = data.split(b"\n")
        self._pieces.append(first)
        for piece in more:
            line = b"".join(self._pieces).removesuffix(b"\r").decode()
            self._pieces = [piece]
            if line:
                self._take(line)
            else:
                if self._data:
                    whole.append((self._name or "message", "\n".join(self._data)))
                self._name, self._data = "", []
        return whole

    def _take(self, line: str) -> None:
        field, _, value = line.partition(":")
        if field == "event":
            self._name = value.removeprefix(" ")
        elif field == "data":
            self._data.append(value.removeprefix(" "))
