"""Server-sent events: what a client of /generate and /compose is told while his request is worked on."""

from __future__ import annotations

import base64
from typing import Literal

from pydantic import BaseModel, Field
from starlette.responses import Response

KEEP_ALIVE = b": keep-alive\n\n"
NO_FACTS = ("content-type", "content-length")
"""Headers of a plain answer that say nothing about its music."""

Stage = Literal["listening", "composing", "finishing"]


class QueuedEvent(BaseModel):
    """Data of the event `queued`: sent once, and again whenever it changes."""

    ahead: int = Field(ge=0, description="Requests that must end before the composer begins with this one.")


class ProgressEvent(BaseModel):
    """Data of the event `progress`: at most five a second."""

    stage: Stage = Field(description="What is being done.")
    done: float = Field(ge=0, le=1, description="Of the whole request; it never falls.")
    step: int | None = Field(description="The composer's step; null where it counts none.")
    of: int | None = Field(description="How many steps there are.")
    seconds_left: float | None = Field(description="Until the music is composed; null where nothing can be said.")


class AudioEvent(BaseModel):
    """Data of the event `audio`: music as it is made, with `stream` alone."""

    start: int = Field(description="Place of its first sample in all of the music.")
    rate: int = Field(description="Samples a second.")
    channels: int = Field(description="Two.")
    pcm: str = Field(description="Base64 of 16-bit little-endian samples, both channels in turn.")


class TakeEvent(BaseModel):
    """Data of the event `take`: one of several candidates is finished."""

    index: int = Field(description="Which it is, from 0 on.")
    of: int = Field(description="How many there are.")
    seed: int = Field(description="Its own seed.")
    score: float | None = Field(description="Likeness to the prompt, -1 to 1; null where no CLAP hears it.")


class DoneEvent(BaseModel):
    """Data of the event `done`, the last one: the plain answer."""

    headers: dict[str, str] = Field(description="Its headers, X-Aural-Seed and all others, in small letters.")
    media_type: str = Field(description="Of the file.")
    file: str = Field(description="Base64 of the file.")


EVENTS: dict[str, type[BaseModel]] = {
    "queued": QueuedEvent,
    "progress": ProgressEvent,
    "audio": AudioEvent,
    "take": TakeEvent,
    "done": DoneEvent,
}
"""All but `heard`, whose data is the answer of /analyze, and `error`, whose data is that of an error answer."""


def event(name: str, data: bytes) -> bytes:
    """As it goes out. `data`: JSON in one line."""
    return b"event: %s\ndata: %s\n\n" % (name.encode(), data)


def event_of(model: BaseModel) -> bytes:
    """An event of one of the kinds above."""
    name = next(name for name, kind in EVENTS.items() if isinstance(model, kind))
    return event(name, model.model_dump_json().encode())


def last_event(answer: Response) -> bytes:
    """`done` with what the plain answer would be, or `error` where that is an error."""
    body = bytes(answer.body)
    if answer.status_code >= 400:
        return event("error", body)
    headers = {name: value for name, value in answer.headers.items() if name not in NO_FACTS}
    assert answer.media_type is not None, "music has a media type"
    file = base64.b64encode(body).decode()
    return event_of(DoneEvent(headers=headers, media_type=answer.media_type, file=file))
