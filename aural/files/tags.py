"""What a file says about itself, in any format, and how it is read back."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from typing import Any

from aural.files import flac, mp3, mp4, ogg
from aural.files.riff import chunks
from aural.files.vorbis_comment import unpacked
from aural.settings import VERSION
from aural.theory.metre import COMMON_METRE, METRES, Metre, MetreName
from aural.types import TAKE_RATE_HZ, TRAINED, Origin, Take

SOFTWARE = f"Aural Architect {VERSION}"
MAX_PROMPT_CHARS = 1000
MAX_TITLE_BYTES = 120  # players show one line
SOURCE_TYPES = "http://cv.iptc.org/newscodes/digitalsourcetype/"
"""IPTC's vocabulary: who made a digital work, a person or a machine."""
UNREADABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 has no place for, and what ends a text early in other formats: control characters, halves of pairs."""


@dataclass(frozen=True)
class Tags:
    """The same facts as in the answer's headers. `metre`: None where nobody has seen to it. `bpm` counts its beats.
    `rate_hz`: of the file's samples, in which `loop_end` counts.

    `request_id` stays out of the file unless it is given: the same request must give the same bytes.
    """

    prompt: str
    seed: int
    model: str
    licence: str
    loop_end: int
    bpm: float | None = None
    key: str | None = None
    style_id: str | None = None
    request_id: str | None = None
    software: str = SOFTWARE
    origin: Origin = TRAINED
    bars: int = 0
    metre: MetreName | None = None
    heard: tuple[str, ...] = ()
    rate_hz: int = TAKE_RATE_HZ

    @classmethod
    def of(cls, take: Take) -> Tags:
        """A take's metre is known where its composer counts, or where its bars were counted."""
        return cls(
            take.prompt,
            take.seed,
            take.model,
            take.licence,
            take.loop_end,
            take.bpm,
            take.key,
            take.style_id,
            origin=take.origin,
            bars=take.bars,
            metre=take.metre if take.exact or take.bars else None,
            heard=take.heard,
            rate_hz=take.rate_hz,
        )

    @property
    def title(self) -> str:
        """One line of the prompt, `MAX_TITLE_BYTES` in UTF-8 at most, no character cut in half."""
        line = " ".join("".join(c if c.isprintable() else " " for c in self.prompt).split())
        return line.encode(errors="replace")[:MAX_TITLE_BYTES].decode(errors="ignore").strip()

    @property
    def description(self) -> str:
        """The prompt, `MAX_PROMPT_CHARS` at most, without what XML cannot hold."""
        return UNREADABLE.sub("\ufffd", _shortened(self.prompt))

    @property
    def counted_in(self) -> Metre:
        """The metre, and common time where none is known."""
        return METRES[self.metre or COMMON_METRE]

    @property
    def beats(self) -> int | None:
        """In the body, as the tempo counts them; None where no tempo is known."""
        if self.bpm is None:
            return None
        return self.bars * self.counted_in.beats or max(1, round(self.loop_end / self.rate_hz * self.bpm / 60))

    @property
    def source_type(self) -> str:
        """The IPTC term for how the sound came about."""
        return SOURCE_TYPES + self.origin


def facts_json(tags: Tags) -> str:
    """All of it, in ASCII; what is not known is left out, and so is the rate where it is that of a take."""
    facts = {name: value for name, value in asdict(tags).items() if value is not None}
    del facts["origin"]
    if tags.bars:
        facts["beats_per_bar"] = tags.counted_in.beats
    else:
        del facts["bars"]
    if not tags.heard:
        del facts["heard"]
    if tags.rate_hz == TAKE_RATE_HZ:
        del facts["rate_hz"]
    facts["prompt"] = _shortened(tags.prompt)
    facts["digital_source_type"] = tags.source_type
    return json.dumps(facts)


def read_tags(data: bytes) -> dict[str, Any]:
    """The facts that a file of ours has, {} where there are none.

    Raises ValueError for what is no WAV, FLAC, OGG, MP3 or M4A.
    """
    if data[:4] == b"RIFF" and data[8:12] == b"WAVE":
        return _facts(_wav_comment(data))
    if data[:4] == flac.MARK:
        return _facts(unpacked(flac.vorbis_comments(data)).get("COMMENT", ""))
    if data[:4] == b"OggS":
        return _facts(unpacked(ogg.vorbis_comments(data) or ogg.opus_comments(data)).get("COMMENT", ""))
    if data[:3] == mp3.MARK:
        return _facts(mp3.comment(data))
    if data[4:8] == mp4.MARK:
        return _facts(mp4.comment(data))
    raise ValueError("Not a WAV, FLAC, OGG, MP3 or M4A file.")


def _wav_comment(data: bytes) -> str:
    for name, content in chunks(data[12:]):
        if name == b"LIST" and content[:4] == b"INFO":
            for field, text in chunks(content[4:]):
                if field == b"ICMT":
                    return text.rstrip(b"\0").decode(errors="replace")
    return ""


def _facts(comment: str) -> dict[str, Any]:
    """Others write what they like there."""
    try:
        facts = json.loads(comment)
    except ValueError:
        return {}
    return facts if isinstance(facts, dict) else {}


def _shortened(text: str) -> str:
    return text if len(text) <= MAX_PROMPT_CHARS else text[: MAX_PROMPT_CHARS - 1] + "…"
