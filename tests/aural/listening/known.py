"""What listening makes of a few sounds: to be made again when it is meant to hear otherwise.

`python -m tests.aural.listening.known` writes data/known.json.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from aural.audio.clip import Clip
from aural.audio.decode import decode
from aural.listening import listen
from aural.listening.descriptors import describe
from aural.wording.descriptors import DESCRIPTORS
from tests.serving import band

KEPT = Path(__file__).parent / "data" / "known.json"
EXAMPLE = Path(__file__).parents[3] / "examples" / "clip_96bpm_e_minor.ogg"
RATE_HZ = 16_000


def sounds() -> dict[str, Clip]:
    """A real clip and some that are made, none longer than twelve seconds."""
    time_s = np.arange(8 * RATE_HZ) / RATE_HZ
    rng = np.random.default_rng(7)
    real = decode(EXAMPLE.read_bytes()).resampled_to(RATE_HZ)
    waltz = band(9.0, bpm=180.0, seed=3) * (1 + 0.8 * (np.floor(np.arange(9 * RATE_HZ) / RATE_HZ * 3) % 3 == 0))
    swell = np.sin(2 * np.pi * 220 * time_s) * np.linspace(0.02, 0.5, len(time_s))
    made = {
        "band, 120": band(8.0),
        "band, 87.3": band(10.0, bpm=87.3, seed=2),
        "accented in three": waltz,
        "swelling tone": swell,
        "noise": 0.1 * rng.standard_normal(len(time_s)),
        "two sounds": np.where(time_s < 4, np.sin(2 * np.pi * 440 * time_s), 0.2 * rng.standard_normal(len(time_s))),
    }
    clips = {name: Clip(sound.astype(np.float32), RATE_HZ, RATE_HZ, 1, "made") for name, sound in made.items()}
    return {"example": Clip(real.samples[: 12 * RATE_HZ], RATE_HZ, 44_100, 2, "vorbis"), **clips}


def told(clip: Clip) -> dict[str, Any]:
    """Everything that is heard, and every descriptor."""
    heard = listen(clip)
    row = describe(clip, bpm=heard.tempo.bpm, key=heard.key)
    values = np.round(row.astype(float), 5).tolist()
    return {"heard": json.loads(json.dumps(asdict(heard))), "descriptors": dict(zip(DESCRIPTORS, values, strict=True))}


if __name__ == "__main__":
    KEPT.write_text(json.dumps({name: told(clip) for name, clip in sounds().items()}, indent=None) + "\n")
