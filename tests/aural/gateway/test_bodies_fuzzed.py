"""Bodies that nobody would write: what comes out is a body or an AuralError that can be sent, and nothing else.

A longer run, led by the branches that it takes: `make fuzz`.
"""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.requests import Request
from starlette.types import Message

from aural.errors import AuralError
from aural.gateway.answers import error_answer
from aural.gateway.bodies import AnalyzeBody, ComposeBody, GenerateBody
from aural.gateway.queries import AnalyzeQuery
from aural.gateway.reading import read_body, read_query

Body = type[AnalyzeBody | GenerateBody | ComposeBody]
NAMES = st.sampled_from([*GenerateBody.model_fields, *ComposeBody.model_fields]) | st.text(max_size=8)
ANY_TEXT = st.text(st.characters(), max_size=40)  # half characters too
ODD_NUMBERS = st.sampled_from(["1e999", "-0.0", "1e308", "9" * 5000, "0x1", "1_0", "NaN", "-Infinity", "08", " 8 "])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | ANY_TEXT | st.integers(min_value=10**400),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(ANY_TEXT, inner, max_size=3),
    max_leaves=8,
)
EXAMPLES = settings(max_examples=150, deadline=None, derandomize=True, database=None)


def outcome(kind: Body, content_type: bytes, body: bytes) -> Any:
    """The body, or the error's sentence. Whatever else is raised fails the test."""

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    scope = {"type": "http", "method": "POST", "path": "/", "headers": [(b"content-type", content_type)]}
    try:
        return asyncio.run(read_body(kind, Request(scope, receive)))
    except AuralError as error:
        refusal = error
    assert 400 <= refusal.status < 500
    assert 0 < len(refusal.sentence) < 2000
    error_answer(refusal, "id")  # it can be written as JSON, in UTF-8
    return refusal.sentence


@EXAMPLES
@given(st.dictionaries(NAMES, VALUES, max_size=5))
def test_fields_of_any_kind(fields: dict[str, Any]) -> None:
    body = outcome(GenerateBody, b"application/json", json.dumps(fields).encode())
    if isinstance(body, GenerateBody):
        assert body.to_request(1).prompt


@EXAMPLES
@given(NAMES, ODD_NUMBERS)
def test_numbers_that_are_odd(name: str, number: str) -> None:
    named = json.dumps(name)
    outcome(GenerateBody, b"application/json", f'{{"prompt": "x", {named}: {number}}}'.encode())


@EXAMPLES
@given(st.binary(max_size=200), st.sampled_from([b"application/json", b"application/json; charset=x"]))
def test_bytes_as_json(data: bytes, content_type: bytes) -> None:
    outcome(GenerateBody, content_type, data)


@EXAMPLES
@given(st.binary(max_size=60))
def test_any_content_type(content_type: bytes) -> None:
    assert isinstance(outcome(GenerateBody, content_type, b"{}"), str)
    assert isinstance(outcome(ComposeBody, content_type, b"{}"), str)


PART_NAMES = st.sampled_from([*ComposeBody.model_fields, "x", "file; filename=a", 'file"; filename="a', "ü"])


@EXAMPLES
@given(
    st.lists(st.tuples(PART_NAMES, st.binary(max_size=30) | ODD_NUMBERS.map(str.encode), st.booleans()), max_size=4),
    st.sampled_from([b"--b--\r\n", b"", b"--b", b"\r\n--b--"]),
)
@pytest.mark.parametrize("kind", [AnalyzeBody, ComposeBody])
def test_forms_of_any_parts(kind: Body, parts: list[tuple[str, bytes, bool]], end: bytes) -> None:
    body = b"".join(
        b'--b\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\n%s\r\n'
        % (name.encode(), b'; filename="a"' if is_file else b"", data)
        for name, data, is_file in parts
    )
    outcome(kind, b"multipart/form-data; boundary=b", body + end)


@EXAMPLES
@given(st.binary(max_size=200), st.sampled_from([b"b", b"", b'"', b"b" * 100, b"\xff", b"b; charset=utf-99"]))
def test_bytes_as_a_form(data: bytes, boundary: bytes) -> None:
    content_type = b"multipart/form-data; boundary=" + boundary
    outcome(ComposeBody, content_type, b"--b\r\n" + data)
    outcome(AnalyzeBody, content_type, data)


@EXAMPLES
@given(st.binary(max_size=60))
def test_any_query(query: bytes) -> None:
    scope = {"type": "http", "method": "POST", "path": "/analyze", "query_string": query, "headers": []}
    try:
        read_query(AnalyzeQuery, Request(scope))
    except AuralError as error:
        error_answer(error, "id")
