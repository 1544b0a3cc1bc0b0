"""Folders of short music for tests: pieces of the renderings that are in the repository."""

from __future__ import annotations

from pathlib import Path

import soundfile

from examples.serving import ROOT

RENDERINGS = sorted((ROOT / "examples").glob("sketch_*.ogg"))
PIECE_S = 6


def write_pieces(folder: Path, count: int, *, piece_s: float = PIECE_S) -> list[Path]:
    """`count` WAV files of the sketch composer's music, each another part of it, in folders of three."""
    written = []
    for place in range(count):
        rendering = RENDERINGS[place % len(RENDERINGS)]
        native_hz = soundfile.info(rendering).samplerate
        start = int(native_hz * piece_s * (place // len(RENDERINGS)))
        samples, _ = soundfile.read(rendering, start=start, frames=int(native_hz * piece_s))
        assert len(samples) == int(native_hz * piece_s), "the rendering is too short for so many pieces"
        path = folder / f"disc {place // 3}" / f"{place:02}.wav"
        path.parent.mkdir(parents=True, exist_ok=True)
        soundfile.write(path, samples.mean(axis=1), native_hz, subtype="PCM_16")
        written.append(path)
    return written
