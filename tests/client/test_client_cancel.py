"""A call that is cancelled closes its connection, whatever it waits for."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import Iterator

import pytest

from aural_client import AsyncAural, Aural, BrokenAnswer, Cancelled
from tests.client.answering import BOTH, FINE, HANG, Answering, Ask, answering, refusal

BEGUN = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
QUEUED = b'event: queued\ndata: {"ahead":0}\n\n'
WAITS = pytest.mark.parametrize(
    "begun",
    [(HANG,), (BEGUN, HANG), (BEGUN, b"%x\r\n%s\r\n" % (len(QUEUED), QUEUED), HANG)],
    ids=["before the answer", "before an event", "among events"],
)
SOON_S = 10


@contextlib.contextmanager
def cancelling(server: Answering, cancel: threading.Event) -> Iterator[None]:
    """Sets it a little after the server has said what it says."""

    def wait() -> None:
        server.told.wait(SOON_S)
        time.sleep(0.2)
        cancel.set()

    thread = threading.Thread(target=wait)
    thread.start()
    try:
        yield
    finally:
        thread.join()


@BOTH
@WAITS
def test_cancel_closes_the_connection(ask: Ask, begun: tuple[bytes, ...]) -> None:
    cancel = threading.Event()
    with answering(begun) as server, cancelling(server, cancel):
        with pytest.raises(Cancelled):
            ask(server.url, "generate", "dub", cancel=cancel, on_progress=lambda _: None)
        assert server.left.wait(SOON_S)
    assert len(server.asked) == 1


@BOTH
def test_a_callback_can_cancel(ask: Ask) -> None:
    cancel = threading.Event()
    with answering((BEGUN, b"%x\r\n%s\r\n" % (len(QUEUED), QUEUED), HANG)) as server:
        with pytest.raises(Cancelled):
            ask(server.url, "generate", "dub", cancel=cancel, on_progress=lambda _: cancel.set())
        assert server.left.wait(SOON_S)


@BOTH
def test_cancel_ends_the_wait_for_another_try(ask: Ask) -> None:
    cancel = threading.Event()
    began = time.monotonic()
    full = refusal(429, "busy", retry_after="50")
    with answering(full) as server, cancelling(server, cancel), pytest.raises(Cancelled):
        ask(server.url, "generate", "dub", cancel=cancel)
    assert time.monotonic() - began < 40
    assert len(server.asked) == 1


@BOTH
def test_what_is_cancelled_before_is_never_sent(ask: Ask) -> None:
    cancel = threading.Event()
    cancel.set()
    with answering(FINE) as server, pytest.raises(Cancelled):
        ask(server.url, "generate", "dub", cancel=cancel)
    assert not server.asked


@WAITS
def test_a_task_that_is_cancelled_closes_the_connection(begun: tuple[bytes, ...]) -> None:
    async def ask() -> None:
        async with AsyncAural(server.url) as aural:
            task = asyncio.create_task(aural.generate("dub", on_progress=lambda _: None))
            await asyncio.to_thread(server.told.wait, SOON_S)
            await asyncio.sleep(0.2)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert await asyncio.to_thread(server.left.wait, SOON_S)

    with answering(begun) as server:
        asyncio.run(ask())


def test_no_thread_stays_behind() -> None:
    before = threading.active_count()
    with answering(FINE) as server, Aural(server.url) as aural, pytest.raises(BrokenAnswer, match="no Analysis"):
        aural.analyze(b"RIFF", cancel=threading.Event())
    assert threading.active_count() == before
