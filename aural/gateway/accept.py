"""Which of the formats a client takes: `Accept`, as RFC 9110 has it (12.5.1)."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass

from aural.errors import NotAcceptable, shown
from aural.gateway.formats import BY_MEDIA, EVENTS, TAKES, WAV, Format

JSON = "application/json"
OTHER_NAMES = {
    "audio/x-wav": "audio/wav",
    "audio/wave": "audio/wav",
    "audio/vnd.wave": "audio/wav",
    "audio/x-flac": "audio/flac",
    "audio/vorbis": "audio/ogg; codecs=vorbis",
    "application/ogg": "audio/ogg",
    "audio/mp3": "audio/mpeg",
    "audio/x-mp3": "audio/mpeg",
    "audio/m4a": "audio/mp4",
    "audio/x-m4a": "audio/mp4",
    "application/x-zip-compressed": "application/zip",
    "*": "*/*",
}
CODECS = {
    "audio/wav": "1",
    "audio/flac": "flac",
    "audio/ogg": "vorbis",
    "audio/ogg; codecs=opus": "opus",
    "audio/opus": "opus",
    "audio/mpeg": "mp3",
    "audio/mp4": "mp4a.40.2",
}
"""What the parameter `codecs` of a media range may say of each."""
BETWEEN_COMMAS = re.compile(r'(?:[^,"]|"(?:\\.|[^"\\])*"?)+')
BETWEEN_SEMICOLONS = re.compile(r'(?:[^;"]|"(?:\\.|[^"\\])*"?)+')


@dataclass(frozen=True)
class MediaRange:
    """One of those in an `Accept`, by the name that we know it by. `weight`: its q, 0 for what is not wanted."""

    media: str
    codecs: str
    weight: float

    @classmethod
    def of(cls, text: str) -> MediaRange:
        """A weight that cannot be read is none."""
        named, *parameters = (piece.strip() for piece in BETWEEN_SEMICOLONS.findall(text))
        media, _, implied = OTHER_NAMES.get(named.lower(), named.lower()).partition("; codecs=")
        codecs, weight = implied, 1.0
        for parameter in parameters:
            name, _, value = (part.strip() for part in parameter.partition("="))
            if name.lower() == "codecs":
                codecs = value.strip('"').strip().lower()
            elif name.lower() == "q":
                weight = _weight(value)
        return cls(media, codecs, weight)

    def specificity(self, media: str) -> int:
        """How narrowly it is that `media` is in this range: 3 with its codec, 2 by its name, 1 by its kind, 0 as one of
        all; -1 where it is not."""
        name = media.partition(";")[0]
        if self.media == name:
            if not self.codecs:
                return 2
            return 3 if self.codecs == CODECS.get(media) else -1
        if self.media == f"{name.partition('/')[0]}/*":
            return 1
        return 0 if self.media == "*/*" else -1


def format_for(accept: str) -> Format:
    """The format that `Accept` likes best, of equals the most narrowly named, then the first; where it names none but
    events, WAV. Raises NotAcceptable where it wants none of ours."""
    ranges = _of_the_file(accept) or [MediaRange.of("audio/wav")]
    likings = {media: _liking(media, ranges) for media in BY_MEDIA}
    best = max(BY_MEDIA, key=likings.__getitem__)
    if likings[best][0] <= 0:
        raise _refusal(accept, f"Music comes as {', '.join(BY_MEDIA)}, or is told of in {EVENTS}")
    return BY_MEDIA[best]


def event_format(accept: str) -> Format | None:
    """The format of the file at the end of an event stream, where `Accept` names one; None where it does not."""
    if not _wants_events(_ranges(accept)):
        return None
    form = format_for(accept)
    return BY_MEDIA["audio/wav"] if form is WAV else form


def takes_format(accept: str) -> Format:
    """The ZIP of all takes; who takes events alone has said nothing against it. Raises NotAcceptable."""
    if _liking(TAKES.media, _of_the_file(accept) or [MediaRange.of(TAKES.media)])[0] <= 0:
        raise _refusal(accept, f"All takes come as {TAKES.media}")
    return TAKES


def check_json(accept: str) -> None:
    """Raises NotAcceptable for who takes no JSON."""
    if _liking(JSON, _ranges(accept))[0] <= 0:
        raise _refusal(accept, f"What is heard in a clip comes as {JSON}")


def _liking(media: str, ranges: list[MediaRange]) -> tuple[float, int, int]:
    """A weight, from the narrowest range that has it; how narrow that is; and how early it was named."""
    found = [(one.specificity(media), -place) for place, one in enumerate(ranges)]
    narrowest, place = max(found, default=(-1, 0))
    if narrowest < 0:
        return 0.0, narrowest, place
    if media == WAV.media and narrowest < 2 and _liking("audio/wav", ranges)[:2] == (0.0, 2):
        return 0.0, narrowest, place  # it is a WAV by another name
    return ranges[-place].weight, narrowest, place


def _of_the_file(accept: str) -> list[MediaRange]:
    """What is said of the file; nothing where events alone are taken."""
    ranges = _ranges(accept)
    if _wants_events(ranges):
        # An error among the events is JSON: who takes that has said nothing of the file.
        return [one for one in ranges if one.media not in (EVENTS, JSON)]
    return ranges


def _ranges(accept: str) -> list[MediaRange]:
    """Who names none takes all."""
    named = [text for text in BETWEEN_COMMAS.findall(accept) if text.strip()]
    return [MediaRange.of(text) for text in named or ["*/*"]]


def _wants_events(ranges: Iterable[MediaRange]) -> bool:
    return any(one.media == EVENTS and one.weight > 0 for one in ranges)


def _weight(text: str) -> float:
    try:
        weight = float(text)
    except ValueError:
        return 0.0
    return 0.0 if math.isnan(weight) else weight


def _refusal(accept: str, what_there_is: str) -> NotAcceptable:
    return NotAcceptable(
        f"Accept: {shown(accept)} is nothing that there is. {what_there_is}. Name one of these, or */*."
    )
