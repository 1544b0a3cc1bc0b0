"""The handlers of the three calls: a request's body to the flow, and what comes back to an answer and a record."""

from __future__ import annotations

import asyncio
import functools
import logging
import secrets
import time
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from aural.errors import AuralError, BadField, DeadlineExceeded, Internal
from aural.files.tags import Tags
from aural.files.wav import BITS
from aural.finishing.blocks import changed_blocks
from aural.finishing.body import body_of, cut_with_edge
from aural.flow.ports import Stream
from aural.flow.steps import Flow
from aural.flow.told import Tell, untold
from aural.gateway.accept import check_json, event_format, format_for
from aural.gateway.answers import analysis_answer, error_answer, measurement_headers, music_headers
from aural.gateway.bodies import AnalyzeBody, ComposeBody, ControlFields, GenerateBody
from aural.gateway.disconnect import CLIENT_CLOSED_REQUEST
from aural.gateway.event_stream import EventStream, Telling
from aural.gateway.formats import WAV, Format, SampleFormat
from aural.gateway.middleware import RequestContext
from aural.gateway.reading import read_body
from aural.gateway.records import Record, RecordFolder
from aural.gateway.streaming import WavStream, file_parts, told_file
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
        self._records = RecordFolder(settings.log_dir, settings.log_max_mb * 2**20) if settings.logs else None
        if self._records and (others := self._records.foreign_file_names()):
            logger.warning(
                "AURAL_LOG_DIR %s holds %d files that are no records (%s): they stay, and are not counted.",
                self._records.folder,
                len(others),
                others[0],
            )

    async def analyze(self, request: Request) -> Response:
        async def work(body: AnalyzeBody, here: RequestContext) -> Response:
            return analysis_answer(await self._flow.analyze(body.file, here.deadline), here.request_id)

        return await self._handle_request("analyze", AnalyzeBody, request, work, check_json)

    async def generate(self, request: Request) -> Response:
        async def work(body: GenerateBody, here: RequestContext) -> Response:
            asked = body.to_request(secrets.randbelow(2**31) if body.seed is None else body.seed)
            samples = format_for(here.accept).sample_format(body.rate, body.bit_depth)
            postprocess = replace(body.postprocess, rate_hz=samples.rate_hz)

            async def stream(form: Format, tell: Tell) -> Stream:
                _must_be_wav(form)
                made = await self._flow.stream(asked, here.deadline, tell=tell)
                return made if body.tail else _body_stream(made)

            async def make(form: Format, tell: Tell) -> Response:
                if body.stream:
                    _must_be_heard(samples)
                    return await self._told_response(await stream(form, tell), samples, form, here, tell)
                whole = replace(asked, stems=form.stems)
                take = await self._flow.generate(whole, here.deadline, postprocess, tell=tell)
                return await self._music_response(take, body, samples, form, here)

            if body.stream and event_format(here.accept) is None:
                form = format_for(here.accept)
                return await self._stream_response(await stream(form, untold), samples, form, here)
            return await self._plain_or_events(make, here)

        return await self._handle_request("generate", GenerateBody, request, work, format_for)

    async def compose(self, request: Request) -> Response:
        async def work(body: ComposeBody, here: RequestContext) -> Response:
            samples = format_for(here.accept).sample_format(body.rate, body.bit_depth)
            postprocess = replace(body.postprocess, rate_hz=samples.rate_hz)

            async def make(form: Format, tell: Tell) -> Response:
                controls = replace(body.to_controls(), stems=form.stems)
                take = await self._flow.compose(body.file, controls, here.deadline, postprocess, tell=tell)
                return await self._music_response(take, body, samples, form, here)

            return await self._plain_or_events(make, here)

        return await self._handle_request("compose", ComposeBody, request, work, format_for)

    async def _plain_or_events(self, make: Make, here: RequestContext) -> Response:
        """What is refused before there is an event is an error answer like any other."""
        form = event_format(here.accept)
        if form is None:
            return await make(format_for(here.accept), untold)
        telling = Telling(partial(make, form))
        await telling.begin()
        explain = partial(self._error_response, here=here)
        return EventStream(telling, here.deadline, explain, suffix=form.suffix, request_id=here.request_id)

    async def _music_response(
        self, take: Take, body: ControlFields, samples: SampleFormat, form: Format, here: RequestContext
    ) -> Response:
        take = take if body.tail else body_of(take, loops=body.loop)
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
            body = await read_body(kind, request, here.deadline)
            async with asyncio.timeout(here.deadline.left_s):
                answer = await work(body, here)
        except asyncio.CancelledError:
            await keep(body, "json", CLIENT_CLOSED_REQUEST, b"")
            raise
        except Exception as error:
            answer = self._error_response(error, here)
        if isinstance(answer, WavStream):
            answer.keep = partial(keep, body, "wav") if self._records else None
        elif isinstance(answer, EventStream):
            answer.keep = partial(keep, body) if self._records else None
        else:
            suffix = "json" if answer.media_type == "application/json" else format_for(here.accept).suffix
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
        if self._records is None:
            return
        record = Record(
            call=call,
            request_id=here.request_id,
            fields=body.model_dump(exclude={"file"}) if body else {},
            input_bytes=getattr(body, "file", None),
            status=status,
            output_bytes=output,
            output_suffix=suffix,
            took_s=time.monotonic() - began_s,
        )
        try:
            await asyncio.to_thread(self._records.keep, record)
        except OSError as error:  # a full disk, a folder that is none: the answer is made, and goes out
            logger.error("request %s left no record in %s: %s", here.request_id, self._records.folder, error)
            _lost_records().inc()


@functools.cache
def _lost_records() -> Any:
    from prometheus_client import Counter  # once BentoML has set it up for several processes

    return Counter("aural_records_lost", "Requests whose record (LOGS=true) could not be written.")


def _body_stream(stream: Stream) -> Stream:
    """Without the tail, which is waited for all the same: work that is left before its end counts as given up."""
    loop_end = stream.tags.loop_end
    blocks = changed_blocks(stream.blocks, lambda block, start: cut_with_edge(block, start, loop_end))
    return replace(stream, samples=loop_end, blocks=blocks)


def _must_be_wav(form: Format) -> None:
    if form.suffix != WAV.suffix:
        raise BadField(f"stream: sends WAV only, and Accept asks for {form.media}. Leave one of them out.")


def _must_be_heard(samples: SampleFormat) -> None:
    if samples.bits != BITS:
        raise BadField(
            f"bit_depth: the events of a stream tell its music in {BITS} bits. Leave bit_depth out, or stream, or do"
            " not accept text/event-stream."
        )


def _too_late(deadline_s: float) -> DeadlineExceeded:
    return DeadlineExceeded(
        f"The answer was not ready within {deadline_s:g} s. Ask for a shorter duration or try again later."
    )
