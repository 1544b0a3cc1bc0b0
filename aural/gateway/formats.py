"""The formats that music leaves in, and which of them a client takes (RFC 9110, `Accept`)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from aural.errors import BadField
from aural.files.bundle import zip_bytes
from aural.files.compressed import flac_bytes, ogg_bytes
from aural.files.tags import Tags
from aural.files.takes_bundle import takes_zip_bytes
from aural.files.wav import wav_bytes
from aural.types import Take


@dataclass(frozen=True)
class Format:
    """`media`: what the answer says it is. `stems`: it has the parts and the notes as well."""

    suffix: str
    media: str
    write: Callable[[Take, Tags], bytes]
    stems: bool = False


EVENTS = "text/event-stream"
WAV = Format("wav", "application/octet-stream", wav_bytes)
BY_MEDIA = {
    "application/octet-stream": WAV,
    "audio/wav": Format("wav", "audio/wav", wav_bytes),
    "audio/flac": Format("flac", "audio/flac", flac_bytes),
    "audio/ogg": Format("ogg", "audio/ogg", ogg_bytes),
    "application/zip": Format("zip", "application/zip", zip_bytes, stems=True),
}
TAKES = Format("zip", "application/zip", takes_zip_bytes)
OTHER_NAMES = {
    "audio/x-wav": "audio/wav",
    "audio/wave": "audio/wav",
    "audio/vnd.wave": "audio/wav",
    "audio/x-flac": "audio/flac",
    "audio/vorbis": "audio/ogg",
    "application/ogg": "audio/ogg",
    "application/x-zip-compressed": "application/zip",
    "audio/*": "audio/wav",
    "*/*": "application/octet-stream",
    "application/*": "application/octet-stream",
}


def format_for(accept: str) -> Format:
    """The format that `Accept` likes best, of equals the first; WAV for one that names none of ours."""
    wanted = [_parse_media_range(part) for part in accept.split(",")]
    known = [(weight, BY_MEDIA[media]) for media, weight in wanted if media in BY_MEDIA and weight > 0]
    return max(known, key=lambda one: one[0])[1] if known else WAV


def event_format(accept: str) -> Format | None:
    """The format of the file at the end of an event stream, where `Accept` names one; None where it does not."""
    if not any(media == EVENTS and weight > 0 for media, weight in map(_parse_media_range, accept.split(","))):
        return None
    form = format_for(accept)
    return BY_MEDIA["audio/wav"] if form is WAV else form


def takes_format(accept: str) -> Format:
    """The ZIP of all takes. Raises BadField for an `Accept` that does not allow it; one for events alone does."""
    weights = dict(_split_media_range(part) for part in accept.split(","))
    weights = {media: weight for media, weight in weights.items() if media not in ("", EVENTS)}
    names = (TAKES.media, "application/x-zip-compressed", "application/*", "*/*")
    # What is named more closely counts (RFC 9110, 12.5.1).
    if next((weights[name] for name in names if name in weights), 0.0 if weights else 1.0) <= 0:
        raise BadField(
            f"takes: 'all' is answered as {TAKES.media}, which Accept ({accept}) does not allow. Send Accept:"
            f" {TAKES.media}, or leave takes out."
        )
    return TAKES


def _parse_media_range(part: str) -> tuple[str, float]:
    """A media range by its one name, and its q."""
    media, weight = _split_media_range(part)
    return OTHER_NAMES.get(media, media), weight


def _split_media_range(part: str) -> tuple[str, float]:
    """A media range as it is written, and its q."""
    media, *parameters = (piece.strip().lower() for piece in part.split(";"))
    weight = 1.0
    for parameter in parameters:
        if parameter.startswith("q="):
            try:
                weight = float(parameter[2:])
            except ValueError:
                weight = 0.0
    return media, weight
