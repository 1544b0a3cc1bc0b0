"""The bank: all presets, their recordings decoded and brought to pitch when a note asks for them."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
import soxr

from aural.errors import MissingWeights
from aural.types import TAKE_RATE_HZ, Floats
from models.cards import SAMPLES
from models.sketch.samples.cache import SoundCache
from models.sketch.samples.zone import Stream, Zone
from models.weights import sha256_of

FOLDER = Path(__file__).parent
INDEX = "index.json"
DECODED_BYTES = 16 << 20
PITCHED_BYTES = 20 << 20
SHORTEST_S = 0.25  # of what is made in advance; then doubled until a note fits, so that lengths recur
EDGE_S = 0.02  # more than is asked for: a resampler rings where its input is cut off
JOINT = 256  # frames over which a loop's end is led into its beginning


class SampleBank:
    """Presets by name. Thread-safe."""

    def __init__(self, folder: Path, presets: Mapping[str, tuple[Zone, ...]]):
        self._folder = folder
        self._presets = presets
        self._decoded = SoundCache(DECODED_BYTES)
        self._pitched = SoundCache(PITCHED_BYTES)

    @classmethod
    def load(cls, folder: Path = FOLDER) -> SampleBank:
        """Read the index. Raises MissingWeights where a file is not there or not the one that is shipped."""
        for name in SAMPLES.files:
            path = folder / name
            if not path.is_file() or sha256_of(path) != SAMPLES.sha256[name]:
                raise MissingWeights(f"{path} is not the file that is shipped; check out or install it again.")
        index = json.loads((folder / INDEX).read_text())
        return cls(folder, {name: tuple(map(_zone, zones)) for name, zones in index.items()})

    @property
    def presets(self) -> frozenset[str]:
        return frozenset(self._presets)

    @property
    def bytes(self) -> int:
        """What the caches hold."""
        return self._decoded.bytes + self._pitched.bytes

    def zones(self, preset: str, midi: int) -> tuple[Zone, ...]:
        """What a preset plays on a key: those for it, or those for the nearest keys."""
        zones = self._presets[preset]
        nearest = min(zone.distance(midi) for zone in zones)
        return tuple(zone for zone in zones if zone.distance(midi) == nearest)

    def sounding(self, zone: Zone, pitch: float, length_s: float) -> Floats:
        """A zone's recording at `pitch` (MIDI, with a fraction) for `length_s` or more, or to its end.

        Returns (time,) at 32 kHz, without envelope; a loop goes round.
        """
        made_s = SHORTEST_S
        while made_s < length_s:
            made_s *= 2
        return self._pitched.get((zone, pitch, made_s), lambda: self._at_pitch(zone, pitch, made_s))

    def _at_pitch(self, zone: Zone, pitch: float, length_s: float) -> Floats:
        rate_hz = zone.stream.rate_hz * 2 ** ((pitch - zone.root) / 12)
        source = self._running(zone, round((length_s + EDGE_S) * rate_hz))
        return np.asarray(soxr.resample(source, rate_hz, TAKE_RATE_HZ), np.float32)

    def _running(self, zone: Zone, frames: int) -> Floats:
        """The first `frames` frames of a recording, its loop unrolled; fewer where it ends before."""
        if zone.loop is None or frames <= zone.loop[0]:
            return self._frames(zone.stream, frames)
        first, last = zone.loop
        sound = self._frames(zone.stream, last)
        start = _joined(sound, first, last)
        rounds = -(-(frames - last) // (last - first))
        return np.concatenate([start, *[start[first:last]] * max(0, rounds)])[:frames]

    def _frames(self, stream: Stream, frames: int) -> Floats:
        """The first `frames` frames, decoded to the next power of two of them."""
        wanted = min(stream.frames, 1 << max(12, (frames - 1).bit_length()))
        return self._decoded.get((stream, wanted), lambda: self._decode(stream, wanted))[:frames]

    def _decode(self, stream: Stream, frames: int) -> Floats:
        with (self._folder / stream.file).open("rb") as file:
            file.seek(stream.offset)
            data = file.read(stream.bytes)
        with soundfile.SoundFile(io.BytesIO(data)) as sound:
            return np.asarray(sound.read(frames, dtype="float32"), np.float32)


def _joined(sound: Floats, first: int, last: int) -> Floats:
    """Up to `last`, its end led into what comes before `first`: coding has moved the two apart."""
    joint = min(JOINT, first, last - first)
    towards = np.linspace(0, 1, joint, dtype=np.float32)
    end = sound[last - joint : last] * (1 - towards) + sound[first - joint : first] * towards
    return np.concatenate([sound[: last - joint], end])


def _zone(read: dict[str, Any]) -> Zone:
    loop = read["loop"] and tuple(read["loop"])
    return Zone(**{**read, "stream": Stream(**read["stream"]), "loop": loop})


@cache
def shipped_bank() -> SampleBank:
    """The bank beside this file, opened once a process. Raises MissingWeights."""
    return SampleBank.load()
