"""Take -> ZIP: the mix, the stems that add up to it, the notes and the facts."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator

from aural.files.compressed import stem_bytes
from aural.files.tags import Tags, facts_json
from aural.files.wav import BITS, BitDepth, wav_bytes
from aural.types import Take

NO_TIME = (1980, 1, 1, 0, 0, 0)  # ZIP's first: the same take gives the same bytes
UNIX, READABLE = 3, 0o644


def zip_bytes(take: Take, tags: Tags, bits: BitDepth = BITS) -> bytes:
    """`mix.wav` in so many bits, `stems/01-NAME.flac` and so on (24 bits), `music.mid` where there are notes,
    `facts.json`.

    Raises ValueError for a take without stems, and as `wav_bytes` does.
    """
    if not take.stems:
        raise ValueError("The take has no stems.")
    return zipped(_files(take, tags, bits))


def zipped(files: Iterable[tuple[str, bytes]]) -> bytes:
    """Files by their paths, in a ZIP; the same files give the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:  # audio hardly gets smaller
        for path, data in files:
            entry = zipfile.ZipInfo(path, NO_TIME)
            entry.create_system, entry.external_attr = UNIX, READABLE << 16  # wherever it is written
            archive.writestr(entry, data)
    return out.getvalue()


def _files(take: Take, tags: Tags, bits: BitDepth) -> Iterator[tuple[str, bytes]]:
    """Path and content, one after the other."""
    yield "mix.wav", wav_bytes(take, tags, bits)
    for number, (name, stem) in enumerate(take.stems.items(), 1):
        yield f"stems/{number:02d}-{_safe_file_name(name)}.flac", stem_bytes(stem, tags, name)
    if take.midi:
        yield "music.mid", take.midi
    yield "facts.json", facts_json(tags).encode()


def _safe_file_name(name: str) -> str:
    """Letters, digits and hyphens: a path of one part on any system."""
    return re.sub("[^A-Za-z0-9]+", "-", name).strip("-") or "stem"
