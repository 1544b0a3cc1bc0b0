"""The formats that music comes in."""

from __future__ import annotations

from typing import Literal, TypeAlias, get_args

Format: TypeAlias = Literal["wav", "flac", "ogg", "mp3", "m4a", "opus", "zip"]
"""`ogg`: Vorbis; `m4a`: AAC; `zip`: mix, stems, notes and facts, from the sketch composer."""

MEDIA: dict[Format, str] = {
    "wav": "audio/wav",
    "flac": "audio/flac",
    "ogg": "audio/ogg",
    "mp3": "audio/mpeg",
    "m4a": "audio/mp4",
    "opus": "audio/opus",
    "zip": "application/zip",
}
BY_MEDIA: dict[str, Format] = {**{media: name for name, media in MEDIA.items()}, "application/octet-stream": "wav"}
EVENTS = "text/event-stream"


def media_of(form: Format) -> str:
    """Raises ValueError for what is no format."""
    if form not in MEDIA:
        raise ValueError(f"format is {form!r}; it must be one of {', '.join(get_args(Format))}.")
    return MEDIA[form]
