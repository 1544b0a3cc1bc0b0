"""The handlers of the three calls: a request's body to the flow, and what comes back to an answer and a record."""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar

from pydantic import BaseModel
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from aural.errors import AuralError, DeadlineExceeded, Internal
from aural.files.tags import Tags
from aural.finishing.body import body_of
from aural.flow.admission import written_bytes
from aural.flow.audio_features import audio_features
from aural.flow.ports import Stream
from aural.flow.steps import Flow
from aural.flow.told import Tell, untold
from aural.gateway.accept import check_json, event_format, format_for, takes_format
from aural.gateway.answers import analysis_answer, error_answer, measurement_headers, music_headers
from aural.gateway.bodies import AnalyzeBody, ComposeBody, ControlFields, GenerateBody
from aural.gateway.disconnect import CLIENT_CLOSED_REQUEST
from aural.gateway.event_stream import EventStream, Telling
from aural.gateway.formats import BY_MEDIA, Format, SampleFormat
from aural.gateway.middleware import RequestContext
from aural.gateway.queries import AnalyzeQuery
from aural.gateway.reading import read_body, read_query
from aural.gateway.record_keeping import RecordKeeping
from aural.gateway.records import Record
from aural.gateway.streaming import (
    WavStream,
    file_parts,
    require_event_bits,
    require_wav,
    stream_without_tail,
    told_file,
)
from aural.settings import Settings
from aural.types import Take

logger = logging.getLogger("aural")

Body = TypeVar("Body", bound=BaseModel)
Work = Callable[[Body, RequestContext], Awaitable[Response]]
Make = Callable[[Format, Tell], Coroutine[Any, Any, Response]]
Accepts = Callable[[str], object]
"""Raises NotAcceptable for an `Accept` that nothing of ours satisfies."""


