"""Who is let in: what is on its way already is reckoned with in time and in memory, before any work."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from aural.errors import Busy, CannotFinishInTime
from aural.flow.pace import Pace
from aural.types import TAIL_S, TAKE_RATE_HZ, Take

MOST_STEMS = 9  # of a sketch; most have fewer
COPIES = 3
"""Of a take while it is finished and written: as it came, on its way to a worker and back, and as a file."""
FLOAT_BYTES = 4
RESAMPLED_COPIES = 2
"""Of its music at another rate: as samples, and as a file of floats."""


@dataclass(eq=False)
class ListeningJob:
    """A clip's place in the listening queue. `expected_s`: from its arrival until it has been listened to."""

    expected_s: float
    began_s: float


def refuse_long_wait(waits_s: float, max_wait_s: float) -> None:
    """Raises Busy where a call would wait longer than the operator wants anybody to wait."""
    if waits_s > max_wait_s:
        raise Busy(
            f"The wait is {waits_s:.1f} s, and nobody is to wait longer than {max_wait_s:g} s here. Try again shortly.",
            retry_after_s=max(1.0, math.ceil(waits_s - max_wait_s)),
        )


class ListeningAdmission:
    """How long listening takes when others are listened to as well, learned from how often one is done.

    `max_wait_s`: for those that came before.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic, max_wait_s: float = math.inf) -> None:
        self._clock = clock
        self._max_wait_s = max_wait_s
        self._jobs: set[ListeningJob] = set()
        self._pace = Pace()
        self._last_end_s = 0.0

    @contextmanager
    def admit(self, left_s: float) -> Iterator[ListeningJob]:
        """From a clip's arrival on; `mark_done` or the block's end takes it out. `left_s`: until its answer is due.

        Raises CannotFinishInTime at once where it could not be listened to by then, and Busy where it would wait too
        long.
        """
        each_s = self._pace.unit_s or 0.0  # nothing known yet: everyone is let in
        refuse_long_wait(len(self._jobs) * each_s, self._max_wait_s)
        job = ListeningJob((len(self._jobs) + 1) * each_s, self._clock())
        if job.expected_s > left_s:
            raise CannotFinishInTime(
                f"{len(self._jobs)} clips are listened to before this one: that takes {job.expected_s:.0f} s, and"
                f" {left_s:.0f} s are left. Try again later.",
                retry_after_s=max(1.0, job.expected_s - left_s),
            )
        self._jobs.add(job)
        try:
            yield job
        finally:
            self._jobs.discard(job)

    def mark_done(self, job: ListeningJob) -> None:
        """It has been listened to: its time tells how long the others will wait."""
        now_s = self._clock()
        self._pace.learn(1, now_s - max(self._last_end_s, job.began_s))
        self._last_end_s = now_s
        self._jobs.discard(job)


class TakesMemory:
    """Bytes of music that all requests together may hold in this process."""

    def __init__(self, limit_bytes: int) -> None:
        self._limit_bytes = limit_bytes
        self._held_bytes = 0

    @contextmanager
    def reserve(self, n_bytes: int) -> Iterator[None]:
        """Raises Busy where that is too much beside what others hold; who is alone is let in."""
        if self._held_bytes and self._held_bytes + n_bytes > self._limit_bytes:
            held_mb, own_mb, limit_mb = (n / 2**20 for n in (self._held_bytes, n_bytes, self._limit_bytes))
            raise Busy(
                f"Other requests hold {held_mb:.0f} MB of music, and this one's {own_mb:.0f} MB are too much beside"
                f" them ({limit_mb:.0f} MB in all). Try again shortly.",
                retry_after_s=5,
            )
        with self.hold(n_bytes):
            yield

    @contextmanager
    def hold(self, n_bytes: int) -> Iterator[None]:
        """Counts what is there already, and refuses nobody."""
        self._held_bytes += n_bytes
        try:
            yield
        finally:
            self._held_bytes -= n_bytes


def written_bytes(take: Take, rate_hz: int = TAKE_RATE_HZ, sample_bytes: int = 2) -> int:
    """What a take, or all that are kept with it, holds while it is written: the music, the music at another rate, and
    the file twice."""
    sounds = [take.samples, *take.stems.values()]
    others = take.selection.takes if take.selection else ()
    music = sum(sound.nbytes for sound in sounds) + sum(one.samples.nbytes for one in others)
    share = rate_hz / TAKE_RATE_HZ
    resampled = 0.0 if rate_hz == TAKE_RATE_HZ else share
    return round(music * (1 + resampled + 2 * share * sample_bytes / FLOAT_BYTES))


def takes_bytes(duration_s: float, *, candidates: int, stems: bool, rate_hz: int = TAKE_RATE_HZ) -> int:
    """What a request's music takes: all candidates, and the stems of the one that is kept. `rate_hz`: of the file.

    At another rate than a take's the mix is there some times more; a stem is, while it is written.
    """
    sound = round((duration_s + TAIL_S) * TAKE_RATE_HZ) * 2 * 4
    resampled = 0 if rate_hz == TAKE_RATE_HZ else RESAMPLED_COPIES * sound * rate_hz // TAKE_RATE_HZ
    return COPIES * sound * (candidates + stems * (1 + MOST_STEMS)) + resampled
