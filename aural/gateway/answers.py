"""What goes out: JSON, WAV with its facts in headers, and the one place where an error becomes a status code."""

from __future__ import annotations

import math

from starlette.responses import JSONResponse, Response

from aural.errors import AuralError
from aural.settings import ModelSet
from aural.wire import Analysis, Take


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


def wav_answer(wav: bytes, take: Take, *, accept: str, models: ModelSet, request_id: str) -> Response:
    """`application/octet-stream`, or `audio/wav` where `Accept` asks for it. What is not known reads `unknown`."""
    wanted = {part.split(";")[0].strip().lower() for part in accept.split(",")}
    media_type = "audio/wav" if wanted & {"audio/wav", "audio/x-wav", "audio/*"} else "application/octet-stream"
    headers = {
        "x-aural-seed": str(take.seed),
        "x-aural-bpm": "unknown" if take.bpm is None else f"{take.bpm:g}",
        "x-aural-key": take.key or "unknown",
        "x-aural-loop-end": str(take.loop_end),
        "x-aural-model": take.model,
        "x-aural-models": models,
        "x-request-id": request_id,
        "content-disposition": f'attachment; filename="aural-{take.seed}.wav"',
    }
    return Response(wav, media_type=media_type, headers=headers)
