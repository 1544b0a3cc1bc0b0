"""The OpenAPI 3.1 document of /docs.json, made from the pydantic models that requests are checked with."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field
from pydantic.json_schema import models_json_schema

from aural.flow.analysis import Analysis
from aural.flow.audio_features import AudioFeatures
from aural.gateway import rules
from aural.gateway.accept import JSON
from aural.gateway.bodies import AnalyzeBody, ComposeBody, GenerateBody
from aural.gateway.events import EVENTS, DoneEvent, ProgressEvent, QueuedEvent, event_of
from aural.gateway.formats import BY_MEDIA
from aural.gateway.formats import EVENTS as EVENT_STREAM
from aural.gateway.queries import AnalyzeQuery
from aural.gateway.reading import takes_text
from aural.settings import VERSION

REF = "#/components/schemas/{model}"


class ErrorAnswer(BaseModel):
    """Every error."""

    error: str = Field(description="A sentence: the fact, the limit, the remedy.")
    code: str = Field(description="A stable name for programs.")
    request_id: str = Field(description="Also in the header X-Request-Id.")
    longest_duration_s: float | None = Field(None, description="With cannot_finish_in_time: what would fit.")


class HealthAnswer(BaseModel):
    """Answer of GET /health."""

    ok: bool = Field(description="All models are warm.")
    gpu: bool = Field(description="A ready runner uses a GPU.")


class InfoAnswer(BaseModel):
    """Answer of GET /info."""

    name: str = Field(description="aural-architect.")
    version: str = Field(description="Version of the service.")
    model_set: str = Field(description="builtin or pretrained.")
    limits: dict[str, float] = Field(description="Limits of requests, units in the names.")
    output: dict[str, float] = Field(description="Format of the WAV answers, units in the names.")
    vocabularies: dict[str, list[str]] = Field(description="All emotions, styles, keys, metres and endings.")
    models: dict[str, dict[str, Any]] = Field(description="Per runner: model, revision, licence, device, precision.")


ANSWERS: tuple[type[BaseModel], ...] = (
    Analysis,
    AudioFeatures,
    ErrorAnswer,
    HealthAnswer,
    InfoAnswer,
    *EVENTS.values(),
)
BODIES: tuple[type[BaseModel], ...] = (AnalyzeBody, GenerateBody, ComposeBody)

EXAMPLES: dict[type[BaseModel], dict[str, Any]] = {
    GenerateBody: {
        "music": {"prompt": "warm lofi, soft piano", "bpm": 82, "key": "A minor", "duration": 30, "seed": 1},
        "loop": {"prompt": "driving techno", "loop": True, "bars": 8, "candidates": 4, "loudness": -14},
        "written": {"prompt": "slow waltz", "metre": "3/4", "chords": "Am F C G", "negative_prompt": "drums"},
        "ending": {"prompt": "warm soul", "duration": 20, "ending": "fade", "tail": False},
        "takes": {"prompt": "dusty boom bap", "duration": 10, "candidates": 3, "takes": "all"},
        "studio": {"prompt": "ambient pads", "loop": True, "bars": 8, "rate": 48_000, "bit_depth": 24},
        "stream": {"prompt": "calm strings", "duration": 60, "stream": True},
    }
}
"""Whole bodies: a page that put one together from every field's own example would send what does not go together."""

EVENTS_TOLD = (
    "What is done for the request, as server-sent events; the format of the file is chosen by a second media type in"
    " `Accept` (`text/event-stream, audio/flac`). `queued`, again whenever it changes: QueuedEvent. `heard`, from"
    " /compose: what /analyze answers. `progress`: ProgressEvent. `audio`, with `stream` alone: AudioEvent. `take`, of"
    " each candidate: TakeEvent. The last one is `done` with the plain answer, DoneEvent, or `error` with an"
    " ErrorAnswer. What is refused when it comes is no stream, but an error answer."
)
EVENTS_EXAMPLE = b"".join(
    event_of(one)
    for one in (
        QueuedEvent(ahead=0),
        ProgressEvent(stage="composing", done=0.42, step=210, of=500, seconds_left=3.1),
        DoneEvent(headers={"x-aural-seed": "7", "x-aural-bpm": "96"}, media_type="audio/wav", file="UklGRg=="),
    )
).decode()

