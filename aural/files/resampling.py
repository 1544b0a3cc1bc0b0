"""A take at another rate, from its floats: soxr's best recipe (VHQ), and loops stay loops."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import overload

import numpy as np
import soxr

from aural.types import TAKE_RATE_HZ, Floats, Take

RECIPE = "VHQ"
REACH = 2048
"""Samples of either rate beyond which one has no part in another: after 200 the filter is 160 dB down."""


def resampled_take(take: Take, rate_hz: int, *, loops: bool) -> Take:
    """The take and its stems at another rate; as it is where it has that rate.

    `loops`: the body's end leads into its start. A stem, and a take that is kept with it, is resampled when it is asked
    for.
    """
    if rate_hz == take.rate_hz:
        return take

    def change(sound: Floats) -> Floats:
        return _loop_at(sound, take.loop_end, rate_hz) if loops else _sound_at(sound, rate_hz)

    loop_end = samples_at(take.loop_end, rate_hz)
    stems, kept = ChangedStems(take.stems, change), take.selection
    if kept is not None:
        kept = replace(kept, takes=ChangedTakes(kept.takes, lambda one: resampled_take(one, rate_hz, loops=loops)))
    return replace(take, samples=change(take.samples), stems=stems, loop_end=loop_end, rate_hz=rate_hz, selection=kept)


def samples_at(samples: int, rate_hz: int) -> int:
    """How many there are at another rate for so many of a take's."""
    return round(samples * rate_hz / TAKE_RATE_HZ)


@dataclass(frozen=True, eq=False)
class ChangedStems(Mapping[str, Floats]):
    """All of them at once would be hundreds of megabytes: each is changed when it is read."""

    stems: Mapping[str, Floats]
    change: Callable[[Floats], Floats]

    def __getitem__(self, name: str) -> Floats:
        return self.change(self.stems[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self.stems)

    def __len__(self) -> int:
        return len(self.stems)


@dataclass(frozen=True, eq=False)
class ChangedTakes(Sequence[Take]):
    """As `ChangedStems`."""

    takes: Sequence[Take]
    change: Callable[[Take], Take]

    @overload
    def __getitem__(self, place: int) -> Take: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[Take]: ...

    def __getitem__(self, place: int | slice) -> Take | Sequence[Take]:
        if isinstance(place, slice):
            return ChangedTakes(self.takes[place], self.change)
        return self.change(self.takes[place])

    def __len__(self) -> int:
        return len(self.takes)


class StreamResampler:
    """Sound at another rate while it is being made: what `push` and `finish` give is as long as the whole at that rate.

    `samples`: of the whole, at a take's rate.
    """

    def __init__(self, samples: int, rate_hz: int):
        self._left = samples_at(samples, rate_hz)
        self._stream = soxr.ResampleStream(TAKE_RATE_HZ, rate_hz, 2, dtype="float32", quality=RECIPE)

    def push(self, block: Floats) -> Floats:
        """(2, n) to (2, m): what is complete."""
        return self._ready(block, last=False)

    def finish(self) -> Floats:
        """What is left, (2, m)."""
        return self._ready(np.zeros((2, REACH), np.float32), last=True)

    def _ready(self, block: Floats, *, last: bool) -> Floats:
        made = self._stream.resample_chunk(np.ascontiguousarray(block.T, np.float32), last=last)
        ready: Floats = made[: self._left].T
        self._left -= ready.shape[1]
        return ready


def _sound_at(sound: Floats, rate_hz: int) -> Floats:
    """(2, n) to (2, m): before it is silence, and after it."""
    longer = np.pad(sound, ((0, 0), (0, REACH)))
    return _resampled(longer, TAKE_RATE_HZ, rate_hz)[:, : samples_at(sound.shape[1], rate_hz)]


def _loop_at(sound: Floats, loop_end: int, rate_hz: int) -> Floats:
    """Body and tail, (2, n) to (2, m). Before the body's first sample comes its last, and after its last its first.

    The body becomes a whole number of samples: where that is not as long to the letter, its speed changes by half a
    sample at most, 0.02 cents of a second. So a body's sample has the same place between two of the original in every
    round, and the second round, which has the first behind it, gives the samples that the first begins with. The tail
    goes on from the body, as it did: what it has beside the next round is resampled by itself, and added.
    """
    tail = sound[:, loop_end:]
    body_size, tail_size = samples_at(loop_end, rate_hz), samples_at(tail.shape[1], rate_hz)
    begins_again = np.take(sound, np.arange(tail.shape[1] + 3 * REACH) % loop_end, axis=1)
    rounds = _resampled(np.concatenate([sound[:, :loop_end].T, begins_again.T]).T, loop_end, body_size)
    begins = min(REACH, body_size)
    rounds[:, :begins] = rounds[:, body_size : body_size + begins]
    beside = tail - begins_again[:, : tail.shape[1]]
    apart = _resampled(np.pad(beside, ((0, 0), (0, REACH))), loop_end, body_size)[:, :tail_size]
    rounds[:, body_size : body_size + tail_size] += apart
    return rounds[:, : body_size + tail_size]


def _resampled(sound: Floats, of: int, become: int) -> Floats:
    """(2, n): so many samples become so many."""
    made = soxr.resample(np.ascontiguousarray(sound.T, np.float32), of, become, quality=RECIPE)
    return np.asarray(made, np.float32).T
