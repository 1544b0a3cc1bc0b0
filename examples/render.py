"""Render four pieces of the built-in composer into this folder: `python -m examples.render`.

Each OGG is the body of one take, exactly as `/generate` would compose it for the request that is written beside it in
`sketch_renderings.json`.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
import soundfile

from aural.types import TAKE_RATE_HZ, MusicRequest, Take
from models.sketch.composer import SketchComposer

HERE = Path(__file__).parent
COMPRESSION = 0.76  # of libsndfile's 0..1: about 220 KB for 20 s in stereo
FADE_S = 0.4  # a file to listen to ends softly; a take does not
CHUNK = TAKE_RATE_HZ  # libsndfile's Vorbis encoder takes no more than a few seconds at once
REQUESTS = (
    MusicRequest("dusty lofi beats for a rainy evening, felt piano", duration_s=20.0, seed=7, bpm=82.0, key="A minor"),
    MusicRequest("liquid drum and bass, dreamy", duration_s=20.0, seed=3, bpm=174.0, key="F minor"),
    MusicRequest(
        "a hero rides into battle, huge orchestra and drums", duration_s=20.0, seed=5, bpm=96.0, key="D minor"
    ),
    MusicRequest("bossa nova with nylon guitar and flute, sunny", duration_s=20.0, seed=12, bpm=126.0, key="C major"),
)
NAMES = ("lofi", "drum_and_bass", "cinematic", "bossa_nova")


def main() -> None:
    composer = SketchComposer.load()
    written = {}
    for name, request in zip(NAMES, REQUESTS, strict=True):
        take = composer.compose(request, lambda _: None)
        path = HERE / file_name(name, take)
        write_ogg(path, take)
        asked = {field: value for field, value in asdict(request).items() if field in ("prompt", "seed", "bpm", "key")}
        written[path.name] = {**asked, "model": take.model, "licence": take.licence}
        print(f"{path.name}  {path.stat().st_size / 1000:.0f} KB")
    (HERE / "sketch_renderings.json").write_text(json.dumps(written, indent=2) + "\n")


def file_name(name: str, take: Take) -> str:
    """Such as `sketch_lofi_82bpm_a_minor.ogg`."""
    key = str(take.key).lower().replace(" ", "_").replace("#", "_sharp")
    return f"sketch_{name}_{take.bpm:g}bpm_{key}.ogg"


def write_ogg(path: Path, take: Take) -> None:
    """The body with a short fade at its end, as OGG Vorbis."""
    body = take.samples[:, : take.loop_end].T.copy()
    fade = round(FADE_S * TAKE_RATE_HZ)
    body[-fade:] *= np.linspace(1, 0, fade, dtype=np.float32)[:, None] ** 2
    with soundfile.SoundFile(
        path, "w", TAKE_RATE_HZ, 2, format="OGG", subtype="VORBIS", compression_level=COMPRESSION
    ) as file:
        for start in range(0, len(body), CHUNK):
            file.write(body[start : start + CHUNK])


if __name__ == "__main__":
    main()
