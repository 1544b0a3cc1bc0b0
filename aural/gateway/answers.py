"""What goes out: JSON, WAV with its facts in headers, and the one place where an error becomes a status code."""

from __future__ import annotations

import math

from starlette.responses import JSONResponse

from aural.errors import AuralError
from aural.files.tags import Tags
from aural.settings import ModelSet
from aural.wire import Analysis


def error_answer(error: AuralError, request_id: str) -> JSONResponse:
    """`{"error": sentence, "code": name, "request_id": id}`, plus what the error adds."""
    headers = {"x-request-id": request_id}
    if error.retry_after_s is not None:
        headers["retry-after"] = str(math.ceil(error.retry_after_s))
    if error.status == 401:
        headers["www-authenticate"] = "Bearer"
    content = {"error": error.sentence, "code": error.code, "request_id": request_id, **error.extra}
    return JSONResponse(content, status_code=error.status, headers=headers)


def analysis_answer(analysis: Analysis, request_id: str) -> JSONResponse:
    content = analysis.to_wire()
    return JSONResponse(content, headers={"x-request-id": request_id})


def wav_type(accept: str) -> str:
    """`application/octet-stream`, or `audio/wav` where `Accept` asks for it."""
    wanted = {part.split(";")[0].strip().lower() for part in accept.split(",")}
    return "audio/wav" if wanted & {"audio/wav", "audio/x-wav", "audio/*"} else "application/octet-stream"


def wav_headers(tags: Tags, *, models: ModelSet, request_id: str) -> dict[str, str]:
    """The facts of a WAV answer. What is not known reads `unknown`."""
    return {
        "x-aural-seed": str(tags.seed),
        "x-aural-bpm": "unknown" if tags.bpm is None else f"{tags.bpm:g}",
        "x-aural-key": tags.key or "unknown",
        "x-aural-loop-end": str(tags.loop_end),
        "x-aural-model": tags.model,
        "x-aural-models": models,
        "x-request-id": request_id,
        "content-disposition": f'attachment; filename="aural-{tags.seed}.wav"',
    }
