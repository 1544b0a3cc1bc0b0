"""A light load on a service in trouble: every answer is the right one or an error of the contract, and probes answer at
once and tell the truth."""

from __future__ import annotations

import contextlib
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException

import httpx

from aural.errors import BY_CODE
from tests.serving import Served, band, wav_of

PROBES = ("/livez", "/readyz", "/health")
PROBE_S, USUAL_PROBE_S = 4.0, 0.5
"""The slowest and the median, on a machine that has much else to do: who waited for a runner would take five seconds.
What it takes on a quiet one, the soak measures."""
CLIP = wav_of(band(4))
CALL_PAUSE_S, PROBE_PAUSE_S = 0.05, 0.1
REFUSED_PAUSE_S = 0.25
"""Who was refused asks again a little later: what is being started again needs the machine more."""
LATER = frozenset({"not_ready", "deadline_exceeded", "cannot_finish_in_time", "busy"})
"""What a request is answered that cannot be served now and was right."""


@dataclass(frozen=True)
class Answered:
    """`status`: 0 where the connection broke. `code`: of an error. `right`: it is the answer that the same request
    always gets."""

    path: str
    began_s: float
    took_s: float
    status: int
    code: str = ""
    right: bool = True

    @property
    def ended_s(self) -> float:
        return self.began_s + self.took_s


@dataclass
class Load:
    served: Served
    answers: list[Answered] = field(default_factory=list)
    probes: list[Answered] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._right = {path: ask(self.served, path).content for path in ("/generate", "/analyze")}

    @contextlib.contextmanager
    def running(self) -> Iterator[None]:
        """Both calls and all probes, each again and again, as long as the block lasts."""
        over = threading.Event()

        def repeat(step: Callable[[str], None], path: str, pause_s: float) -> None:
            while not over.wait(pause_s):
                step(path)

        calls = [(self._call, path, CALL_PAUSE_S) for path in self._right]
        loops = calls + [(self._probe, path, PROBE_PAUSE_S) for path in PROBES]
        threads = [threading.Thread(target=repeat, args=loop) for loop in loops]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            over.set()
            for thread in threads:
                thread.join()

    def healed_after_s(self, since_s: float, within_s: float) -> float:
        """Seconds from `since_s` until /health is well and both calls are answered."""
        while time.monotonic() - since_s < within_s:
            with contextlib.suppress(httpx.TransportError, OSError, HTTPException):
                if self._get("/health").status == 200 and all(
                    ask(self.served, path).content == right for path, right in self._right.items()
                ):
                    return time.monotonic() - since_s
            time.sleep(0.1)
        raise AssertionError(f"not well after {within_s} s: {self.answers[-4:]}\n{self.served.log()[-2000:]}")

    def assert_contract(self, *, broken: bool = False) -> None:
        """`broken`: connections may break, since the gateway died."""
        assert all(one.right for one in self.answers), "no wrong answer"
        unexpected = [
            one
            for one in self.answers
            if not (one.status == 200 or (one.code in LATER and one.status == BY_CODE[one.code].status))
            and not (broken and one.status == 0)
        ]
        assert unexpected == []

    def assert_probes_quick(self) -> None:
        slowest = max(self.probes, key=lambda one: one.took_s)
        assert slowest.took_s < PROBE_S, slowest
        assert statistics.median(one.took_s for one in self.probes) < USUAL_PROBE_S
        assert {one.status for one in self.probes if one.path == "/livez"} == {200}

    def unwell(self, path: str = "/health") -> list[Answered]:
        return [one for one in self.probes if one.path == path and one.status == 503]

    def _call(self, path: str) -> None:
        began_s = time.monotonic()
        try:
            answer = ask(self.served, path)
        except httpx.TransportError:
            self.answers.append(Answered(path, began_s, time.monotonic() - began_s, 0))
            time.sleep(REFUSED_PAUSE_S)
            return
        took_s = time.monotonic() - began_s
        if answer.status_code == 200:
            right = answer.content == self._right[path]
            self.answers.append(Answered(path, began_s, took_s, 200, right=right))
        else:
            self.answers.append(Answered(path, began_s, took_s, answer.status_code, answer.json()["code"]))
            time.sleep(REFUSED_PAUSE_S)

    def _probe(self, path: str) -> None:
        with contextlib.suppress(OSError, HTTPException):
            self.probes.append(self._get(path))

    def _get(self, path: str) -> Answered:
        """By the plainest of clients, whose own work is little."""
        host, port = self.served.url.removeprefix("http://").split(":")
        began_s = time.monotonic()
        with contextlib.closing(HTTPConnection(host, int(port), timeout=30)) as connection:
            connection.request("GET", path)
            answer = connection.getresponse()
            answer.read()
        return Answered(path, began_s, time.monotonic() - began_s, answer.status)


CLIENT = httpx.Client(timeout=90, headers={"connection": "close"})
"""One for all, since making one takes longer than most calls; its connections are new ones."""


def ask(served: Served, path: str) -> httpx.Response:
    if path == "/generate":
        return CLIENT.post(f"{served.url}{path}", json={"prompt": "hum", "duration": 2, "seed": 3})
    return CLIENT.post(f"{served.url}{path}", files={"file": ("clip.wav", CLIP)})
