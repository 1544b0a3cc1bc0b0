"""Many at once: batches form, company changes no byte, and nothing stays behind."""

from __future__ import annotations

import random
import re
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import numpy as np

from tests.http.calling import files_of
from tests.serving import Served, band, wav_of

CLIPS = [wav_of(band(4 + 2 * (n % 4), bpm=90 + 10 * n, seed=n)) for n in range(8)]


def compose(served: Served, clip: bytes) -> bytes:
    fields = {"duration": "4", "seed": "3"}
    answer = httpx.post(f"{served.url}/compose", files={"file": ("a.wav", clip)}, data=fields, timeout=90)
    assert answer.status_code == 200, answer.text
    return answer.content


def largest_batch(served: Served, runner: str) -> int:
    """The largest bucket of aural_batch_size that holds a batch beyond the bucket below it."""
    text = httpx.get(f"{served.url}/metrics").text
    rows = re.findall(rf'aural_batch_size_bucket{{.*?le="([\d.]+)".*?runner="{runner}".*?}} ([\d.e+]+)', text)
    rows = rows or [
        (le, count)
        for count, le in re.findall(
            rf'aural_batch_size_bucket{{.*?runner="{runner}".*?}} ([\d.e+]+).*?le="([\d.]+)"', text
        )
    ]
    counts = sorted((float(le), float(count)) for le, count in rows)
    largest, below = 0.0, 0.0
    for le, count in counts:
        if count > below:
            largest = le
        below = max(below, count)
    return int(largest)


def test_eight_concurrent_composes_are_batched_and_equal_to_themselves_alone(builtin: Served) -> None:
    alone = [compose(builtin, clip) for clip in CLIPS]
    for _ in range(3):
        with ThreadPoolExecutor(8) as pool:
            together = list(pool.map(lambda clip: compose(builtin, clip), CLIPS))
        assert together == alone
        if all(largest_batch(builtin, runner) > 1 for runner in ("pitch", "feeling")):
            break
    for runner in ("pitch", "feeling"):
        assert largest_batch(builtin, runner) > 1, runner


def abort(served: Served, clip: bytes) -> None:
    """Hang up in the middle of the upload, or just after it."""
    host, port = served.url.removeprefix("http://").split(":")
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.wav"\r\n\r\n'
    body = head + clip + b"\r\n--x--\r\n"
    sent = body[: len(body) // 2] if len(clip) % 3 else body
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall(
            f"POST /compose HTTP/1.1\r\nHost: {host}\r\nContent-Type: multipart/form-data; boundary=x\r\n"
            f"Content-Length: {len(body)}\r\n\r\n".encode()
            + sent
        )
        time.sleep(0.05)


def test_a_hundred_good_bad_and_aborted_requests_leave_no_file(builtin: Served) -> None:
    root = Path(__file__).parents[2]
    outside = set(root.iterdir())
    before = files_of(builtin.home)
    draw = random.Random(5)

    def one(n: int) -> None:
        clip = CLIPS[n % len(CLIPS)]
        kind = draw.choice(("good", "bad", "aborted", "generate", "silent"))
        if kind == "good":
            httpx.post(f"{builtin.url}/analyze", files={"file": ("a.wav", clip)}, timeout=90)
        elif kind == "bad":
            httpx.post(f"{builtin.url}/analyze", files={"file": ("a.wav", clip[:40] + bytes(99))}, timeout=90)
        elif kind == "aborted":
            abort(builtin, clip + bytes(n))
        elif kind == "generate":
            httpx.post(f"{builtin.url}/generate", json={"prompt": "jazz", "duration": 1}, timeout=90)
        else:
            silent = wav_of(np.zeros(16_000))
            httpx.post(f"{builtin.url}/compose", files={"file": ("a.wav", silent)}, timeout=90)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(one, range(100)))
    assert httpx.get(f"{builtin.url}/health", timeout=30).json()["ok"]
    time.sleep(0.5)
    assert files_of(builtin.home) - before == set()
    assert set(root.iterdir()) == outside