ERRORS = {
    400: "A field is missing, unknown or out of range; or the request is no HTTP/1.1 as it is taken here.",
    401: "The API key is missing or wrong (only where the service has one).",
    406: "`Accept` names nothing that the answer can be.",
    408: "The headers or the body came too slowly.",
    413: "The upload is larger than 30 MB, or the JSON than 64 kB.",
    414: "The path and the query are longer than 2 kB.",
    415: "The upload cannot be decoded as audio; or the body is compressed (`Content-Encoding`), or not said to be JSON"
    " where JSON is taken.",
    422: "The audio is too long or too short, or silent where there must be something to follow; or the composer that"
    " is loaded cannot do what was asked (continue, stems, chords, ending).",
    429: "Too many requests at once; see Retry-After.",
    431: "The headers are larger than 16 kB.",
    500: "A bug on our side.",
    503: "Not ready, or the music cannot be finished in time; see Retry-After.",
    504: "The deadline passed.",
}
MUSIC_HEADERS = {
    "X-Aural-Seed": "The seed that gives these bytes again.",
    "X-Aural-Bpm": "Tempo that the music was set to, or unknown; in a stream the asked one.",
    "X-Aural-Key": "Key that the music was set to, or unknown; in a stream the asked one.",
    "X-Aural-Loop-End": "Where the body ends, and the 300 ms tail begins unless `tail` is false: in its samples.",
    "X-Aural-Bars": "Bars of the body; 0 where it was not asked to be a loop.",
    "X-Aural-Metre": "Metre of its bars, or unknown; in a stream the asked one. The tempo counts its beats.",
    "X-Aural-Heard": "What of the prompt was used: phrases, '; ' between two, 512 characters at most. Not in a stream,"
    " nor from MusicGen, which hears all of it.",
    "X-Aural-Off": "What was measured to be off: bpm, key, bars, loudness, silence, unchecked; or nothing.",
    "X-Aural-Bpm-Measured": "Tempo that our own analysis hears in the answer, or unknown; it may be an octave off.",
    "X-Aural-Key-Measured": "Key that our own analysis hears in the answer, or unknown.",
    "X-Aural-Stretched": "Length over the length that it was composed with: 1.02 was slowed down by 2 %.",
    "X-Aural-Transposed": "Semitones up from what was composed.",
    "X-Aural-Lufs": "Integrated loudness of the body.",
    "X-Aural-True-Peak": "True peak in dBFS.",
    "X-Aural-Candidate": "Which of how many candidates this is: 2/4.",
    "X-Aural-Scores": "JSON: seed, bpm, key, off, likeness to the prompt and cost of each candidate in turn.",
    "X-Aural-Model": "The model that composed.",
    "X-Aural-Models": "The model set: builtin or pretrained.",
    "X-Request-Id": "The request's id, yours or ours.",
}


