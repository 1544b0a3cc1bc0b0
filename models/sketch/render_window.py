"""The span of a mix: a piece that begins and ends, or a circle that is unrolled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from aural.types import TAIL_S, TAKE_RATE_HZ, Floats

LEAD_IN_S = 6.0
"""Of a loop's end, before its start: longer than any room, so that all has the past of a loop long going. Start and
tail then differ by -94 dB of the music or less from 60 bpm up, and at 40 bpm, where echoes are late, by -69 dB."""
AHEAD_S = 0.1  # after the tail: further than the limiter and the equaliser look ahead


@dataclass(frozen=True)
class RenderWindow:
    """`body` samples and the tail. `loops`: the end leads back to the start; then the desk works on `before` samples of
    the circle more, and on `after`, which `cut` takes off again."""

    body: int
    loops: bool = False
    before: int = 0
    after: int = 0

    @classmethod
    def of(cls, body: int, *, loops: bool) -> RenderWindow:
        if not loops:
            return cls(body)
        return cls(body, True, round(LEAD_IN_S * TAKE_RATE_HZ), round(AHEAD_S * TAKE_RATE_HZ))

    @property
    def output_samples(self) -> int:
        """Samples of body and tail."""
        return self.body + round(TAIL_S * TAKE_RATE_HZ)

    @property
    def samples(self) -> int:
        """That the desk works on."""
        return self.before + self.output_samples + self.after

    @property
    def stem_samples(self) -> int:
        """That players fill: once round, or all there is."""
        return self.body if self.loops else self.output_samples

    @property
    def metering_slice(self) -> slice:
        """Of what the desk works on, what tells its level: once round, or all there is."""
        return slice(self.before, self.before + self.stem_samples)

    def start_in_stem(self, at: int) -> int | None:
        """Where a sound that is due `at` begins; None for one past the end. Nobody begins before a piece does."""
        if self.loops:
            return at % self.body
        return max(0, at) if at < self.stem_samples else None

    def add(self, stem: Floats, start: int, sound: Floats) -> None:
        """Lay a sound into a stem (channels, stem_samples): what reaches past the end is cut off, or comes round."""
        if not self.loops:
            end = min(self.stem_samples, start + sound.shape[1])
            stem[:, start:end] += sound[:, : end - start]
            return
        at, left = start, sound
        while left.shape[1]:
            size = min(left.shape[1], self.body - at)
            stem[:, at : at + size] += left[:, :size]
            at, left = 0, left[:, size:]

    def unrolled(self, stem: Floats) -> Floats:
        """(channels, stem_samples) -> (channels, samples)."""
        return stem[:, np.arange(-self.before, self.output_samples + self.after) % self.body] if self.loops else stem

    def starts_in_window(self, starts: Sequence[int]) -> list[int]:
        """Where the desk hears what players start there."""
        if not self.loops:
            return list(starts)
        first = self.before % self.body - self.body
        turns = range(self.samples // self.body + 2)
        heard = (first + turn * self.body + start % self.body for turn in turns for start in starts)
        return [at for at in heard if 0 <= at < self.samples]

    def cut(self, sound: Floats) -> Floats:
        return sound[:, self.before : self.before + self.output_samples]
