"""A body has its time, its memory and its place."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest
from starlette.datastructures import Headers
from starlette.types import Message

from aural.errors import Busy, RequestTooSlow
from aural.gateway.body_limit import GRACE_S, LONGEST_BODY_S, MIN_BYTES_PER_S, CountedBody, UnfinishedBodies
from aural.settings import MAX_UPLOAD_BYTES


class Sender:
    """Sends pieces of a body, each after a pause; the loop's clock goes as they say, not as the wall's does."""

    def __init__(self, pieces: Sequence[tuple[float, int]], *, ends: bool = True):
        self._pieces = [*pieces]
        self._ends = ends

    async def receive(self) -> Message:
        if not self._pieces:
            await asyncio.sleep(1e9)
        pause_s, size = self._pieces.pop(0)
        await asyncio.sleep(pause_s)
        return {"type": "http.request", "body": bytes(size), "more_body": bool(self._pieces) or not self._ends}


class QuickLoop(asyncio.SelectorEventLoop):
    """Its time passes as soon as nobody has anything to do."""

    def __init__(self) -> None:
        super().__init__()
        self.ahead_s = 0.0

    def time(self) -> float:
        return super().time() + self.ahead_s

    def _run_once(self) -> None:
        scheduled = getattr(self, "_scheduled", [])
        if not getattr(self, "_ready", None) and scheduled:
            self.ahead_s += max(0.0, scheduled[0].when() - self.time())
        super()._run_once()  # type: ignore[misc]


def read(sender: Sender, unfinished: UnfinishedBodies | None = None) -> tuple[int, int, float]:
    """Bytes, how many times the body was complete, and the seconds it took."""
    completed = 0

    def complete() -> None:
        nonlocal completed
        completed += 1

    async def scene() -> tuple[int, int, float]:
        clock = asyncio.get_running_loop()
        began_s, size = clock.time(), 0
        headers = Headers({"transfer-encoding": "chunked"})
        body = CountedBody(sender.receive, "/analyze", headers, unfinished or UnfinishedBodies(), complete)
        body.begin()
        try:
            while (message := await body.receive())["more_body"]:
                assert completed == 0
                size += len(message["body"])
        finally:
            body.close()
        return size + len(message["body"]), completed, clock.time() - began_s

    with asyncio.Runner(loop_factory=QuickLoop) as runner:
        return runner.run(scene())


def test_thirty_megabytes_over_a_slow_line_pass() -> None:
    seconds = MAX_UPLOAD_BYTES // MIN_BYTES_PER_S
    size, completed, took_s = read(Sender([(1.0, MIN_BYTES_PER_S)] * seconds))
    assert (size, completed) == (seconds * MIN_BYTES_PER_S, 1)
    assert seconds <= took_s <= LONGEST_BODY_S


def test_a_body_that_trickles_is_cut_off_after_its_grace() -> None:
    with pytest.raises(RequestTooSlow, match="after 10 bytes"):
        read(Sender([(1.0 - 1e-4, 1)] * 1000))


def test_a_body_that_came_fast_may_not_pause_for_longer() -> None:
    almost_all = MAX_UPLOAD_BYTES - 10
    assert read(Sender([(0.0, almost_all), (GRACE_S - 1, 1)]))[0] == almost_all + 1
    with pytest.raises(RequestTooSlow):
        read(Sender([(0.0, almost_all), (GRACE_S + 1, 1)]))


def test_what_bodies_hold_together_is_bounded_and_given_back() -> None:
    unfinished = UnfinishedBodies(max_bytes=1000)
    unfinished.hold(600)
    with pytest.raises(Busy) as caught:
        read(Sender([(0.0, 300), (0.0, 300), (0.0, 1)]), unfinished)
    assert caught.value.retry_after_s
    assert unfinished.held_bytes == 600
    assert read(Sender([(0.0, 300), (0.0, 50), (0.0, 1)]), unfinished)[:2] == (351, 1)
    assert unfinished.held_bytes == 600
