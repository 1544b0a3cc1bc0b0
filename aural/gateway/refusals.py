"""What is wrong with a body or a query, in sentences: the field, what was got, what is wanted."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from aural.errors import shown

MOST_TOLD = 5
WANTED = {
    "bool_type": "true or false",
    "bytes_type": "the clip's bytes as a file",
    "dict_type": "an object",
    "float_type": "a number",
    "int_type": "an integer",
    "int_from_float": "an integer",
    "list_type": "a list",
    "string_type": "text",
}
"""By pydantic's name of the error: a value of another type than the field's."""
WITHOUT_VALUE = ("missing", "extra_forbidden", "value_error")
"""Errors for which the value says nothing, or that tell of it themselves."""


def refusal_sentence(cause: ValidationError) -> str:
    """Up to MOST_TOLD wrong fields, each with what is wrong about it."""
    return " ".join(_sentence(error) for error in cause.errors(include_url=False)[:MOST_TOLD])


def _sentence(error: Any) -> str:
    place = f"{'.'.join(shown(str(part)) for part in error['loc'])}: " if error["loc"] else ""
    if error["type"] in WANTED:
        return f"{place}got {_told(error['input'])}; send {WANTED[error['type']]}."
    message = error["msg"].removeprefix("Value error, ")
    message = message if message.endswith((".", ")")) else f"{message}."
    return f"{place}{message}" if error["type"] in WITHOUT_VALUE else f"{place}{message} Got {_told(error['input'])}."


def _told(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f'the text "{shown(value)}"'
    if isinstance(value, bytes):
        return f"{len(value)} bytes"
    if isinstance(value, list):
        return f"a list of {len(value)}"
    return "an object" if isinstance(value, dict) else f"the number {shown(str(value))}"
