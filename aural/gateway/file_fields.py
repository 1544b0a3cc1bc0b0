"""What a request may say of the file that is answered, beside its format: no composer hears of it."""

from __future__ import annotations

from pydantic import BaseModel, Field

from aural.files.wav import BitDepth
from aural.gateway.formats import Rate


class FileFields(BaseModel):
    """What the samples of the file are. Which of it a format can have says `Format.sample_format`."""

    rate: Rate | None = Field(
        None,
        description="Samples a second of the file. Left out: 32000, and from Opus 48000, which is all that it has."
        " Music is composed at 32000: more makes it fit where it goes, and no better.",
    )
    bit_depth: BitDepth | None = Field(
        None,
        description="Bits of a sample in WAV, FLAC and the ZIP's mix; `32f`: floats, not in FLAC. Left out: 16. Other"
        " formats have none.",
    )
