"""A service under load that is told to stop: what became of each request, and how long it took to go.

`make test` does it once or twice, a soak more often (`stop_under_load`).
"""

from __future__ import annotations

import json
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException

import httpx
import psutil

from tests.serving import Served, band, wav_of

LONGEST_S = 90.0
PAUSE_S = 0.02


@dataclass(frozen=True)
class Asked:
    """One request. `outcome`: its status; `stopping` for the refusal of a service that stops; `unreached` where the
    connection was refused or closed without a word; `cut` where an answer had begun."""

    path: str
    connected_s: float
    ended_s: float
    outcome: str


@dataclass
class Stopped:
    """`told_s`: when the service was told to stop, on the clock of `asked`; `gone_s`: seconds until it was gone."""

    asked: list[Asked] = field(default_factory=list)
    told_s: float = 0.0
    gone_s: float = 0.0
    status: int | None = None
    left_over: list[str] = field(default_factory=list)

    @property
    def outcomes(self) -> Counter[str]:
        return Counter(one.outcome for one in self.asked)

    @property
    def finished_late(self) -> int:
        """Requests that were open when the service was told, and were served."""
        return sum(one.connected_s < self.told_s < one.ended_s and one.outcome == "200" for one in self.asked)

    @property
    def lost(self) -> list[Asked]:
        """What neither was served nor was refused as it should be: a service that stops says so, and once it is gone
        nobody answers; but who was connected before it was told is answered."""
        return [
            one
            for one in self.asked
            if not (
                one.outcome == "200"
                or (one.ended_s > self.told_s and one.outcome == "stopping")
                or (one.connected_s > self.told_s and one.outcome == "unreached")
            )
        ]


def calls(served: Served, seconds: float) -> list[tuple[str, dict[str, str], bytes]]:
    """One of each call, as path, headers and body."""
    clip = {"file": ("clip.wav", wav_of(band(4)))}
    music = {"prompt": "x", "duration": seconds, "seed": 3}
    built = [
        httpx.Request("POST", f"{served.url}/generate", json=music),
        httpx.Request("POST", f"{served.url}/compose", files=clip, data={"duration": str(seconds), "seed": "3"}),
        httpx.Request("POST", f"{served.url}/analyze", files=clip),
        httpx.Request("POST", f"{served.url}/generate", json={**music, "stream": True}),
    ]
    headers = {"connection": "close", **served.headers}
    return [
        (one.url.path, {"content-type": one.headers["content-type"], **headers}, one.read() or b"") for one in built
    ]


def ask(served: Served, path: str, headers: dict[str, str], body: bytes) -> Asked:
    host, port = served.url.removeprefix("http://").split(":")
    began_s = connected_s = time.monotonic()
    outcome = "unreached"
    with closing(HTTPConnection(host, int(port), timeout=LONGEST_S)) as connection:
        try:
            connection.connect()
            connected_s = time.monotonic()
            connection.request("POST", path, body, headers)
            answer = connection.getresponse()
            outcome = "cut"
            data = answer.read()
            outcome = str(answer.status)
            if answer.status == 503 and "is stopping" in json.loads(data)["error"]:
                outcome = "stopping"
        except (OSError, HTTPException):
            pass
    return Asked(path, max(began_s, connected_s), time.monotonic(), outcome)


def stop_under_load(
    served: Served,
    tell: Callable[[psutil.Process], None] = lambda main: main.send_signal(signal.SIGTERM),
    *,
    clients: int = 6,
    seconds: float = 10.0,
    warm_s: float = 2.0,
    patience_s: float = 65.0,
) -> Stopped:
    """`clients` ask one request after another, music of `seconds`, until nobody answers any more. After `warm_s`, and
    with requests open, `tell` tells the service to stop. Raises psutil.TimeoutExpired where it is there after
    `patience_s`."""
    main = psutil.Process(served.process.pid)
    family = [main, *main.children(recursive=True)]
    kinds = calls(served, seconds)
    told, over = Stopped(), threading.Event()

    def client(number: int) -> None:
        turn = number
        while not over.is_set():
            path, headers, body = kinds[turn % len(kinds)]
            told.asked.append(ask(served, path, headers, body))
            turn += 1
            if told.asked[-1].outcome != "200":
                time.sleep(PAUSE_S)

    threads = [threading.Thread(target=client, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    time.sleep(warm_s)
    told.told_s = time.monotonic()
    tell(main)
    try:
        told.status = served.process.wait(patience_s)
    finally:
        told.gone_s = time.monotonic() - told.told_s
        over.set()
        for thread in threads:
            thread.join()
    _, alive = psutil.wait_procs(family[1:], timeout=1.0)
    told.left_over = [f"{process.pid} {process.name()}" for process in alive]
    return told
