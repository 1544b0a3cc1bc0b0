"""A SoundFont 2 whose samples are Ogg Vorbis streams (SF3): its presets, flattened to one set of values a zone.

SoundFont Technical Specification 2.04, sections 7 and 8. In an SF3 `start` and `end` of a sample header are byte
offsets of its stream, and loop points count frames from the sample's own beginning.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

Generators = dict[int, int]
KEY_RANGE, VELOCITY_RANGE, INSTRUMENT, SAMPLE = 43, 44, 41, 53
RANGES = (KEY_RANGE, VELOCITY_RANGE)
PAN, FILTER_CUTOFF, ATTENUATION = 17, 8, 48
ATTACK, HOLD, DECAY, SUSTAIN, RELEASE = 34, 35, 36, 37, 38
LOOP_START, LOOP_END, LOOP_START_COARSE, LOOP_END_COARSE, LOOPS = 2, 3, 45, 50, 54
COARSE_TUNE, FINE_TUNE, SCALE_TUNING, ROOT = 51, 52, 56, 58
DEFAULTS = {
    **dict.fromkeys((ATTACK, HOLD, DECAY, RELEASE), -12_000), FILTER_CUTOFF: 13_500, SCALE_TUNING: 100, ROOT: -1,
}  # fmt: skip
SUMMED = {
    PAN, FILTER_CUTOFF, ATTENUATION, ATTACK, HOLD, DECAY, SUSTAIN, RELEASE, COARSE_TUNE, FINE_TUNE, SCALE_TUNING,
}  # fmt: skip
"""Values of a preset's zone are added to its instruments'."""


@dataclass(frozen=True)
class SampleHeader:
    """One stream. `start`, `end`: bytes; `loop`: frames; `root`: the MIDI pitch it was recorded at."""

    name: str
    start: int
    end: int
    loop: tuple[int, int]
    rate_hz: int
    root: int
    correction_cents: int


@dataclass(frozen=True)
class FontZone:
    """A sample on keys and velocities, both inclusive. `values`: of generators, in their own units."""

    sample: int
    keys: tuple[int, int]
    velocities: tuple[int, int]
    values: Generators

    def value(self, generator: int) -> int:
        return self.values.get(generator, DEFAULTS.get(generator, 0))


class SoundFont:
    """A whole font in memory."""

    def __init__(self, data: bytes):
        """Raises ValueError for what is no SoundFont."""
        if data[:4] != b"RIFF" or data[8:12] != b"sfbk":
            raise ValueError("This is not a SoundFont: it does not begin with RIFF and sfbk.")
        chunks = dict(_leaves(data, 12, len(data)))
        self._streams = chunks[b"smpl"]
        self._generators = {kind: list(struct.iter_unpack("<HH", chunks[kind])) for kind in (b"pgen", b"igen")}
        self._bags = {kind: [bag[0] for bag in struct.iter_unpack("<HH", chunks[kind])] for kind in (b"pbag", b"ibag")}
        self._presets = list(struct.iter_unpack("<20sHHHIII", chunks[b"phdr"]))
        self._instruments = list(struct.iter_unpack("<20sH", chunks[b"inst"]))
        self.samples = [
            SampleHeader(name.split(b"\0")[0].decode(), start, end, (first, last), rate_hz, root, correction)
            for name, start, end, first, last, rate_hz, root, correction, _, _ in struct.iter_unpack(
                "<20sIIIIIBbHH", chunks[b"shdr"]
            )
        ]

    def stream(self, sample: int) -> bytes:
        """The Ogg Vorbis stream of a sample, as it stands in the font."""
        header = self.samples[sample]
        return self._streams[header.start : header.end]

    def zones(self, bank: int, program: int) -> list[FontZone]:
        """All that a preset plays. Raises KeyError where the font has none of that number."""
        for place, preset in enumerate(self._presets[:-1]):
            if (preset[2], preset[1]) == (bank, program):
                return list(self._preset_zones(preset[3], self._presets[place + 1][3]))
        raise KeyError(f"The font has no preset {bank}:{program}.")

    def _preset_zones(self, first: int, last: int) -> Iterator[FontZone]:
        for over in self._with_globals(b"p", first, last, INSTRUMENT):
            instrument = over[INSTRUMENT]
            bounds = self._instruments[instrument][1], self._instruments[instrument + 1][1]
            for under in self._with_globals(b"i", *bounds, SAMPLE):
                keys, velocities = (_overlap(over.get(one), under.get(one)) for one in RANGES)
                if keys[0] <= keys[1] and velocities[0] <= velocities[1]:
                    values = {kind: value for kind, value in under.items() if kind not in (*RANGES, SAMPLE)}
                    for kind in SUMMED & over.keys():
                        values[kind] = values.get(kind, DEFAULTS.get(kind, 0)) + over[kind]
                    yield FontZone(under[SAMPLE], keys, velocities, values)

    def _with_globals(self, level: bytes, first: int, last: int, target: int) -> Iterator[Generators]:
        """The zones of a preset or instrument, each with the values of its global zone, which comes first."""
        everywhere: Generators = {}
        bags, generators = self._bags[level + b"bag"], self._generators[level + b"gen"]
        for place in range(first, last):
            own = {kind: _signed(kind, value) for kind, value in generators[bags[place] : bags[place + 1]]}
            if target in own:
                yield {**everywhere, **own}
            elif place == first:
                everywhere = own


def _leaves(data: bytes, start: int, end: int) -> Iterator[tuple[bytes, bytes]]:
    while start < end:
        kind, size = data[start : start + 4], struct.unpack_from("<I", data, start + 4)[0]
        if kind == b"LIST":
            yield from _leaves(data, start + 12, start + 8 + size)
        else:
            yield kind, data[start + 8 : start + 8 + size]
        start += 8 + size + size % 2


def _signed(kind: int, value: int) -> int:
    if kind in (*RANGES, INSTRUMENT, SAMPLE):
        return value
    return value - 65_536 if value > 32_767 else value


def _overlap(one: int | None, other: int | None) -> tuple[int, int]:
    """Of two ranges, each its low and high byte; None is all."""
    ranges = [(value & 255, value >> 8) for value in (one, other) if value is not None]
    return max([0, *(low for low, _ in ranges)]), min([127, *(high for _, high in ranges)])
