"""Error answers to exceptions."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from aural_client.errors import BY_CODE, AuralError, BrokenAnswer

FIELDS = ("error", "code", "request_id")
"""Of every error; what else is there is its `extra`."""


def error_of(status: int, headers: Mapping[str, str], body: bytes) -> AuralError:
    """The exception for an answer that is an error. Whoever gave one that is not the service's (a proxy) broke the
    answer."""
    told = _object(body)
    retry_after_s = _seconds(headers.get("retry-after"))
    if told is None or not isinstance(told.get("error"), str):
        return BrokenAnswer(
            f"HTTP {status} came from something before the service: its body is no error of the service's.",
            status=status,
            request_id=headers.get("x-request-id"),
            retry_after_s=retry_after_s,
        )
    return told_error(told, status=status, retry_after_s=retry_after_s)


def told_error(told: Mapping[str, Any], *, status: int | None = None, retry_after_s: float | None = None) -> AuralError:
    """The exception for the JSON of an error, from an answer or an event."""
    code = str(told.get("code", AuralError.code))
    request_id = told.get("request_id")
    return BY_CODE.get(code, AuralError)(
        str(told.get("error", "")),
        code=code,
        status=status,
        request_id=None if request_id is None else str(request_id),
        retry_after_s=retry_after_s,
        extra={name: value for name, value in told.items() if name not in FIELDS},
    )


def _object(body: bytes) -> dict[str, Any] | None:
    try:
        told = json.loads(body)
    except ValueError:
        return None
    return told if isinstance(told, dict) else None


def _seconds(retry_after: str | None) -> float | None:
    """None for a date, which the service does not send."""
    try:
        seconds = float(retry_after or "")
    except ValueError:
        return None
    return seconds if 0 <= seconds < float("inf") else None
