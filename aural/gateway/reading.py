"""Bodies and queries in: read from JSON or multipart without touching the disk, and checked."""

from __future__ import annotations

import re
from typing import Any, Literal, TypeVar, get_args, get_origin

from pydantic import BaseModel, ValidationError
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from aural.errors import BadField, UnsupportedMediaType, shown
from aural.gateway.refusals import refusal_sentence
from aural.gateway.strict_json import NotJson, read_json
from aural.settings import MAX_UPLOAD_BYTES

MAX_FIELD_BYTES = 64 * 1024
MAX_FIELDS = 32
JSON_TYPE = re.compile(r"application/([^\s;/]+\+)?json", re.IGNORECASE)
SPACE = " \t\r\n"

Body = TypeVar("Body", bound=BaseModel)


async def read_body(kind: type[Body], request: Request) -> Body:
    """The request's body as `kind`. Raises BadField, UnsupportedMediaType, ClientDisconnect and what CountedBody does
    as it comes in."""
    try:
        if "file" in kind.model_fields:
            return kind.model_validate(await _form_fields(kind, request))
        return kind.model_validate(await _json_fields(request))
    except ValidationError as cause:
        raise BadField(refusal_sentence(cause)) from cause


def read_query(kind: type[Body], request: Request) -> Body:
    """The request's query as `kind`. Raises BadField."""
    fields = dict(request.query_params)
    for name in fields:
        if len(request.query_params.getlist(name)) > 1:
            raise BadField(f"{shown(name)}: given twice. Send it once.")
    try:
        return kind.model_validate(fields)
    except ValidationError as cause:
        raise BadField(refusal_sentence(cause)) from cause


async def _json_fields(request: Request) -> dict[str, Any]:
    _check_json_type(request.headers.get("content-type", ""))
    try:
        fields = read_json(await request.body() or b"{}")
    except NotJson as cause:
        raise BadField(str(cause)) from cause
    if not isinstance(fields, dict):
        raise BadField("The body must be a JSON object.")
    return fields


def _check_json_type(content_type: str) -> None:
    """A browser sends other types, and none at all, to any address without asking it first (CORS): pages of others
    could have music made here."""
    if not JSON_TYPE.fullmatch(content_type.partition(";")[0].strip()):
        said = f"says {shown(content_type)}" if content_type else "is missing"
        raise UnsupportedMediaType(
            f"The body must be JSON, and Content-Type {said}. Send the header 'Content-Type: application/json' (curl:"
            " -H 'Content-Type: application/json')."
        )


class _InMemoryParser(MultiPartParser):
    spool_max_size = MAX_UPLOAD_BYTES + 1  # never rolls over to a file on disk


async def _form_fields(kind: type[Body], request: Request) -> dict[str, Any]:
    if not request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        raise BadField("Send the clip as multipart/form-data, in the field 'file' (curl: -F file=@clip.wav).")
    parser = _InMemoryParser(
        request.headers, request.stream(), max_files=1, max_fields=MAX_FIELDS, max_part_size=MAX_FIELD_BYTES
    )
    try:
        return await _fields_of(await parser.parse(), kind)
    except MultiPartException as cause:
        raise BadField(f"The multipart body cannot be read: {cause.message}") from cause
    except (ValueError, KeyError) as cause:
        raise BadField("The multipart body cannot be read: it is malformed.") from cause
    finally:
        for file in parser._files_to_close_on_error:  # a form has those alone that came to their end
            file.close()


async def _fields_of(form: FormData, kind: type[Body]) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for name, value in form.multi_items():
        if name in fields:
            raise BadField(f"{shown(name)}: given twice. Send it once.")
        if isinstance(value, UploadFile):
            if name != "file":
                raise BadField(f"{shown(name)}: is a file. Only the field 'file' takes one.")
            fields[name] = await value.read()
        elif name == "file":
            # BentoML would take the text for a URL and fetch it.
            raise BadField(
                "file: is text. Send the clip's bytes as a file (curl: -F file=@clip.wav); URLs are not fetched."
            )
        else:
            fields[name] = _parse_form_value(value, takes_text=takes_text(kind, name))
    return fields


def takes_text(kind: type[BaseModel], name: str) -> bool:
    """Whether it is text that a field takes."""
    field = kind.model_fields.get(name)
    return field is not None and _has_text(field.annotation)


def _has_text(annotation: Any) -> bool:
    if get_origin(annotation) is Literal:
        return all(isinstance(one, str) for one in get_args(annotation))
    return annotation is str or any(map(_has_text, get_args(annotation)))


def _parse_form_value(text: str, *, takes_text: bool) -> Any:
    """A form has no types: a field is JSON where it can be, else the text itself; Python writes True and False.

    A number with space around it is text, and so is a number that stands where text is wanted.
    """
    try:
        value = read_json({"True": "true", "False": "false"}.get(text, text))
    except NotJson:
        return text
    if takes_text and not (value is None or isinstance(value, str)):
        return text
    padded = text[:1] in SPACE or text[-1:] in SPACE
    return text if padded and not isinstance(value, list) else value
