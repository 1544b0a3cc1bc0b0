"""GET /health, /info and /docs.json: what the service is, has and takes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from aural.errors import AuralError
from aural.gateway.answers import error_answer
from aural.gateway.middleware import RequestContext
from aural.gateway.openapi import openapi
from aural.gateway.readiness import Readiness, starting_error
from aural.settings import (
    MAX_DURATION_S,
    MAX_INPUT_S,
    MAX_UPLOAD_BYTES,
    MIN_DURATION_S,
    MIN_INPUT_S,
    VERSION,
    Settings,
)
from aural.theory.keys import ALL_KEYS
from aural.theory.metre import METRE_NAMES
from aural.types import ENDINGS, ENERGY_STEP_S, TAIL_S, TAKE_RATE_HZ
from aural.wording.emotion import EMOTIONS
from aural.wording.style import STYLES

Reports = Callable[[], Awaitable[dict[str, dict[str, Any]]]]


def info_app(settings: Settings, readiness: Readiness, reports: Reports) -> Starlette:
    """`reports` asks the runners what they hold; it raises NotReady where one does not answer, and is not called before
    all are warm."""

    async def asked() -> dict[str, dict[str, Any]]:
        if not readiness.ready:
            raise starting_error()
        return await reports()

    async def health(_: Request) -> JSONResponse:
        try:
            runners = await asked()
        except AuralError:
            return JSONResponse({"ok": False, "gpu": False}, status_code=503, headers=_OURS)
        return JSONResponse({"ok": True, "gpu": any(runner["gpu"] for runner in runners.values())})

    async def info(request: Request) -> JSONResponse:
        """All of it, or an error that has all but the models."""
        known = static_info(settings)
        try:
            return JSONResponse({**known, "models": await asked()})
        except AuralError as error:
            error.extra.update(known)
            return error_answer(error, RequestContext.of(request.scope).request_id)

    async def docs(_: Request) -> JSONResponse:
        return JSONResponse(openapi())

    return Starlette(routes=[Route("/health", health), Route("/info", info), Route("/docs.json", docs)])


# The middleware replaces error answers that carry no request id; /health's 503 is an answer, not an error.
_OURS = {"x-request-id": "health"}


def static_info(settings: Settings) -> dict[str, Any]:
    """All of /info but the models."""
    return {
        "name": "aural-architect",
        "version": VERSION,
        "model_set": settings.models,
        "limits": {
            "max_upload_bytes": MAX_UPLOAD_BYTES,
            "min_input_s": MIN_INPUT_S,
            "max_input_s": MAX_INPUT_S,
            "min_duration_s": MIN_DURATION_S,
            "max_duration_s": MAX_DURATION_S,
            "deadline_s": settings.deadline_s,
            "max_in_flight": settings.max_in_flight,
        },
        "output": {"rate_hz": TAKE_RATE_HZ, "channels": 2, "tail_s": TAIL_S, "energy_step_s": ENERGY_STEP_S},
        "vocabularies": {
            "emotion": list(EMOTIONS),
            "style_id": list(STYLES),
            "key": [str(key) for key in ALL_KEYS],
            "metre": list(METRE_NAMES),
            "ending": list(ENDINGS),
        },
    }
