"""Bodies as they arrive: forms and JSON, their limits, and sentences for what is wrong."""

from __future__ import annotations

import asyncio
import json
import re
from typing import Any

import pytest
from starlette.requests import Request
from starlette.types import Message

from aural.errors import AuralError, BadField, UnsupportedMediaType
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


JSON = b"application/json"
FORM = f"multipart/form-data; boundary={BOUNDARY}".encode()


def read(kind: type[Any], body: bytes, content_type: bytes | None = None) -> Any:
    content_type = content_type if content_type is not None else JSON if kind is GenerateBody else FORM

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
    ("name", "sent", "got"),
    [
        ("duration", "8", 8.0),
        ("duration", "8e0", 8.0),
        ("seed", "8.0", 8),
        ("loop", "true", True),
        ("energy_curve", "[0, 1]\n", [0.0, 1.0]),
        ("negative_prompt", "808", "808"),
        ("negative_prompt", '"drums"', "drums"),
        ("negative_prompt", "[drums]", "[drums]"),
        ("bit_depth", "24", 24),
        ("bit_depth", "32f", "32f"),
    ],
)
def test_a_form_field_is_what_its_field_takes(name: str, sent: str, got: Any) -> None:
    value = getattr(read(ComposeBody, form(("file", b"RIFF"), (name, sent))), name)
    assert (value, type(value)) == (got, type(got))


@pytest.mark.parametrize(
    ("name", "sent", "said"),
    [
        ("duration", " 8", 'duration: got the text " 8"; send a number.'),
        ("duration", '"8"', 'duration: got the text "8"; send a number.'),
        ("duration", "true", "duration: got true; send a number."),
        ("duration", "1_0", 'duration: got the text "1_0"; send a number.'),
        ("duration", "NaN", 'duration: got the text "NaN"; send a number.'),
        ("duration", "", 'duration: got the text ""; send a number.'),
        ("seed", "٣", 'seed: got the text "٣"; send an integer.'),
        ("loop", "1", "loop: got the number 1; send true or false."),
        ("loop", "TRUE", 'loop: got the text "TRUE"; send true or false.'),
        ("energy_curve", '["0", "1"]', 'energy_curve.0: got the text "0"; send a number.'),
    ],
)
def test_a_form_is_as_strict_as_json(name: str, sent: str, said: str) -> None:
    with pytest.raises(BadField, match="^" + re.escape(said)):
        read(ComposeBody, form(("file", b"RIFF"), (name, sent)))


@pytest.mark.parametrize(
    "said",
    [
        b"application/json",
        b"Application/JSON; charset=utf-8",
        b"application/json;charset=UTF-8",
        b"application/problem+json",
        b"application/vnd.api+json ; a=b",
    ],
)
def test_types_that_are_json(said: bytes) -> None:
    assert read(GenerateBody, b'{"prompt": "x"}', content_type=said).prompt == "x"


@pytest.mark.parametrize(
    "said",
    [
        *(b"", b"text/plain", b"application/x-www-form-urlencoded", FORM, b"application/jsonp", b"text/json"),
        *(
            b"application/xml",
            b"json",
            b"application/json/x",
            b"application/ json",
            b"application/+json",
            b"\xff" * 200,
        ),
    ],
)
def test_what_is_not_said_to_be_json_is_415_with_the_header_to_send(said: bytes) -> None:
    with pytest.raises(UnsupportedMediaType, match="Content-Type: application/json") as caught:
        read(GenerateBody, b'{"prompt": "x"}', content_type=said)
    assert len(caught.value.sentence) < 300


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
