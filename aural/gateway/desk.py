"""The desk: takes a checked body to the flow, and what comes back to an answer, a record and a log line."""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from pydantic import BaseModel
from starlette.responses import Response

from aural.errors import AuralError, DeadlineExceeded, Internal
from aural.files.tags import Tags
from aural.files.wav import wav_bytes
from aural.flow import Flow
from aural.gateway.answers import analysis_answer, error_answer, wav_answer
from aural.gateway.bodies import AnalyzeBody, ComposeBody, GenerateBody
from aural.gateway.door import Visit, visit
from aural.gateway.records import Record, RecordFolder
from aural.settings import Settings
from aural.wire import Take

logger = logging.getLogger("aural")

Work = Callable[[Visit], Awaitable[Response]]
Body = TypeVar("Body", bound=BaseModel)


class Desk:
    """One per service process. `flow` is made when the service starts."""

    def __init__(self, settings: Settings, flow: Flow):
        self._settings = settings
        self._flow = flow
        self._records = RecordFolder(settings.log_dir, settings.log_max_mb * 2**20) if settings.logs else None

    async def analyze(self, body: AnalyzeBody | AuralError) -> Response:
        async def work(here: Visit) -> Response:
            checked = _checked(body)
            return analysis_answer(await self._flow.analyze(checked.file, here.deadline), here.request_id)

        return await self._answer("analyze", body, work)

    async def generate(self, body: GenerateBody | AuralError) -> Response:
        async def work(here: Visit) -> Response:
            checked = _checked(body)
            seed = secrets.randbelow(2**31) if checked.seed is None else checked.seed
            return await self._wav(await self._flow.generate(checked.to_request(seed), here.deadline), here)

        return await self._answer("generate", body, work)

    async def compose(self, body: ComposeBody | AuralError) -> Response:
        async def work(here: Visit) -> Response:
            checked = _checked(body)
            take = await self._flow.compose(checked.file, checked.to_request(), here.deadline)
            return await self._wav(take, here)

        return await self._answer("compose", body, work)

    async def _wav(self, take: Take, here: Visit) -> Response:
        wav = await asyncio.to_thread(wav_bytes, take, Tags.of(take, prompt=take.prompt, licence=take.licence))
        return wav_answer(wav, take, accept=here.accept, models=self._settings.models, request_id=here.request_id)

    async def _answer(self, call: str, body: Any, work: Work) -> Response:
        here = visit.get()
        started = time.monotonic()
        try:
            async with asyncio.timeout(max(0.0, here.deadline.at_s - time.monotonic())):
                answer = await work(here)
        except TimeoutError:
            answer = error_answer(_too_late(self._settings.deadline_s), here.request_id)
        except AuralError as error:
            answer = error_answer(error, here.request_id)
        except Exception:
            logger.exception("request %s failed", here.request_id)
            answer = error_answer(Internal("Something went wrong on our side."), here.request_id)
        if self._records is not None:
            record = _record(call, body, answer, here, time.monotonic() - started)
            await asyncio.to_thread(self._records.keep, record)
        return answer


def _checked(body: Body | AuralError) -> Body:
    if isinstance(body, AuralError):
        raise body
    return body


def _too_late(deadline_s: float) -> DeadlineExceeded:
    return DeadlineExceeded(
        f"The answer was not ready within {deadline_s:g} s. Ask for a shorter duration or try again later."
    )


def _record(call: str, body: BaseModel | AuralError, answer: Response, here: Visit, took_s: float) -> Record:
    fields: dict[str, Any] = {}
    upload = None
    if isinstance(body, BaseModel):
        fields = body.model_dump(exclude={"file"})
        upload = getattr(body, "file", None)
    return Record(
        call=call,
        request_id=here.request_id,
        fields=fields,
        input_bytes=upload,
        status=answer.status_code,
        output_bytes=bytes(answer.body),
        output_suffix="json" if answer.media_type == "application/json" else "wav",
        took_s=took_s,
    )
