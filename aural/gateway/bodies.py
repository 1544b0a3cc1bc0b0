"""Request bodies: pydantic models with every field described."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from aural.errors import shown
from aural.gateway.candidate_fields import CandidateFields
from aural.gateway.field_types import Audio, Chords, Duration, Emotion, KeyName, Level, Prompt, StyleId, Words
from aural.gateway.file_fields import FileFields
from aural.theory.chords import parse_progression
from aural.theory.keys import Key
from aural.theory.metre import MetreName
from aural.types import Controls, Ending, MusicRequest, PostprocessOptions
from aural.wording.emotion import EMOTIONS
from aural.wording.style import STYLES

MAX_SEED = 2**63 - 1
MOST_BARS = 64
OF_THE_ANSWER = ("candidates", "takes", "loudness", "tail", "rate", "bit_depth")
"""Controls that no composer is told of."""


class ControlFields(CandidateFields, FileFields):
    """The optional controls that /generate and /compose share."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False, strict=True)

    energy_curve: Annotated[list[Level], Field(min_length=2, max_length=1000)] | None = Field(
        None,
        description="Energy to follow: values 0..1, spread evenly over the duration.",
        examples=[[0.2, 0.8, 0.5]],
    )
    guidance: float = Field(3.0, ge=0, le=10, description="How closely MusicGen follows the prompt.")
    temperature: float = Field(1.0, ge=0.1, le=2, description="Sampling temperature of MusicGen.")
    top_k: int = Field(250, ge=0, le=2048, description="MusicGen samples from the k likeliest tokens; 0: from all.")
    top_p: float = Field(0.0, ge=0, le=1, description="Nucleus sampling instead of top_k; 0: off.")
    style_id: StyleId | None = Field(None, description="One of the style vocabulary (see /info).", examples=["lofi"])
    emotion: Emotion | None = Field(None, description="One of the emotion vocabulary (see /info).", examples=["calm"])
    metre: MetreName | None = Field(
        None,
        description="Metre; `bpm` counts its beats, which in 6/8 and 12/8 are dotted quarters. The sketch composer"
        " keeps it, MusicGen reads it in its prompt. Left out: the clip's where it is plainly in three, else the"
        " prompt's or the composer's choice.",
        examples=["3/4"],
    )
    chords: Chords | None = Field(
        None,
        description="Progression to play, as musicians write it. From the sketch composer.",
        examples=["Am F C G"],
    )
    negative_prompt: Words | None = Field(
        None,
        description="What the music should not be. The sketch composer leaves out what it names; MusicGen is guided"
        " away from it instead of from no text at all, by `guidance`: at 1 it has no say, under 1 it attracts.",
        examples=["drums"],
    )
    ending: Ending | None = Field(
        None,
        description="How the body ends. `cut`: it goes on into the tail. `ring`: on the tonic, which rings out in the"
        " tail; from the sketch composer. `fade`: a fade-out of a quarter of the body, 8 s at most, and a silent tail."
        " Left out: `ring` from the sketch composer, `cut` from MusicGen. Not with `loop`.",
        examples=["fade"],
    )
    tail: bool = Field(
        True,
        description="Whether 300 ms of how the music goes on follow the body. Without them a loop's file is the loop,"
        " to the sample; of other music the last 5 ms fade, so that it does not click.",
    )
    loop: bool = Field(
        False,
        description="Make the body a loop: a whole number of bars, to the sample, whose end leads into its start.",
    )
    bars: int | None = Field(
        None,
        ge=1,
        le=MOST_BARS,
        description="Length of the loop. Left out: as many bars as come nearest to `duration`. Not with `duration`.",
    )
    loudness: float | None = Field(
        None,
        ge=-40,
        le=-8,
        description="Integrated loudness of the body in LUFS (ITU-R BS.1770-4), under a true-peak ceiling of -1 dBFS."
        " Left out: -14 from MusicGen, by the energy from the sketch composer.",
        examples=[-16],
    )

    @model_validator(mode="after")
    def _one_length(self) -> Self:
        if self.bars is not None and not self.loop:
            raise ValueError("bars: makes a loop only. Send loop: true with it, or leave it out.")
        if self.bars is not None and "duration" in self.model_fields_set:
            raise ValueError("bars: says how long the body is, and so does duration. Send one of them.")
        return self

    @model_validator(mode="after")
    def _a_loop_has_no_end(self) -> Self:
        if self.loop and self.ending is not None:
            raise ValueError("ending: a loop has none, its end leads into its start. Leave ending out, or loop.")
        return self

    @property
    def postprocess(self) -> PostprocessOptions:
        return PostprocessOptions(self.candidates, self.loudness, keeps_all=self.takes == "all")

    @field_validator("chords", "negative_prompt")
    @classmethod
    def _not_blank(cls, value: str | None) -> str | None:
        if value is not None and not value.strip():
            raise ValueError("Is blank. Say something, or leave it out.")
        return None if value is None else value.strip()

    @field_validator("chords")
    @classmethod
    def _readable_chords(cls, value: str | None) -> str | None:
        if value is not None:
            parse_progression(value)
        return value

    @field_validator("style_id")
    @classmethod
    def _known_style(cls, value: str | None) -> str | None:
        if value is not None and value not in STYLES:
            raise ValueError(f"{shown(repr(value))} is not a style. Styles: {', '.join(STYLES)}.")
        return value

    @field_validator("emotion")
    @classmethod
    def _known_emotion(cls, value: str | None) -> str | None:
        if value is not None and value not in EMOTIONS:
            raise ValueError(f"{shown(repr(value))} is not an emotion. Emotions: {', '.join(EMOTIONS)}.")
        return value


