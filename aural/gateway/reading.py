"""Bodies and queries in: read from JSON or multipart without touching the disk, and checked."""

from __future__ import annotations

import json
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from aural.errors import BadField
from aural.settings import MAX_UPLOAD_BYTES

MAX_FIELD_BYTES = 64 * 1024
MAX_FIELDS = 32

Body = TypeVar("Body", bound=BaseModel)


async def read_body(kind: type[Body], request: Request) -> Body:
    """The request's body as `kind`. Raises BadField, ClientDisconnect, and what CountedBody raises as it comes in."""
    try:
        if "file" in kind.model_fields:
            return kind.model_validate(await _form_fields(request))
        return kind.model_validate(_json_fields(await request.body()))
    except ValidationError as cause:
        raise BadField(_validation_sentence(cause)) from cause


def read_query(kind: type[Body], request: Request) -> Body:
    """The request's query as `kind`. Raises BadField."""
    fields = dict(request.query_params)
    for name in fields:
        if len(request.query_params.getlist(name)) > 1:
            raise BadField(f"{name}: given twice. Send it once.")
    try:
        return kind.model_validate(fields)
    except ValidationError as cause:
        raise BadField(_validation_sentence(cause)) from cause


def _json_fields(body: bytes) -> dict[str, Any]:
    try:
        fields = json.loads(body or b"{}")
    except (ValueError, RecursionError) as cause:
        raise BadField(f"The body is not JSON ({cause}).") from cause
    if not isinstance(fields, dict):
        raise BadField("The body must be a JSON object.")
    return fields


class _InMemoryParser(MultiPartParser):
    spool_max_size = MAX_UPLOAD_BYTES + 1  # never rolls over to a file on disk


async def _form_fields(request: Request) -> dict[str, Any]:
    if not request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        raise BadField("Send the clip as multipart/form-data, in the field 'file' (curl: -F file=@clip.wav).")
    parser = _InMemoryParser(
        request.headers, request.stream(), max_files=1, max_fields=MAX_FIELDS, max_part_size=MAX_FIELD_BYTES
    )
    try:
        form = await parser.parse()
    except MultiPartException as cause:
        raise BadField(f"The multipart body cannot be read: {cause.message}") from cause
    except (ValueError, KeyError) as cause:
        raise BadField("The multipart body cannot be read: it is malformed.") from cause
    try:
        return await _fields_of(form)
    finally:
        await form.close()


async def _fields_of(form: FormData) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for name, value in form.multi_items():
        if name in fields:
            raise BadField(f"{name}: given twice. Send it once.")
        if isinstance(value, UploadFile):
            if name != "file":
                raise BadField(f"{name}: is a file. Only the field 'file' takes one.")
            fields[name] = await value.read()
        elif name == "file":
            # BentoML would take the text for a URL and fetch it.
            raise BadField(
                "file: is text. Send the clip's bytes as a file (curl: -F file=@clip.wav); URLs are not fetched."
            )
        else:
            fields[name] = _parse_form_value(value)
    return fields


def _parse_form_value(text: str) -> Any:
    """A form field is JSON where it can be (numbers, lists), else the text itself; Python writes True and False."""
    try:
        return json.loads({"True": "true", "False": "false"}.get(text, text))
    except (ValueError, RecursionError):
        return text


def _validation_sentence(cause: ValidationError) -> str:
    """Every wrong field with what is wrong about it."""
    return " ".join(
        f"{'.'.join(str(part) for part in error['loc'])}: {_clean_message(error['msg'])}"
        if error["loc"]
        else _clean_message(error["msg"])
        for error in cause.errors()[:5]
    )


def _clean_message(message: str) -> str:
    message = message.removeprefix("Value error, ")
    return message if message.endswith(".") else f"{message}."
