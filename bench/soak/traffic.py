"""What is asked of the service, and what each answer was worth.

Arrivals are open-loop: each request is sent at its time, whatever became of the others, as strangers do. locust, and
whatever else sends through a number of simulated users, waits with a user's next request until its last one was
answered: beyond capacity it would send no more than the service takes. Hence a client of our own.
"""

from __future__ import annotations

import asyncio
import hashlib
import io
import json
import random
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import StrEnum

import aiohttp
import numpy as np
import soundfile
import soxr

from examples.clip import CLIP

CLIP_S = 5.0
SOURCES = tuple(f"127.0.0.{last}" for last in range(11, 27))
"""Addresses that requests come from: one client among many is what a limit of connections per address lets in."""
PATIENCE_S = 100.0
"""Longer than the service's deadline: what takes longer is not answered."""
CONNECT_S = 5.0


class Worth(StrEnum):
    """SERVED: 200, and the same as when nothing else was asked. WRONG: 200 with another content. REFUSED: 429 or 503 in
    the contract's shape, with Retry-After. FAILED: another error in that shape. FOREIGN: an answer that is not of the
    contract. UNANSWERED: none, or a broken one. TURNED_AWAY: no connection, so nothing was accepted."""

    SERVED = "served"
    WRONG = "wrong"
    REFUSED = "refused"
    FAILED = "failed"
    FOREIGN = "foreign"
    UNANSWERED = "unanswered"
    TURNED_AWAY = "turned away"


@dataclass(frozen=True)
class Ask:
    """A request. `share`: of the mix."""

    name: str
    path: str
    share: float
    body: bytes = b""
    content_type: str = "application/json"
    method: str = "POST"


@dataclass(frozen=True)
class Answer:
    """`began_s`: on time.monotonic's clock. `told`: the error's code, or what went wrong. `content`: see content_of."""

    ask: str
    began_s: float
    took_s: float
    worth: Worth
    status: int = 0
    told: str = ""
    content: str = ""

    @property
    def ended_s(self) -> float:
        return self.began_s + self.took_s


def mix() -> tuple[Ask, ...]:
    """What the load consists of: the three calls, on a short clip and for short music."""
    clip = excerpt(CLIP_S)
    analyze, compose = multipart({"file": clip}), multipart({"file": clip, "duration": b"3", "seed": b"3"})
    generate = json.dumps({"prompt": "calm lofi piano", "duration": 3, "seed": 7}).encode()
    return (
        Ask("/analyze", "/analyze", 0.4, *analyze),
        Ask("/generate", "/generate", 0.4, generate),
        Ask("/compose", "/compose", 0.2, *compose),
    )


def long_compose() -> Ask:
    """What takes seconds: a few of them are still under way when a service is told to stop."""
    return Ask("/compose", "/compose", 1.0, *multipart({"file": excerpt(CLIP_S), "duration": b"60", "seed": b"3"}))


def excerpt(seconds: float) -> bytes:
    """The first seconds of the demo's clip, as a WAV of 16 kHz: few bytes to send, quick to decode."""
    samples, rate_hz = soundfile.read(CLIP, dtype="float32", always_2d=True)
    mono = soxr.resample(samples[: round(seconds * rate_hz)].mean(axis=1), rate_hz, 16_000)
    written = io.BytesIO()
    soundfile.write(written, np.asarray(mono, np.float32), 16_000, format="WAV")
    return written.getvalue()


def multipart(fields: Mapping[str, bytes]) -> tuple[bytes, str]:
    """A body and its content type."""
    parts = []
    for name, value in fields.items():
        file = '; filename="clip.wav"' if name == "file" else ""
        head = f'--soak\r\nContent-Disposition: form-data; name="{name}"{file}\r\n\r\n'
        parts.append(head.encode() + value + b"\r\n")
    return b"".join(parts) + b"--soak--\r\n", "multipart/form-data; boundary=soak"


