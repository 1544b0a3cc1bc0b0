"""What a call asks for: all that its request is made of, and how its answer is read."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import httpx

from aural_client.clip import Clip, File
from aural_client.events import Event
from aural_client.formats import EVENTS
from aural_client.reading import Reading

T = TypeVar("T")


@dataclass(frozen=True)
class Sent:
    """A request's body, read and encoded: the same for every try."""

    method: str
    path: str
    headers: dict[str, str]
    content: bytes = b""


@dataclass(frozen=True)
class Order(Generic[T]):
    """`fields`: of the body, those that are left to the service left out. `media`: what is accepted. `reading` begins
    to read an answer that is no error, by its headers. `on_progress` is called with each event, `cancel` ends the call
    when it is set."""

    path: str
    media: str
    reading: Callable[[Mapping[str, str]], Reading[T]]
    method: str = "POST"
    fields: dict[str, Any] = field(default_factory=dict)
    file: File | None = None
    request_id: str | None = None
    on_progress: Callable[[Event], object] | None = None
    cancel: threading.Event | None = None

    def sent(self) -> Sent:
        """Reads the clip, where there is one. Raises as `Clip.read` does."""
        accept = self.media if self.on_progress is None else f"{EVENTS}, {self.media}"
        headers = {"accept": accept}
        if self.request_id is not None:
            headers["x-request-id"] = self.request_id
        if self.file is not None:
            clip = Clip.read(self.file)
            # As JSON each: a text that looks like a number stays a text.
            data = {name: json.dumps(value) for name, value in self.fields.items()}
            form = httpx.Request("POST", "http://form", data=data, files={"file": (clip.name, clip.data)})
            headers["content-type"] = form.headers["content-type"]
            return Sent(self.method, self.path, headers, form.read())
        if self.method == "GET":
            return Sent(self.method, self.path, headers)
        headers["content-type"] = "application/json"
        return Sent(self.method, self.path, headers, json.dumps(self.fields).encode())

    def tell(self, events: list[Event]) -> None:
        if self.on_progress is not None:
            for event in events:
                self.on_progress(event)