class GenerateBody(ControlFields):
    """Body of POST /generate."""

    prompt: Prompt = Field(description="What the music should be.", examples=["warm lofi"])
    bpm: float | None = Field(
        None, ge=30, le=300, description="Tempo, in beats of the metre. Left out: the prompt's, or one that fits it."
    )
    key: KeyName | None = Field(None, description="Key, like 'C major', 'F#m', 'Gb minor'.", examples=["A minor"])
    duration: Duration = 30.0
    seed: int | None = Field(None, ge=0, le=MAX_SEED, description="Same request, same seed: same bytes.")
    stream: bool = Field(
        False,
        description="Send the WAV while it is being made. The deadline is for the whole of it. Not with loop,"
        " candidates or loudness, which need the whole take.",
    )

    @model_validator(mode="after")
    def _check_stream_options(self) -> Self:
        if self.stream and (self.loop or self.postprocess != PostprocessOptions()):
            raise ValueError(
                "stream: sends music before all of it is there; loop, candidates and loudness need the whole. Leave"
                " stream out, or them."
            )
        return self

    @field_validator("prompt")
    @classmethod
    def _has_words(cls, value: str) -> str:
        if not value.strip():
            raise ValueError("The prompt is blank. Say what the music should be.")
        return value.strip()

    @field_validator("key")
    @classmethod
    def _normalise_key(cls, value: str | None) -> str | None:
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

    model_config = ConfigDict(extra="forbid", strict=True)

    file: Audio


class ComposeBody(ControlFields):
    """Body of POST /compose."""

    file: Audio
    duration: Duration = 60.0
    seed: int = Field(42, ge=0, le=MAX_SEED, description="Same clip, same seed: same bytes.")
    mode: Literal["style", "continue"] = Field(
        "style",
        description="`style`: new music in the clip's tempo, key, energy, style and emotion. `continue`: MusicGen goes"
        " on from the clip's last seconds; the body begins where the clip ends.",
        examples=["continue"],
    )

    @model_validator(mode="after")
    def _check_continue_options(self) -> Self:
        if self.mode == "continue" and self.loop:
            raise ValueError("loop: its start would not go on from the clip. Leave loop out, or mode: continue.")
        return self

    def to_controls(self) -> Controls:
        continues = self.mode == "continue"
        return Controls(duration_s=self.duration, seed=self.seed, continues=continues, **_controls(self))


def _controls(body: ControlFields) -> dict[str, Any]:
    named = {name: getattr(body, name) for name in ControlFields.model_fields if name not in OF_THE_ANSWER}
    if body.energy_curve is not None:
        named["energy_curve"] = tuple(body.energy_curve)
    return named