class Client:
    """Sends, one connection for each request, and judges by what was answered while nothing else was asked."""

    def __init__(self, url: str, sessions: Sequence[aiohttp.ClientSession]):
        self._url = url
        self._sessions = sessions
        self._sent = 0
        self.reference: dict[str, str] = {}

    @classmethod
    @asynccontextmanager
    async def to(cls, url: str) -> AsyncIterator[Client]:
        patience = aiohttp.ClientTimeout(total=PATIENCE_S, sock_connect=CONNECT_S)
        sessions = [
            aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0, force_close=True, local_addr=(source, 0)), timeout=patience
            )
            for source in SOURCES
        ]
        try:
            yield cls(url, sessions)
        finally:
            for session in sessions:
                await session.close()

    async def learn(self, asks: Sequence[Ask]) -> None:
        """What each is answered when it is alone. Raises RuntimeError where that is no 200."""
        for ask in asks:
            answer = await self.send(ask)
            if answer.status != 200:
                raise RuntimeError(f"{ask.name} alone was answered {answer.status} {answer.told}")
            self.reference[ask.name] = answer.content

    async def send(self, ask: Ask) -> Answer:
        session = self._sessions[self._sent % len(self._sessions)]
        self._sent += 1
        began_s = time.monotonic()
        try:
            headers = {"content-type": ask.content_type} if ask.body else {}
            async with session.request(ask.method, self._url + ask.path, data=ask.body, headers=headers) as response:
                body = await response.read()
            return self._judged(ask, began_s, response.status, response.headers, body)
        except aiohttp.ClientConnectorError as error:
            return Answer(ask.name, began_s, time.monotonic() - began_s, Worth.TURNED_AWAY, told=type(error).__name__)
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            return Answer(ask.name, began_s, time.monotonic() - began_s, Worth.UNANSWERED, told=type(error).__name__)

    def _judged(self, ask: Ask, began_s: float, status: int, headers: Mapping[str, str], body: bytes) -> Answer:
        took_s = time.monotonic() - began_s
        if status == 200:
            try:
                content = content_of(ask.name, headers, body)
            except (ValueError, KeyError) as error:
                return Answer(ask.name, began_s, took_s, Worth.WRONG, 200, told=repr(error))
            same = self.reference.get(ask.name, content) == content
            return Answer(ask.name, began_s, took_s, Worth.SERVED if same else Worth.WRONG, 200, content=content)
        code = code_of(body)
        if not code:
            worth = Worth.FOREIGN
        elif status in (429, 503) and "retry-after" in {name.lower() for name in headers}:
            worth = Worth.REFUSED
        else:
            worth = Worth.FAILED
        return Answer(ask.name, began_s, took_s, worth, status, code)


def content_of(ask: str, headers: Mapping[str, str], body: bytes) -> str:
    """What of an answer must not depend on the load.

    Of /generate every bit. The listening models' figures may differ in their last places with the batch that a clip was
    in: of /analyze tempo and key, of /compose those and the length.
    """
    if ask == "/generate":
        return hashlib.sha256(body).hexdigest()
    if ask == "/analyze":
        told = json.loads(body)
        return f"{told['bpm']:.1f} {told['key']}"
    if ask == "/compose":
        whole = body[:4] == b"RIFF" and int.from_bytes(body[4:8], "little") + 8 == len(body)
        return f"{headers['x-aural-bpm']} {headers['x-aural-key']} {headers['x-aural-loop-end']} whole: {whole}"
    return ""


def code_of(body: bytes) -> str:
    """Of an error in the contract's shape; empty where it is none."""
    try:
        told = json.loads(body)
        return str(told["code"]) if {"error", "code", "request_id"} <= told.keys() else ""
    except (ValueError, AttributeError):
        return ""


async def open_loop(client: Client, asks: Sequence[Ask], per_s: float, seconds: float, seed: int) -> list[Answer]:
    """Poisson arrivals, each sent at its time; returns when all were answered or given up."""
    draw = random.Random(seed)
    begins_s, at_s = time.monotonic(), 0.0
    under_way: list[asyncio.Task[Answer]] = []
    while (at_s := at_s + draw.expovariate(per_s)) < seconds:
        await asyncio.sleep(max(0.0, begins_s + at_s - time.monotonic()))
        under_way.append(asyncio.create_task(client.send(pick(asks, draw))))
    return list(await asyncio.gather(*under_way))


async def closed_loop(client: Client, asks: Sequence[Ask], at_once: int, seconds: float, seed: int) -> list[Answer]:
    """`at_once` senders, each with its next request when the last was answered."""
    until_s = time.monotonic() + seconds

    async def sender(draw: random.Random) -> list[Answer]:
        answers = []
        while time.monotonic() < until_s:
            answers.append(await client.send(pick(asks, draw)))
        return answers

    lists = await asyncio.gather(*(sender(random.Random(seed + place)) for place in range(at_once)))
    return [answer for answers in lists for answer in answers]


def pick(asks: Sequence[Ask], draw: random.Random) -> Ask:
    return draw.choices(asks, [ask.share for ask in asks])[0]
