"""An answer that comes in pieces, to its result."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Generic, Protocol, TypeVar

from aural_client.answered import read_as
from aural_client.error_answer import told_error
from aural_client.errors import AuralError, BrokenAnswer
from aural_client.events import Done, Event, EventLines, event_of
from aural_client.music import Music

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Reading(Protocol[T_co]):
    """Is fed an answer's body. `feed` says what it tells on its way, `result` what it was in the end."""

    def feed(self, data: bytes) -> list[Event]: ...

    def result(self) -> T_co: ...


class WholeBody(Generic[T]):
    """A plain answer, which tells nothing before its end."""

    def __init__(self, headers: Mapping[str, str], read: Callable[[Mapping[str, str], bytes], T]):
        self._headers = headers
        self._read = read
        self._body = bytearray()

    def feed(self, data: bytes) -> list[Event]:
        self._body += data
        return []

    def result(self) -> T:
        return self._read(self._headers, bytes(self._body))


class ToldMusic:
    """Music that is told of by events, the last of which has it."""

    def __init__(self, headers: Mapping[str, str]):
        self._request_id = headers.get("x-request-id")
        self._lines = EventLines()
        self._end: Music | AuralError | None = None

    def feed(self, data: bytes) -> list[Event]:
        events: list[Event] = []
        for name, told in self._lines.feed(data):
            if name == "done":
                done = read_as(Done, told, self._request_id)
                self._end = Music(done.file, done.media_type, done.headers)
            elif name == "error":
                self._end = self._error(told)
            elif (event := event_of(name, told)) is not None:
                events.append(event)
        return events

    def result(self) -> Music:
        if self._end is None:
            raise BrokenAnswer("The events ended before the music was there.", request_id=self._request_id)
        if isinstance(self._end, AuralError):
            raise self._end
        return self._end

    def _error(self, told: str) -> AuralError:
        try:
            return told_error(json.loads(told))
        except (ValueError, AttributeError):
            return BrokenAnswer("The last event is an error that cannot be read.", request_id=self._request_id)
