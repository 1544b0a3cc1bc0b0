"""Who closes the connection frees his slot, whatever he asked for; and nothing of him stays."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import psutil
import pytest

from tests.http.calling import Caller, files_of, metric, until_composing
from tests.serving import Served, band, wav_of

CLIP = wav_of(band(6))
LONG: dict[str, Any] = {"prompt": "jazz", "duration": 120, "seed": 1}
# Half a second is the promise; a loaded machine of two cores may be late with the figure itself.
FREE_WITHIN_S = 1.0

ASK: dict[str, Callable[[Served], Caller]] = {
    "whole": lambda served: Caller.generate(served, **LONG),
    "stream": lambda served: Caller.generate(served, **LONG, stream=True),
    "compose": lambda served: Caller.compose(served, CLIP, duration=120),
}


@pytest.mark.parametrize("form", ASK)
def test_closing_the_connection_frees_the_slot(
    builtin: Served, form: str, record_property: Callable[[str, object], None]
) -> None:
    until_composing(builtin, 0, within_s=30)
    cancelled = metric(builtin, "aural_takes_total", outcome="cancelled")
    caller = ASK[form](builtin)
    until_composing(builtin, 1, within_s=30)
    caller.close()
    free_s = until_composing(builtin, 0, within_s=5)
    print(f"{form}: slot free {free_s:.3f} s after the closing")
    record_property("free_s", free_s)
    assert free_s < FREE_WITHIN_S
    assert metric(builtin, "aural_takes_total", outcome="cancelled") == cancelled + 1


def test_closing_in_the_middle_of_a_stream_frees_the_slot(humming: Served) -> None:
    caller = Caller.generate(humming, prompt="hum", duration=60, seed=1, stream=True)
    assert len(caller.read(400_000)) >= 400_000
    assert metric(humming, "aural_composing") == 1
    caller.close()
    assert until_composing(humming, 0, within_s=5) < FREE_WITHIN_S


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
    assert metric(humming, "aural_takes_total", outcome="done") == done + 2


def test_random_joins_leaves_and_missed_deadlines_leave_nothing_behind(humming: Served) -> None:
    draw = random.Random(4)
    httpx.post(f"{humming.url}/generate", json={"prompt": "hum", "duration": 2}, timeout=30)
    main = psutil.Process(humming.process.pid)

    def threads() -> int:
        """Of all the server's processes."""
        return sum(process.num_threads() for process in (main, *main.children(recursive=True)))

    lock = threading.Lock()

    def one(n: int) -> None:
        with lock:
            patience_s = 2 * draw.random()
            fields: dict[str, Any] = {"prompt": "hum", "duration": draw.uniform(1, 60), "seed": n}
            fields["stream"] = draw.random() < 0.5
        if patience_s > 1:
            httpx.post(f"{humming.url}/generate", json=fields, timeout=30)
            return
        caller = Caller.generate(humming, **fields)
        time.sleep(patience_s)
        caller.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(one, range(8)))
    until_composing(humming, 0, within_s=10)
    threads_before, files_before = threads(), files_of(humming.home)
    outcomes = metric(humming, "aural_takes_total")
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(one, range(25)))
    until_composing(humming, 0, within_s=10)
    assert metric(humming, "aural_takes_total") > outcomes
    assert threads() <= threads_before + 8, "the pools of threads may grow to their bound"
    assert files_of(humming.home) == files_before
    assert "was never" not in humming.log(), "no task was forgotten"
    again = httpx.post(f"{humming.url}/generate", json={"prompt": "hum", "duration": 2, "seed": 1}, timeout=30)
    assert again.status_code == 200
