"""Takes to be sent: a band with parts and notes, noise that is nobody else's, and whether two takes are the same."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from aural.types import Floats, MusicRequest, Take
from models.composer import Emit, Progress
from tests.humming import Humming

ASKED = MusicRequest(
    "hum", duration_s=2.0, seed=2**62 + 1, bpm=93.7, key="F# minor", energy_curve=(0.1, 1 / 3), budget_s=20
)


def noise(seconds: float, channels: int = 2, seed: int = 0) -> Floats:
    samples = np.random.default_rng(seed).standard_normal((channels, round(32_000 * seconds)))
    return samples.astype(np.float32)


@dataclass
class Band(Humming):
    """Hums in parts and writes down what it hums; it can tell what it went on from."""

    parts: int = 3
    heard: list[MusicRequest] = field(default_factory=list)

    def compose(self, request: MusicRequest, progress: Progress, emit: Emit | None = None) -> Take:
        self.heard.append(request)
        take = super().compose(request, progress, emit)
        stems = {
            f"größer {part}": take.samples / np.float32(self.parts)
            for part in range(self.parts if request.stems else 0)
        }
        midi = b"MThd\0\xff" if request.stems else b""
        return replace(take, stems=stems, midi=midi, bars=4, metre="3/4", heard=("größer", "no drums"))


def same(one: Take, other: Take) -> None:
    plain = replace(one, samples=other.samples, stems=other.stems)
    assert plain.to_wire() == other.to_wire()
    np.testing.assert_array_equal(one.samples, other.samples)
    assert list(one.stems) == list(other.stems)
    for name, stem in one.stems.items():
        assert (stem.shape, stem.dtype) == (one.samples.shape, np.dtype(np.float32))
        np.testing.assert_array_equal(stem, other.stems[name])
