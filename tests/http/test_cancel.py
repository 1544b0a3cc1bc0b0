"""Who closes the connection frees his slot, whatever he asked for; and nothing of him stays."""

from __future__ import annotations

import contextlib
import random
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import httpx
import psutil
import pytest

from models.metrics_sink import OUTCOMES
from tests.http.calling import Caller, files_of, metric, until_composing, until_done
from tests.humming import STALLS
from tests.serving import Served, band, wav_of

CLIP = wav_of(band(6))
LONG: dict[str, Any] = {"prompt": "jazz", "duration": 120, "seed": 1}
TRIES = 3

ASK: dict[str, Callable[[Served], Caller]] = {
    "whole": lambda served: Caller.generate(served, **LONG),
    "stream": lambda served: Caller.generate(served, **LONG, stream=True),
    "compose": lambda served: Caller.compose(served, CLIP, duration=120),
}


def freed_after_s(served: Served, ask: Callable[[], Caller]) -> float:
    """From the closing of the only caller's connection to his slot's being free: the shortest of TRIES times.

    For the log; what must hold is that the take counts as cancelled, and is never finished.
    """
    return min(_freed_once_s(served, ask) for _ in range(TRIES))


def _freed_once_s(served: Served, ask: Callable[[], Caller]) -> float:
    until_composing(served, 0, within_s=30)
    caller = ask()
    until_composing(served, 1, within_s=30)
    caller.close()
    return until_composing(served, 0, within_s=60)


@pytest.mark.parametrize("form", ASK)
def test_closing_the_connection_frees_the_slot(
    builtin: Served, form: str, record_property: Callable[[str, object], None]
) -> None:
    cancelled = metric(builtin, "aural_takes_total", outcome="cancelled")
    free_s = freed_after_s(builtin, lambda: ASK[form](builtin))
    print(f"{form}: slot free {free_s:.3f} s after the closing")
    record_property("free_s", free_s)
    assert metric(builtin, "aural_takes_total", outcome="cancelled") == cancelled + TRIES


def test_closing_in_the_middle_of_a_stream_frees_the_slot(humming: Served) -> None:
    def ask() -> Caller:
        caller = Caller.generate(humming, prompt="hum", duration=20, seed=1, stream=True)
        assert len(caller.read(400_000)) >= 400_000
        return caller

    cancelled = metric(humming, "aural_takes_total", outcome="cancelled")
    freed_after_s(humming, ask)
    assert metric(humming, "aural_takes_total", outcome="cancelled") == cancelled + TRIES


def test_who_leaves_the_queue_never_gets_a_slot(humming: Served) -> None:
    done = metric(humming, "aural_takes_total", outcome="done")
    inside = [Caller.generate(humming, prompt="hum", duration=20, seed=n) for n in range(2)]
    until_composing(humming, 2, within_s=5)
    waiting = Caller.generate(humming, prompt="hum", duration=20, seed=2)
    time.sleep(0.2)
    waiting.close()
    for caller in inside:
        assert caller.read(1_000_000).startswith(b"HTTP/1.1 200")
        caller.close()
    until_composing(humming, 0, within_s=5)
    until_done(humming, round(done) + 2)


@dataclass(frozen=True)
class Crowd:
    """Callers of whom a half, drawn at random, hang up. `stalling`: their music stops halfway, and they stay."""

    served: Served
    draw: random.Random = field(default_factory=lambda: random.Random(4))
    lock: threading.Lock = field(default_factory=threading.Lock)

    def call(self, callers: int, stalling: Sequence[int] = ()) -> list[int | None]:
        """The answers' statuses, four callers at a time; None for who hung up."""
        with ThreadPoolExecutor(4) as pool:
            return list(pool.map(lambda n: self._one(n, n in stalling), range(callers)))

    def _one(self, n: int, stalls: bool) -> int | None:
        with self.lock:
            # Who hangs up does so after his request has come to the composer: only there are outcomes counted.
            patience_s = self.draw.uniform(0.4, 1.6)
            fields: dict[str, Any] = {"prompt": "hum", "duration": self.draw.uniform(1, 60), "seed": n}
            fields["stream"] = self.draw.random() < 0.5
        if stalls:
            fields |= {"prompt": STALLS, "duration": 2, "stream": False}
        if stalls or patience_s > 1:
            with contextlib.suppress(httpx.RemoteProtocolError):  # a stream that was late is broken off
                url, headers = f"{self.served.url}/generate", self.served.headers
                return httpx.post(url, json=fields, headers=headers, timeout=30).status_code
            return 200
        caller = Caller.generate(self.served, **fields)
        time.sleep(patience_s)
        caller.close()
        return None


def outcomes(served: Served) -> dict[str, float]:
    return {outcome: metric(served, "aural_takes_total", outcome=outcome) for outcome in OUTCOMES}


def until_ended(served: Served, takes: float) -> None:
    """Until so many requests have ended at the composer; and no more of them do."""
    until = time.monotonic() + 60
    while metric(served, "aural_takes_total") < takes and time.monotonic() < until:
        time.sleep(0.02)
    time.sleep(0.2)
    assert metric(served, "aural_takes_total") == takes


def test_random_joins_leaves_and_missed_deadlines_leave_nothing_behind(humming: Served) -> None:
    """Two at first stall in both slots, so that others wait in vain; then one more does."""
    main = psutil.Process(humming.process.pid)

    def threads() -> int:
        """Of all the server's processes."""
        return sum(process.num_threads() for process in (main, *main.children(recursive=True)))

    crowd = Crowd(humming)
    until_composing(humming, 0, within_s=10)
    takes = metric(humming, "aural_takes_total")
    crowd.call(8)
    until_ended(humming, takes + 8)
    until_composing(humming, 0, within_s=10)
    threads_before, files_before, before = threads(), files_of(humming.home), outcomes(humming)
    statuses = crowd.call(25, stalling=(0, 1, 12))
    until_ended(humming, takes + 8 + 25)
    until_composing(humming, 0, within_s=10)
    rose = {outcome: count - before[outcome] for outcome, count in outcomes(humming).items()}
    assert statuses[:2] == [504, 504]
    assert rose["expired"] >= statuses.count(504)
    assert rose["cancelled"] > 0
    assert rose["failed"] == 0
    assert threads() <= threads_before + 8, "the pools of threads may grow to their bound"
    assert files_of(humming.home) == files_before
    assert "was never" not in humming.log(), "no task was forgotten"
    asked = {"prompt": "hum", "duration": 2, "seed": 1}
    again = httpx.post(f"{humming.url}/generate", json=asked, headers=humming.headers, timeout=30)
    assert again.status_code == 200
