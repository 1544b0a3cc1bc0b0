"""What goes out: JSON, music with its facts in headers, and the one place where an error becomes a status code."""

from __future__ import annotations

import json
import math
import re
from dataclasses import asdict

from starlette.responses import JSONResponse

from aural.errors import AuralError
from aural.files.tags import Tags
from aural.flow.analysis import Analysis
from aural.flow.audio_features import AudioFeatures
from aural.settings import ModelSet
from aural.types import Measurements, Selection

MAX_HEARD_CHARS = 512
UNSENDABLE = re.compile("[^ -~]")
"""What is no plain ASCII has no place in a header (RFC 9110)."""


def error_answer(error: AuralError, request_id: str, allow: str | None = None) -> JSONResponse:
    """`{"error": sentence, "code": name, "request_id": id}`, plus what the error adds.

    `allow`: the methods that the path does take.
    """
    headers = {"x-request-id": request_id}
    if error.retry_after_s is not None:
        headers["retry-after"] = str(math.ceil(error.retry_after_s))
    if allow is not None:
        headers["allow"] = allow
    if error.status == 401:
        headers["www-authenticate"] = "Bearer"
    content = {"error": error.sentence, "code": error.code, "request_id": request_id, **error.extra}
    return JSONResponse(content, status_code=error.status, headers=headers)


def analysis_answer(analysis: Analysis | AudioFeatures, request_id: str) -> JSONResponse:
    return JSONResponse(analysis.model_dump(), headers={"x-request-id": request_id})


def music_headers(tags: Tags, *, suffix: str, models: ModelSet, request_id: str) -> dict[str, str]:
    """The facts of a music answer. What is not known reads `unknown`; where nothing of the prompt is told there is no
    X-Aural-Heard."""
    heard = {"x-aural-heard": _joined(tags.heard)} if tags.heard else {}
    return {
        "x-aural-seed": str(tags.seed),
        "x-aural-bpm": _number_or_unknown(tags.bpm),
        "x-aural-key": tags.key or "unknown",
        "x-aural-loop-end": str(tags.loop_end),
        "x-aural-bars": str(tags.bars),
        "x-aural-metre": tags.metre or "unknown",
        **heard,
        "x-aural-model": tags.model,
        "x-aural-models": models,
        "x-request-id": request_id,
        "content-disposition": f'attachment; filename="aural-{tags.seed}.{suffix}"',
    }


def measurement_headers(found: Measurements | None, selection: Selection | None) -> dict[str, str]:
    """What was measured in a finished take, and of which candidates it was chosen; none where nothing was."""
    headers: dict[str, str] = {}
    if found is not None:
        headers |= {
            "x-aural-off": ", ".join(found.off) or "nothing",
            "x-aural-bpm-measured": _number_or_unknown(found.bpm),
            "x-aural-key-measured": found.key or "unknown",
            "x-aural-stretched": f"{found.stretched:g}",
            "x-aural-transposed": f"{found.transposed:g}",
            "x-aural-lufs": _number_or_unknown(found.lufs),
            "x-aural-true-peak": _number_or_unknown(found.true_peak_dbfs),
        }
    if selection is not None:
        headers["x-aural-candidate"] = f"{selection.chosen + 1}/{selection.asked}"
        headers["x-aural-scores"] = json.dumps([asdict(score) for score in selection.scores])
    return headers


def _number_or_unknown(value: float | None) -> str:
    return "unknown" if value is None else f"{value:g}"


def _joined(phrases: tuple[str, ...]) -> str:
    """As one line of plain ASCII, cut at MAX_HEARD_CHARS."""
    return "; ".join(UNSENDABLE.sub("?", phrase) for phrase in phrases)[:MAX_HEARD_CHARS]
