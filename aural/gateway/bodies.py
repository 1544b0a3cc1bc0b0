"""Request bodies: pydantic models with every field described, read from JSON or multipart without touching the disk."""

from __future__ import annotations

import asyncio
import json
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, WithJsonSchema, field_validator
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from aural.errors import BadField, DeadlineExceeded
from aural.flow import Deadline
from aural.keys import Key
from aural.settings import MAX_DURATION_S, MAX_UPLOAD_BYTES, MIN_DURATION_S
from aural.wire import MusicRequest
from aural.wording.emotion import EMOTIONS
from aural.wording.style import STYLES

MAX_SEED = 2**63 - 1
MAX_FIELD_BYTES = 64 * 1024
MAX_FIELDS = 32

Audio = Annotated[
    bytes,
    Field(min_length=1, description="The clip: any common audio format, at most 30 MB and 30 s."),
    # `type: file` is what BentoML's clients read in /schema.json; /docs.json says `string, binary`.
    WithJsonSchema({"type": "file", "format": "binary", "description": "The clip: at most 30 MB and 30 s."}),
]
Level = Annotated[float, Field(ge=0, le=1)]


class Controls(BaseModel):
    """The optional controls that /generate and /compose share."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    energy_curve: Annotated[list[Level], Field(min_length=2, max_length=1000)] | None = Field(
        None,
        description="Energy to follow: values 0..1, spread evenly over the duration.",
        examples=[[0.2, 0.8, 0.5]],
    )
    guidance: float = Field(3.0, ge=0, le=10, description="How closely MusicGen follows the prompt.")
    temperature: float = Field(1.0, ge=0.1, le=2, description="Sampling temperature of MusicGen.")
    top_k: int = Field(250, ge=0, le=2048, description="MusicGen samples from the k likeliest tokens; 0: from all.")
    top_p: float = Field(0.0, ge=0, le=1, description="Nucleus sampling instead of top_k; 0: off.")
    style_id: str | None = Field(None, description="One of the style vocabulary (see /info).", examples=["lofi"])
    emotion: str | None = Field(None, description="One of the emotion vocabulary (see /info).", examples=["calm"])

    @field_validator("style_id")
    @classmethod
    def _known_style(cls, value: str | None) -> str | None:
        if value is not None and value not in STYLES:
            raise ValueError(f"{value!r} is not a style. Styles: {', '.join(STYLES)}.")
        return value

    @field_validator("emotion")
    @classmethod
    def _known_emotion(cls, value: str | None) -> str | None:
        if value is not None and value not in EMOTIONS:
            raise ValueError(f"{value!r} is not an emotion. Emotions: {', '.join(EMOTIONS)}.")
        return value


Duration = Annotated[
    float,
    Field(ge=MIN_DURATION_S, le=MAX_DURATION_S, description="Length of the body in s; a 300 ms tail follows it."),
]


class GenerateBody(Controls):
    """Body of POST /generate."""

    prompt: str = Field(min_length=1, max_length=2000, description="What the music should be.", examples=["warm lofi"])
    bpm: float | None = Field(None, ge=30, le=300, description="Tempo. Left out: the prompt's, or one that fits it.")
    key: str | None = Field(None, description="Key, like 'C major', 'F#m', 'Gb minor'.", examples=["A minor"])
    duration: Duration = 30.0
    seed: int | None = Field(None, ge=0, le=MAX_SEED, description="Same request, same seed: same bytes.")
    stream: bool = Field(False, description="Send the WAV while it is being made. The deadline is for the whole of it.")

    @field_validator("prompt")
    @classmethod
    def _has_words(cls, value: str) -> str:
        if not value.strip():
            raise ValueError("The prompt is blank. Say what the music should be.")
        return value.strip()

    @field_validator("key")
    @classmethod
    def _one_spelling(cls, value: str | None) -> str | None:
        return None if value is None else str(Key.parse(value))

    def to_request(self, seed: int) -> MusicRequest:
        return MusicRequest(
            prompt=self.prompt,
            duration_s=self.duration,
            seed=seed,
            bpm=self.bpm,
            key=self.key,
            **_controls(self),
        )


class AnalyzeBody(BaseModel):
    """Body of POST /analyze."""

    model_config = ConfigDict(extra="forbid")

    file: Audio


class ComposeBody(Controls):
    """Body of POST /compose."""

    file: Audio
    duration: Duration = 60.0
    seed: int = Field(42, ge=0, le=MAX_SEED, description="Same clip, same seed: same bytes.")

    def to_request(self) -> MusicRequest:
        return MusicRequest(prompt="", duration_s=self.duration, seed=self.seed, **_controls(self))


def _controls(body: Controls) -> dict[str, Any]:
    named = {name: getattr(body, name) for name in Controls.model_fields}
    if body.energy_curve is not None:
        named["energy_curve"] = tuple(body.energy_curve)
    return named


Body = TypeVar("Body", bound=BaseModel)


async def read_body(kind: type[Body], request: Request, deadline: Deadline) -> Body:
    """The request's body as `kind`. Raises BadField, DeadlineExceeded, and UploadTooLarge from the door's count."""
    try:
        async with asyncio.timeout(deadline.left_s):
            return await _read(kind, request)
    except TimeoutError as cause:
        raise DeadlineExceeded("The body did not arrive in time. Send it faster, or send less.") from cause


async def _read(kind: type[Body], request: Request) -> Body:
    try:
        if "file" in kind.model_fields:
            return kind.model_validate(await _form_fields(request))
        return kind.model_validate(_json_fields(await request.body()))
    except ValidationError as cause:
        raise BadField(_sentence(cause)) from cause


def _json_fields(body: bytes) -> dict[str, Any]:
    try:
        fields = json.loads(body or b"{}")
    except (ValueError, RecursionError) as cause:
        raise BadField(f"The body is not JSON ({cause}).") from cause
    if not isinstance(fields, dict):
        raise BadField("The body must be a JSON object.")
    return fields


class _InMemoryParser(MultiPartParser):
    spool_max_size = MAX_UPLOAD_BYTES + 1  # never rolls over to a file on disk


async def _form_fields(request: Request) -> dict[str, Any]:
    if not request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        raise BadField("Send the clip as multipart/form-data, in the field 'file' (curl: -F file=@clip.wav).")
    parser = _InMemoryParser(
        request.headers, request.stream(), max_files=1, max_fields=MAX_FIELDS, max_part_size=MAX_FIELD_BYTES
    )
    try:
        form = await parser.parse()
    except MultiPartException as cause:
        raise BadField(f"The multipart body cannot be read: {cause.message}") from cause
    except (ValueError, KeyError) as cause:
        raise BadField("The multipart body cannot be read: it is malformed.") from cause
    fields: dict[str, Any] = {}
    for name, value in form.multi_items():
        if name in fields:
            raise BadField(f"{name}: given twice. Send it once.")
        if isinstance(value, UploadFile):
            if name != "file":
                raise BadField(f"{name}: is a file. Only the field 'file' takes one.")
            fields[name] = await value.read()
        elif name == "file":
            # BentoML would take the text for a URL and fetch it.
            raise BadField(
                "file: is text. Send the clip's bytes as a file (curl: -F file=@clip.wav); URLs are not fetched."
            )
        else:
            fields[name] = _plain(value)
    await form.close()
    return fields


def _plain(text: str) -> Any:
    """A form field is JSON where it can be (numbers, lists), else the text itself."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def _sentence(cause: ValidationError) -> str:
    """Every wrong field with what is wrong about it."""
    return " ".join(
        f"{'.'.join(str(part) for part in error['loc']) or 'body'}: {_what(error['msg'])}"
        for error in cause.errors()[:5]
    )


def _what(message: str) -> str:
    message = message.removeprefix("Value error, ")
    return message if message.endswith(".") else f"{message}."