def openapi() -> dict[str, Any]:
    """The whole document."""
    _, schemas = models_json_schema([(model, "validation") for model in (*BODIES, *ANSWERS)], ref_template=REF)
    definitions = schemas["$defs"]
    for body in (AnalyzeBody, ComposeBody):
        file = definitions[body.__name__]["properties"]["file"]
        file.update(type="string", format="binary")
    definitions[GenerateBody.__name__]["allOf"] = list(rules.GENERATE)
    definitions[ComposeBody.__name__]["allOf"] = list(rules.COMPOSE)
    music = {
        "description": "Stereo, `duration` seconds and, unless `tail` is false, 300 ms that continue them. `Accept`"
        " chooses: WAV (the default), FLAC, OGG Vorbis, MP3, M4A (AAC), Opus, or, from the sketch composer, a ZIP with"
        " the mix, stems and MIDI; `rate` and `bit_depth` say what its samples are. With `takes: all` it is a ZIP with"
        " every candidate. With `stream` the WAV comes while it is being made; if that fails, it ends before its"
        " announced length. `Accept: text/event-stream` tells how far it is."
        " Headers from X-Aural-Off on are there where the music was finished, not where it was right as composed.",
        "content": {
            **{kind: {"schema": _BINARY} for kind in BY_MEDIA},
            EVENT_STREAM: {"schema": {"type": "string", "description": EVENTS_TOLD}, "example": EVENTS_EXAMPLE},
        },
        "headers": {name: {"description": what, "schema": {"type": "string"}} for name, what in MUSIC_HEADERS.items()},
    }
    analysis = {
        "description": "What was heard, in the shape that `shape` asks for.",
        "content": {"application/json": {"schema": {"oneOf": [_ref(Analysis), _ref(AudioFeatures)]}}},
    }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Aural Architect",
            "version": VERSION,
            "description": "Listens to a clip and composes music that fits.",
        },
        "paths": {
            "/analyze": {
                "post": {**_post_operation("Listen to a clip.", AnalyzeBody, analysis), **_query(AnalyzeQuery)}
            },
            "/generate": {"post": _post_operation("Compose from a prompt.", GenerateBody, music)},
            "/compose": {"post": _post_operation("Compose music that follows a clip.", ComposeBody, music)},
            "/health": {
                "get": {
                    "summary": "Are all models warm?",
                    "operationId": "health",
                    "responses": {"200": _json_response(HealthAnswer), "503": _json_response(HealthAnswer)},
                }
            },
            "/info": {
                "get": {
                    "summary": "Versions, models, limits, vocabularies.",
                    "operationId": "info",
                    "responses": {"200": _json_response(InfoAnswer), "503": _json_response(ErrorAnswer)},
                }
            },
        },
        "components": {
            "schemas": definitions,
            "securitySchemes": {
                "key": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "Where AURAL_API_KEY or AURAL_API_KEYS is set.",
                }
            },
        },
    }


_BINARY = {"type": "string", "format": "binary"}


def _ref(model: type[BaseModel]) -> dict[str, str]:
    return {"$ref": REF.format(model=model.__name__)}


def _json_response(model: type[BaseModel], description: str = "") -> dict[str, Any]:
    described = description or (model.__doc__ or "").strip()
    return {"description": described, "content": {"application/json": {"schema": _ref(model)}}}


def _query(query: type[BaseModel]) -> dict[str, Any]:
    """An operation's parameters behind the ? of its address."""
    fields = query.model_json_schema()["properties"]
    return {
        "parameters": [
            {"name": name, "in": "query", "description": schema.pop("description"), "schema": schema}
            for name, schema in fields.items()
        ]
    }


def _examples(body: type[BaseModel]) -> dict[str, Any]:
    told = EXAMPLES.get(body, {})
    return {"examples": {name: {"value": value} for name, value in told.items()}} if told else {}


def _encoding(body: type[BaseModel]) -> dict[str, Any]:
    """Of a form: text as it is, all else as JSON, a list in one part."""
    if "file" not in body.model_fields:
        return {}
    others = [name for name in body.model_fields if name != "file" and not takes_text(body, name)]
    return {"encoding": {name: {"contentType": JSON} for name in others}} if others else {}


def _post_operation(summary: str, body: type[BaseModel], answer: dict[str, Any]) -> dict[str, Any]:
    kind = "multipart/form-data" if "file" in body.model_fields else "application/json"
    return {
        "summary": summary,
        "operationId": body.__name__.removesuffix("Body").lower(),
        "requestBody": {
            "required": True,
            "content": {kind: {"schema": _ref(body), **_examples(body), **_encoding(body)}},
        },
        "responses": {
            "200": answer,
            **{str(status): _json_response(ErrorAnswer, what) for status, what in ERRORS.items()},
        },
        "security": [{}, {"key": []}],
    }
