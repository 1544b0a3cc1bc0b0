"""What a field may be. Formats and lists are for the document: the bodies' validators refuse in words of their own."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, WithJsonSchema

from aural.settings import MAX_DURATION_S, MIN_DURATION_S
from aural.wording.emotion import EMOTIONS
from aural.wording.style import STYLES

MOST_WORDS_CHARS = 500
NOT_BLANK = {"pattern": r"\S"}

Audio = Annotated[
    bytes,
    Field(min_length=1, description="The clip: any common audio format, at most 30 MB and 30 s."),
    # `type: file` is what BentoML's clients read in /schema.json; /docs.json says `string, binary`.
    WithJsonSchema({"type": "file", "format": "binary", "description": "The clip: at most 30 MB and 30 s."}),
]
Level = Annotated[float, Field(ge=0, le=1)]
Duration = Annotated[
    float,
    Field(
        ge=MIN_DURATION_S, le=MAX_DURATION_S, description="Length of the body in s; a 300 ms tail follows it (`tail`)."
    ),
]
Prompt = Annotated[str, Field(min_length=1, max_length=2000, json_schema_extra=NOT_BLANK)]
Words = Annotated[str, Field(min_length=1, max_length=MOST_WORDS_CHARS, json_schema_extra=NOT_BLANK)]
Chords = Annotated[
    str, Field(min_length=1, max_length=MOST_WORDS_CHARS, json_schema_extra={"format": "chord-progression"})
]
KeyName = Annotated[str, Field(max_length=40, json_schema_extra={"format": "musical-key"})]
StyleId = Annotated[str, Field(json_schema_extra={"enum": list(STYLES)})]
Emotion = Annotated[str, Field(json_schema_extra={"enum": list(EMOTIONS)})]
