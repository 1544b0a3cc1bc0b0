"""From what a request tells to the events that its client gets: how far it is, once, in order and not too often."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable, Iterator

from aural.files.wav import CHANNELS
from aural.flow.told import ClipHeard, Composing, Fact, Finishing, Listening, Placed, Sounding, TakeFinished
from aural.gateway.answers import analysis_answer
from aural.gateway.events import AudioEvent, ProgressEvent, QueuedEvent, Stage, TakeEvent, event, event_of
from aural.types import JobStatus

LISTENING_SHARE, LEAST_SHARE, MOST_SHARE = 0.3, 0.1, 0.6
"""Of a request that listens first, what that is: the first where nothing is known of the times."""
FINISHING_FROM, WRITING_FROM = 0.8, 0.97
"""Of what is composed: where takes are finished then, and where only their file is written."""
NEARLY = 0.95
"""Of what was expected to end by now, and has not."""
EVERY_S = 0.2


class ProgressEvents:
    """One request's. `events_of` a fact, in order; `due` tells what has become of it since, where it is time for that.

    The share that is done grows with the time that listening is expected to take, with the composer's own count, and
    with finished takes.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic):
        self._clock = clock
        self._ahead: int | None = None
        self._stage: Stage | None = None
        self._since_s = clock()
        self._listening_s = 0.0
        self._composing_from, self._composing_to = 0.0, WRITING_FROM
        self._status: JobStatus | None = None
        self._takes = self._finished = 0
        self._done = 0.0
        self._sent: ProgressEvent | None = None
        self._sent_s = float("-inf")

    def events_of(self, fact: Fact) -> Iterator[bytes]:
        before = self._stage
        yield from self._take_in(fact)
        yield from self.due(at_once=self._stage != before)

    def due(self, *, at_once: bool = False) -> Iterator[bytes]:
        """A `progress`, where there is something new to say and the last one is old enough."""
        if self._stage is None or (not at_once and self._clock() - self._sent_s < EVERY_S):
            return
        now = self._progress(self._stage)
        if now != self._sent:
            self._sent, self._sent_s = now, self._clock()
            yield event_of(now)

    def _take_in(self, fact: Fact) -> Iterator[bytes]:
        match fact:
            case Placed(status):
                self._status = status
                yield from self._queued(status)
            case Listening(expected_s):
                self._begin("listening")
                self._listening_s = expected_s
                self._composing_from = _listening_share(expected_s, self._status)
            case ClipHeard(analysis):
                yield event("heard", bytes(analysis_answer(analysis, "").body))
            case Composing(status, finishes):
                self._begin("composing")
                self._composing_to = FINISHING_FROM if finishes else WRITING_FROM
                self._status = status
                yield from self._queued(status)
            case Sounding(start, pcm, rate_hz):
                told = base64.b64encode(pcm).decode()
                yield event_of(AudioEvent(start=start, rate=rate_hz, channels=CHANNELS, pcm=told))
            case Finishing(takes):
                self._begin("finishing")
                self._takes, self._finished = takes, 0
            case TakeFinished(index, of, seed, likeness):
                self._finished += 1
                yield event_of(TakeEvent(index=index, of=of, seed=seed, score=likeness))

    def _begin(self, stage: Stage) -> None:
        if stage != self._stage:
            self._stage, self._since_s = stage, self._clock()

    def _queued(self, status: JobStatus) -> Iterator[bytes]:
        if status.ahead != self._ahead:
            self._ahead = status.ahead
            yield event_of(QueuedEvent(ahead=status.ahead))

    def _progress(self, stage: Stage) -> ProgressEvent:
        step = of = left_s = None
        status, elapsed_s = self._status, self._clock() - self._since_s
        if stage == "listening":
            share = min(NEARLY, elapsed_s / self._listening_s) if self._listening_s else 0.0
            done = share * self._composing_from
            if self._listening_s and status is not None and status.left_s is not None:
                left_s = max(0.0, self._listening_s - elapsed_s) + status.left_s
        elif stage == "composing":
            assert status is not None, "it is told with the stage"
            step, of, left_s = status.step, status.steps, status.left_s
            done = self._composing_from + status.fraction_done * (self._composing_to - self._composing_from)
        else:
            done = self._composing_to + (1 - self._composing_to) * self._finished / self._takes
        self._done = max(self._done, min(1.0, done))
        seconds_left = None if left_s is None else round(left_s, 1)
        return ProgressEvent(stage=stage, done=round(self._done, 3), step=step, of=of, seconds_left=seconds_left)


def _listening_share(expected_s: float, placed: JobStatus | None) -> float:
    if not expected_s or placed is None or placed.left_s is None:
        return LISTENING_SHARE
    return min(MOST_SHARE, max(LEAST_SHARE, expected_s / (expected_s + placed.left_s)))
