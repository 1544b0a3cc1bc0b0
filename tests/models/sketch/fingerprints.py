"""What the sketch composer's music sounds like, coarsely: to be made again when it is meant to sound otherwise.

`python -m tests.models.sketch.fingerprints` writes data/fingerprints.json.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from aural.types import TAKE_RATE_HZ, MusicRequest, Take
from aural.wording.emotion import EMOTIONS
from models.sketch.composer import SketchComposer
from models.sketch.styles import STYLES

KEPT = Path(__file__).parent / "data" / "fingerprints.json"
EDGES_HZ = np.geomspace(40, 15_000, 9)
SECTIONS = 6


def requests() -> dict[str, MusicRequest]:
    """One for each style, of all emotions, lengths, forms and tempi."""
    asked = {}
    for number, style_id in enumerate(sorted(STYLES)):
        emotion = EMOTIONS[number % len(EMOTIONS)]
        loop = number % 3 == 1
        asked[f"{style_id}, {emotion}{', loop' if loop else ''}"] = MusicRequest(
            prompt="with a flute" if number % 5 == 0 else "",
            duration_s=(6.0, 9.0, 14.0)[number % 3],
            seed=number,
            bpm=None if number % 2 else 70.0 + 5 * number,
            style_id=style_id,
            emotion=emotion,
            energy_curve=(0.2, 0.9, 0.5) if number % 4 == 2 else None,
            loop=loop,
            bars=(1, 2, 4)[number % 3] if loop else None,
        )
    return asked


def fingerprint(take: Take) -> NDArray[np.float64]:
    """(SECTIONS, 2, bands): level in dB by section, side and band."""
    rows = []
    for section in np.array_split(take.samples, SECTIONS, axis=1):
        power = np.abs(np.fft.rfft(section, axis=1)) ** 2 / section.shape[1]
        hz = np.fft.rfftfreq(section.shape[1], 1 / TAKE_RATE_HZ)
        edges = np.searchsorted(hz, EDGES_HZ)
        bands = np.add.reduceat(power, edges[:-1], axis=1)
        rows.append(10 * np.log10(bands / section.shape[1] + 1e-9))
    return np.round(rows, 3)


def main() -> None:
    composer = SketchComposer.load()
    told = {
        name: {
            "bpm": (take := composer.compose(request, lambda _: None)).bpm,
            "key": take.key,
            "samples": take.samples.shape[1],
            "levels_db": fingerprint(take).tolist(),
        }
        for name, request in requests().items()
    }
    KEPT.write_text(json.dumps(told, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
