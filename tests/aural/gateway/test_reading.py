"""Bodies as they arrive: forms and JSON, their limits, and sentences for what is wrong."""

from __future__ import annotations

import asyncio
import json
import re
from typing import Any

import pytest
from starlette.requests import Request
from starlette.types import Message

from aural.errors import AuralError, BadField
from aural.gateway.bodies import ComposeBody, GenerateBody
from aural.gateway.queries import AnalyzeQuery
from aural.gateway.reading import read_body, read_query

BOUNDARY = "x-boundary"


def form(*fields: tuple[str, str | bytes]) -> bytes:
    """A file where the value is bytes."""
    parts = []
    for name, value in fields:
        named = '; filename="a.wav"' if isinstance(value, bytes) else ""
        data = value if isinstance(value, bytes) else value.encode()
        head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{named}\r\n\r\n'
        parts.append(head.encode() + data + b"\r\n")
    return b"".join([*parts, f"--{BOUNDARY}--\r\n".encode()])


def read(kind: type[Any], body: bytes) -> Any:
    content_type = b"application/json" if kind is GenerateBody else f"multipart/form-data; boundary={BOUNDARY}".encode()

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    scope = {"type": "http", "method": "POST", "path": "/", "headers": [(b"content-type", content_type)]}
    return asyncio.run(read_body(kind, Request(scope, receive)))


def test_a_form_becomes_typed_fields() -> None:
    body = read(
        ComposeBody, form(("file", b"RIFF"), ("duration", "12.5"), ("loop", "True"), ("energy_curve", "[0, 1]"))
    )
    assert (body.file, body.duration, body.loop, body.energy_curve) == (b"RIFF", 12.5, True, [0, 1])


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ((("file", "http://example.org/a.wav"),), "file: is text"),
        ((("file", b"a"), ("file", b"b")), "cannot be read"),
        ((("file", b"a"), ("seed", "1"), ("seed", "2")), "seed: given twice"),
        ((("cover", b"a"),), "cover: is a file"),
        ((("mode", "x" * 70_000),), "cannot be read"),
        (tuple((f"f{n}", "1") for n in range(33)), "cannot be read"),
        ((("seed", "1"),), "file: "),
    ],
)
def test_what_is_wrong_with_a_form_is_said(fields: tuple[tuple[str, str | bytes], ...], said: str) -> None:
    with pytest.raises(BadField, match=said):
        read(ComposeBody, form(*fields))


def test_a_field_of_sixty_kilobytes_passes_the_reader() -> None:
    with pytest.raises(BadField, match="mode: "):
        read(ComposeBody, form(("file", b"a"), ("mode", "x" * 60_000)))
    with pytest.raises(BadField, match="f0: "):
        read(ComposeBody, form(*((f"f{n}", "1") for n in range(32))))


@pytest.mark.parametrize("body", [b"[]", b"{", b"\xff", b"[" * 100_000, b'"text"'])
def test_what_is_no_json_object_is_a_bad_field(body: bytes) -> None:
    with pytest.raises(BadField):
        read(GenerateBody, body)


def test_every_wrong_field_is_named_up_to_five() -> None:
    wrong = {"prompt": "", "bpm": 1, "duration": 500, "seed": -1, "top_k": -3, "guidance": 99}
    with pytest.raises(BadField) as caught:
        read(GenerateBody, json.dumps(wrong).encode())
    assert sum(f"{name}: " in caught.value.sentence for name in wrong) == 5
    assert caught.value.sentence.endswith(".")


def test_errors_are_ours() -> None:
    assert issubclass(BadField, AuralError)


def query(text: str) -> AnalyzeQuery:
    scope = {"type": "http", "method": "POST", "path": "/analyze", "query_string": text.encode(), "headers": []}
    return read_query(AnalyzeQuery, Request(scope))


def test_a_query_says_the_shape_of_the_answer() -> None:
    assert (query("").shape, query("shape=analysis").shape) == ("analysis", "analysis")
    assert query("shape=audio-features").shape == "audio-features"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("shape=spotify", "shape: Input should be 'analysis' or 'audio-features'."),
        ("shape=", "shape: Input should be 'analysis' or 'audio-features'."),
        ("shape=analysis&shape=audio-features", "shape: given twice."),
        ("shpae=audio-features", "shpae: Extra inputs are not permitted."),
    ],
)
def test_a_query_that_is_none_is_said(text: str, said: str) -> None:
    with pytest.raises(BadField, match="^" + re.escape(said)):
        query(text)