class Handlers:
    """One per service process. `flow` is made when the service starts."""

    def __init__(self, settings: Settings, flow: Flow):
        self._settings = settings
        self._flow = flow
        self.records = RecordKeeping(settings) if settings.logs else None

    async def analyze(self, request: Request) -> Response:
        async def work(body: AnalyzeBody, here: RequestContext) -> Response:
            shape = read_query(AnalyzeQuery, request).shape
            analysis = await self._flow.analyze(body.file, here.deadline)
            return analysis_answer(analysis if shape == "analysis" else audio_features(analysis), here.request_id)

        return await self._handle_request("analyze", AnalyzeBody, request, work, check_json)

    async def generate(self, request: Request) -> Response:
        async def work(body: GenerateBody, here: RequestContext) -> Response:
            asked = body.to_request(secrets.randbelow(2**31) if body.seed is None else body.seed)
            samples = _format_of(body, here).sample_format(body.rate, body.bit_depth)
            postprocess = replace(body.postprocess, rate_hz=samples.rate_hz)

            async def stream(form: Format, tell: Tell) -> Stream:
                require_wav(form)
                made = await self._flow.stream(asked, here.deadline, tell=tell)
                return made if body.tail else stream_without_tail(made)

            async def make(form: Format, tell: Tell) -> Response:
                if body.stream:
                    require_event_bits(samples)
                    return await self._told_response(await stream(form, tell), samples, form, here, tell)
                whole = replace(asked, stems=form.stems)
                take = await self._flow.generate(whole, here.deadline, postprocess, tell=tell)
                return await self._music_response(take, body, samples, form, here)

            if body.stream and event_format(here.accept) is None:
                form = format_for(here.accept)
                return await self._stream_response(await stream(form, untold), samples, form, here)
            return await self._plain_or_events(make, body, here)

        return await self._handle_request("generate", GenerateBody, request, work, format_for)

    async def compose(self, request: Request) -> Response:
        async def work(body: ComposeBody, here: RequestContext) -> Response:
            samples = _format_of(body, here).sample_format(body.rate, body.bit_depth)
            postprocess = replace(body.postprocess, rate_hz=samples.rate_hz)

            async def make(form: Format, tell: Tell) -> Response:
                controls = replace(body.to_controls(), stems=form.stems)
                take = await self._flow.compose(body.file, controls, here.deadline, postprocess, tell=tell)
                return await self._music_response(take, body, samples, form, here)

            return await self._plain_or_events(make, body, here)

        return await self._handle_request("compose", ComposeBody, request, work, format_for)

    async def _plain_or_events(self, make: Make, body: ControlFields, here: RequestContext) -> Response:
        """What is refused before there is an event is an error answer like any other."""
        form = _format_of(body, here)
        if event_format(here.accept) is None:
            return await make(form, untold)
        telling = Telling(partial(make, form))
        await telling.begin()
        explain = partial(self._error_response, here=here)
        return EventStream(telling, here.deadline, explain, suffix=form.suffix, request_id=here.request_id)

    async def _music_response(
        self, take: Take, body: ControlFields, samples: SampleFormat, form: Format, here: RequestContext
    ) -> Response:
        take = take if body.tail else body_of(take, loops=body.loop)
        with self._flow.memory.hold(written_bytes(take, samples.rate_hz, samples.sample_bytes)):
            tags, file = await asyncio.to_thread(form.file_of, take, samples, loops=body.loop)
        headers = music_headers(
            tags, suffix=form.suffix, models=self._settings.models, request_id=here.request_id
        ) | measurement_headers(take.measurements, take.selection)
        return Response(file, media_type=form.media, headers=headers)

    async def _stream_response(
        self, stream: Stream, samples: SampleFormat, form: Format, here: RequestContext
    ) -> Response:
        """Waits for the first block: what goes wrong before it is an error answer like any other."""
        parts = file_parts(stream, samples)
        headers = self._stream_headers(parts.tags, form, here)
        first = await anext(stream.blocks)
        return WavStream(stream, first, parts, here.deadline, headers=headers, media=form.media)

    async def _told_response(
        self, stream: Stream, samples: SampleFormat, form: Format, here: RequestContext, tell: Tell
    ) -> Response:
        """The same file, when it is there."""
        parts = file_parts(stream, samples)
        file = await told_file(stream, parts, tell)
        return Response(file, media_type=form.media, headers=self._stream_headers(parts.tags, form, here))

    def _stream_headers(self, tags: Tags, form: Format, here: RequestContext) -> dict[str, str]:
        return music_headers(tags, suffix=form.suffix, models=self._settings.models, request_id=here.request_id)

    async def _handle_request(
        self, call: str, kind: type[Body], request: Request, work: Work[Body], accepts: Accepts
    ) -> Response:
        """Reads the body, does the work, and turns what is raised on the way into an answer."""
        here = RequestContext.of(request.scope)
        keep = partial(self._keep, call, here, time.monotonic())
        body: Body | None = None
        try:
            accepts(here.accept)
            body = await read_body(kind, request)
            here = here.with_body(self._settings.deadline_s)
            async with asyncio.timeout(here.deadline.left_s):
                answer = await work(body, here)
        except asyncio.CancelledError:
            await keep(body, "json", CLIENT_CLOSED_REQUEST, b"")
            raise
        except ClientDisconnect:
            answer = Response(status_code=CLIENT_CLOSED_REQUEST, headers={"x-request-id": here.request_id})
        except Exception as error:
            answer = self._error_response(error, here)
        if isinstance(answer, WavStream):
            answer.keep = partial(keep, body, "wav") if self.records else None
        elif isinstance(answer, EventStream):
            answer.keep = partial(keep, body) if self.records else None
        else:
            suffix = BY_MEDIA[answer.media_type].suffix if answer.media_type in BY_MEDIA else "json"
            await keep(body, suffix, answer.status_code, bytes(answer.body))
        return answer

    def _error_response(self, error: Exception, here: RequestContext) -> Response:
        if isinstance(error, TimeoutError):
            error = _too_late(self._settings.deadline_s)
        elif not isinstance(error, AuralError):
            logger.error("request %s failed", here.request_id, exc_info=error)
            error = Internal("Something went wrong on our side.")
        return error_answer(error, here.request_id)

    async def _keep(
        self,
        call: str,
        here: RequestContext,
        began_s: float,
        body: BaseModel | None,
        suffix: str,
        status: int,
        output: bytes,
    ) -> None:
        """`body`: None where it could not be read."""
        if self.records is None:
            return
        record = Record(
            call=call,
            request_id=here.request_id,
            key=here.key,
            fields=body.model_dump(exclude={"file"}) if body else {},
            input_bytes=getattr(body, "file", None),
            status=status,
            output_bytes=output,
            output_suffix=suffix,
            took_s=time.monotonic() - began_s,
        )
        await self.records.keep(record)


def _format_of(body: ControlFields, here: RequestContext) -> Format:
    """Of the file that is answered, alone or at the end of events. Raises NotAcceptable."""
    if body.takes == "all":
        return takes_format(here.accept)
    return event_format(here.accept) or format_for(here.accept)


def _too_late(deadline_s: float) -> DeadlineExceeded:
    return DeadlineExceeded(
        f"The answer was not ready within {deadline_s:g} s. Ask for a shorter duration or try again later."
    )
