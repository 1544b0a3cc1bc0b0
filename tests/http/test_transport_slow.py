"""Who sends slowly takes no place from others, has his time, and then gets his answer; over the real service."""

from __future__ import annotations

import contextlib
import json
import time
from concurrent.futures import ThreadPoolExecutor

import httpx

from aural.gateway.body_limit import GRACE_S
from tests.http.calling import metric
from tests.http.raw import Connection, connected, head
from tests.serving import Served

SLOW = 60  # with room for eight calls
CALLS = 10


def ask(served: Served) -> int:
    asked = {"prompt": "hum", "duration": 1, "seed": 1}
    return httpx.post(f"{served.url}/generate", json=asked, headers=served.headers, timeout=60).status_code


def test_slow_senders_take_no_place_and_are_cut_off(humming: Served) -> None:
    """Bodies and headers that trickle, a byte at a time; calls are served beside them, and all get a 408."""
    key = f"authorization: {humming.headers['authorization']}"
    bodies = head("POST /generate", key, "Content-Type: application/json", "Content-Length: 1000") + b"{"
    heads = f"POST /generate HTTP/1.1\r\n{key}\r\nX-A: ".encode()

    def cut_off(connection: Connection) -> float:
        """Seconds until the answer, in which it goes on sending."""
        began_s = time.monotonic()
        connection.socket.settimeout(1)
        while time.monotonic() - began_s < 10 * GRACE_S:
            with contextlib.suppress(TimeoutError):
                connection.answer().assert_refused(408, "request_too_slow")
                return time.monotonic() - began_s
            connection.send(b"a")
        raise AssertionError("never answered")

    with contextlib.ExitStack() as opened, ThreadPoolExecutor(SLOW) as threads:
        began_s = time.monotonic()
        slow = []
        for n in range(SLOW):
            slow.append(opened.enter_context(connected(humming.url)))
            slow[-1].send(heads if n % 2 else bodies)
        in_progress = metric(humming, "bentoml_service_request_in_progress", endpoint="/generate")
        answers = [threads.submit(cut_off, connection) for connection in slow]
        served = [ask(humming) for _ in range(CALLS)]
        beside_s = time.monotonic() - began_s
        times_s = [answer.result() for answer in answers]
    assert in_progress > 8
    assert served == [200] * CALLS, f"{beside_s:.1f} s after the first slow one"
    assert min(times_s) > GRACE_S / 2
    assert metric(humming, "bentoml_service_request_in_progress", endpoint="/generate") == 0


def test_the_deadline_is_counted_from_when_the_body_is_there(humming: Served) -> None:
    """It is 4 s here, and the body takes five."""
    body = json.dumps({"prompt": "hum", "duration": 1, "seed": 1}).encode()
    headers = [f"authorization: {humming.headers['authorization']}", "Content-Type: application/json"]
    with connected(humming.url) as connection:
        connection.send(head("POST /generate", *headers, f"Content-Length: {len(body)}"))
        for piece in (body[:10], body[10:20], body[20:]):
            time.sleep(5 / 3)
            connection.send(piece)
        assert connection.answer().status == 200


def test_a_client_that_leaves_at_any_stage_leaves_nothing(humming: Served) -> None:
    """Before, in and after the headers, in the body, while it is composed and while it is sent: eighty of each leave,
    with room for eight, and what is inside is counted down to nothing."""
    mark = len(humming.log())
    body = json.dumps({"prompt": "hum", "duration": 60, "seed": 1, "stream": True}).encode()
    key = f"authorization: {humming.headers['authorization']}"
    whole = head("POST /generate", key, "Content-Type: application/json", f"Content-Length: {len(body)}") + body
    for sent in (b"", whole[:30], whole[: -len(body)], whole[:-5], whole):
        for n in range(80 if sent is not whole else 12):
            with connected(humming.url) as connection:
                connection.send(sent)
                if sent is whole:
                    time.sleep(0.05 * n)
    give_up_at = time.monotonic() + 20
    while metric(humming, "bentoml_service_request_in_progress", endpoint="/generate") > 0:
        assert time.monotonic() < give_up_at
        time.sleep(0.05)
    assert metric(humming, "aural_composing") == 0
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(lambda _: ask(humming), range(8))) == [200] * 8
    told = humming.log()[mark:]
    assert "was never" not in told
    assert "Traceback" not in told
