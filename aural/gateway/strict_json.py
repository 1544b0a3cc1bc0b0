"""JSON as RFC 8259 has it, and no more: what readers disagree about is refused.

No NaN and no Infinity, no name twice in an object, no half characters in names. A number is what it is worth, as JSON
Schema has it: 8.0 is the integer 8. 64 kB take 15 ms at most to read, so they are read where they come in.
"""

from __future__ import annotations

import json
import math
import sys
from typing import Any, NoReturn

from aural.errors import shown


class NotJson(ValueError):
    """The text is no JSON, or has what readers disagree about: the sentence says what."""


def read_json(text: bytes | str) -> Any:
    """Text in UTF-8, UTF-16 or UTF-32 to values of Python. Raises NotJson."""
    try:
        return json.loads(text, object_pairs_hook=_object, parse_float=_number, parse_constant=_no_number)
    except NotJson:
        raise
    except RecursionError as cause:
        raise NotJson("The JSON is nested too deeply. Send the fields in one object.") from cause
    except json.JSONDecodeError as cause:
        raise NotJson(f"The body is not JSON ({cause}).") from cause
    except UnicodeDecodeError as cause:
        raise NotJson(f"The JSON is not {cause.encoding.upper()}, from byte {cause.start} on.") from cause
    except ValueError as cause:  # Python's own guard against numbers that take long to read
        raise NotJson(f"The JSON has a number of more than {sys.get_int_max_str_digits()} digits.") from cause


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise NotJson(f"{shown(name)}: given twice. Send it once.")
        if any("\ud800" <= letter <= "\udfff" for letter in name):
            raise NotJson(f"{shown(name)}: has half a character of UTF-16 in its name.")
        found[name] = value
    return found


def _number(text: str) -> float | int:
    value = float(text)
    if not math.isfinite(value):
        raise NotJson(f"The JSON has {shown(text)}, which is beyond what a number can be.")
    return int(value) if value.is_integer() else value


def _no_number(name: str) -> NoReturn:
    raise NotJson(f"The JSON has {name}, which is no number of JSON.")
