"""The OpenAPI 3.1 document of /docs.json, made from the pydantic models that requests are checked with."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field
from pydantic.json_schema import models_json_schema

from aural.gateway.bodies import AnalyzeBody, ComposeBody, GenerateBody
from aural.gateway.formats import BY_MEDIA
from aural.settings import VERSION

REF = "#/components/schemas/{model}"


class Alternative(BaseModel):
    bpm: float = Field(description="Another tempo that the same pulse can be counted in.")
    weight: float = Field(ge=0, le=1, description="How likely it is, next to the others.")


class Source(BaseModel):
    rate_hz: int = Field(description="Sample rate of the file.")
    channels: int = Field(description="Channels of the file.")
    codec: str = Field(description="Codec of the file.")


class TempoDetails(BaseModel):
    confidence: float = Field(ge=0, le=1, description="How sure the tempo is.")
    alternatives: list[Alternative] = Field(description="Half, double and other readings.")
    beats_s: list[float] = Field(description="Beat times in s.")
    downbeats_s: list[float] = Field(description="Those beats that open a bar.")
    beats_per_bar: int | None = Field(description="2, 3 or 4; null where nothing tells.")
    bars_confidence: float = Field(ge=0, le=1, description="How sure both are.")
    drift: float | None = Field(description="How far the tempo strays from itself, as a share; null for few beats.")
    steady: bool | None = Field(description="Whether that is under 1.5 %.")


class LoudnessDetails(BaseModel):
    integrated_lufs: float | None = Field(description="Gated loudness of the mono mix (ITU-R BS.1770-4).")
    range_lu: float | None = Field(description="Loudness range (EBU Tech 3342); null under three seconds.")


class EnergyDetails(BaseModel):
    lufs: list[float | None] = Field(description="K-weighted loudness of each half second; null in digital silence.")
    onsets_per_s: list[float | None] = Field(description="Onsets per second, within a second to either side.")
    brightness_hz: list[float | None] = Field(description="Centroid of the power spectrum; null where nothing sounds.")


class KeyPart(BaseModel):
    from_s: float = Field(description="Where it begins.")
    key: str = Field(description="The key from there on.")


class KeyDetails(BaseModel):
    confidence: float = Field(ge=0, le=1, description="Probability of the key.")
    second: str | None = Field(description="The next best key.")
    second_confidence: float = Field(ge=0, le=1, description="Its probability.")
    probabilities: dict[str, float] = Field(
        description="Of all 24 keys, likeliest first; empty where nothing is tonal."
    )
    modulates: bool = Field(description="A warning: a good part of the clip is in another key.")
    parts: list[KeyPart] = Field(description="The keys that it goes through, in order; one where it stays.")
    tuning_cents: float = Field(description="Distance of the clip's tuning from A = 440 Hz.")


class EmotionDetails(BaseModel):
    valence: float = Field(ge=-1, le=1, description="Unpleasant (-1) to pleasant (1).")
    arousal: float = Field(ge=-1, le=1, description="Calm (-1) to excited (1).")
    confidence: float = Field(ge=0, le=1, description="Margin of the emotion word over the next one.")


class StyleDetails(BaseModel):
    style_id: str = Field(description="One of the style vocabulary.")
    probability: float = Field(ge=0, le=1, description="Its probability.")


class PitchDetails(BaseModel):
    low_hz: float | None = Field(description="5th percentile of voiced F0; null where nothing is voiced.")
    median_hz: float | None = Field(description="Median of voiced F0.")
    high_hz: float | None = Field(description="95th percentile of voiced F0.")
    voiced_share: float = Field(ge=0, le=1, description="Share of frames with a pitch.")


class Details(BaseModel):
    duration_s: float = Field(description="Length of the clip.")
    source: Source = Field(description="What the file held.")
    tempo: TempoDetails = Field(description="Confidence, alternatives and beats.")
    key: KeyDetails = Field(description="Confidence, second best key and tuning.")
    energy: EnergyDetails = Field(description="What energy_curve is made of, one value per step.")
    loudness: LoudnessDetails = Field(description="Of the whole clip.")
    emotion: EmotionDetails = Field(description="Valence and arousal behind the emotion word.")
    styles: list[StyleDetails] = Field(description="The five likeliest styles, best first.")
    energy_step_s: float = Field(description="Seconds between two values of energy_curve.")
    pitch: PitchDetails = Field(description="Range of the leading pitch (CREPE).")
    models: dict[str, str] = Field(description="Which model answered for what.")


class AnalysisAnswer(BaseModel):
    """Answer of POST /analyze."""

    bpm: float | None = Field(description="Tempo in beats a minute; null where nothing pulses.")
    key: str | None = Field(description="One of 24 keys, like 'A minor'; null where nothing is tonal.")
    emotion: str = Field(description="One of the emotion vocabulary (see /info).")
    energy_curve: list[float] = Field(
        description="Energy 0..1 per 0.5 s: loudness (-50 LUFS is 0, -5 is 1), onsets, brightness."
    )
    style_id: str = Field(description="One of the style vocabulary (see /info).")
    prompt: str = Field(description="A MusicGen prompt for music like the clip.")
    details: Details = Field(description="Confidences, alternatives, beats, ranges and model ids.")


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
    vocabularies: dict[str, list[str]] = Field(description="All emotions, styles and keys.")
    models: dict[str, dict[str, Any]] = Field(description="Per runner: model, revision, licence, device, precision.")


ANSWERS = (AnalysisAnswer, ErrorAnswer, HealthAnswer, InfoAnswer)
BODIES = (AnalyzeBody, GenerateBody, ComposeBody)

ERRORS = {
    400: "A field is missing, unknown or out of range.",
    401: "The API key is missing or wrong (only where the service has one).",
    413: "The upload is larger than 30 MB.",
    415: "The upload cannot be decoded as audio.",
    422: "The audio is too long or too short, or silent where there must be something to follow; or the composer that"
    " is loaded cannot do what was asked (continue, stems).",
    429: "Too many requests at once; see Retry-After.",
    500: "A bug on our side.",
    503: "Not ready, or the music cannot be finished in time; see Retry-After.",
    504: "The deadline passed.",
}
MUSIC_HEADERS = {
    "X-Aural-Seed": "The seed that gives these bytes again.",
    "X-Aural-Bpm": "Tempo that the music was set to, or unknown; in a stream the asked one.",
    "X-Aural-Key": "Key that the music was set to, or unknown; in a stream the asked one.",
    "X-Aural-Loop-End": "Where the body ends and the 300 ms tail begins, in samples.",
    "X-Aural-Bars": "Bars of the body; 0 where it was not asked to be a loop.",
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
    music = {
        "description": "Stereo 32 kHz: `duration` seconds and a 300 ms tail that continues them. `Accept` chooses:"
        " 16-bit WAV (the default), FLAC, OGG Vorbis, or, from the sketch composer, a ZIP with the mix, stems and MIDI."
        " With `stream` the WAV comes while it is being made; if that fails, it ends before its announced length."
        " Headers from X-Aural-Off on are there where the music was finished: see README.",
        "content": {kind: {"schema": _BINARY} for kind in BY_MEDIA},
        "headers": {name: {"description": what, "schema": {"type": "string"}} for name, what in MUSIC_HEADERS.items()},
    }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Aural Architect",
            "version": VERSION,
            "description": "Listens to a clip and composes music that fits.",
        },
        "paths": {
            "/analyze": {"post": _call("Listen to a clip.", AnalyzeBody, _json(AnalysisAnswer))},
            "/generate": {"post": _call("Compose from a prompt.", GenerateBody, music)},
            "/compose": {"post": _call("Compose music that follows a clip.", ComposeBody, music)},
            "/health": {
                "get": {
                    "summary": "Are all models warm?",
                    "operationId": "health",
                    "responses": {"200": _json(HealthAnswer), "503": _json(HealthAnswer)},
                }
            },
            "/info": {
                "get": {
                    "summary": "Versions, models, limits, vocabularies.",
                    "operationId": "info",
                    "responses": {"200": _json(InfoAnswer), "503": _json(ErrorAnswer)},
                }
            },
        },
        "components": {
            "schemas": definitions,
            "securitySchemes": {
                "key": {"type": "http", "scheme": "bearer", "description": "Where AURAL_API_KEY is set."}
            },
        },
    }


_BINARY = {"type": "string", "format": "binary"}


def _ref(model: type[BaseModel]) -> dict[str, str]:
    return {"$ref": REF.format(model=model.__name__)}


def _json(model: type[BaseModel], description: str = "") -> dict[str, Any]:
    described = description or (model.__doc__ or "").strip()
    return {"description": described, "content": {"application/json": {"schema": _ref(model)}}}


def _call(summary: str, body: type[BaseModel], answer: dict[str, Any]) -> dict[str, Any]:
    kind = "multipart/form-data" if "file" in body.model_fields else "application/json"
    return {
        "summary": summary,
        "operationId": body.__name__.removesuffix("Body").lower(),
        "requestBody": {"required": True, "content": {kind: {"schema": _ref(body)}}},
        "responses": {
            "200": answer,
            **{str(status): _json(ErrorAnswer, what) for status, what in ERRORS.items()},
        },
        "security": [{}, {"key": []}],
    }
