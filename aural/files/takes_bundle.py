"""All takes of a request -> ZIP: a WAV of each, the best first, and how they were weighed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from aural.files.bundle import zipped
from aural.files.tags import Tags, facts_json
from aural.files.wav import BITS, BitDepth, wav_bytes
from aural.types import Selection, Take


def takes_zip_bytes(take: Take, tags: Tags, bits: BitDepth = BITS) -> bytes:
    """`takes/1-seed-SEED.wav` and so on in so many bits, where 1 is the best, and `facts.json`. `take`: the best, of
    `tags`, which has all of them in its selection.

    Each file is tagged with its own seed, as it would be if it had been asked for alone. Raises ValueError for a take
    without them, and as `wav_bytes` does.
    """
    selection = take.selection
    if selection is None or not selection.takes:
        raise ValueError("The take has not kept the others.")
    return zipped(_files(selection, tags, bits))


def _files(selection: Selection, tags: Tags, bits: BitDepth) -> Iterator[tuple[str, bytes]]:
    told: list[dict[str, Any]] = []
    for rank, place in enumerate(selection.ranking, 1):
        one = selection.takes[place]
        own = Tags.of(one)
        path = f"takes/{rank}-seed-{one.seed}.wav"
        score = asdict(selection.scores[place])
        told.append({"file": path, "candidate": place + 1, "score": score, "facts": json.loads(facts_json(own))})
        yield path, wav_bytes(one, own, bits)
    facts = {"seed": tags.seed, "asked": selection.asked, "best": told[0]["file"], "takes": told}
    yield "facts.json", json.dumps(facts).encode()
