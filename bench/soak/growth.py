"""Many mixed requests, most of them odd, and large files: what stays of them in memory."""

from __future__ import annotations

import asyncio
import io
import json
import random
from collections.abc import Sequence

import numpy as np
import soundfile

from bench.soak.load import counted, steady, told_of
from bench.soak.rows import Row
from bench.soak.sampling import sampled
from bench.soak.serving import Service
from bench.soak.traffic import Answer, Ask, Client, Worth, excerpt, multipart, pick

AT_ONCE = 4
LARGE = 20
LARGE_AT_ONCE = 2
QUIET_S = 10.0
STAYS_MB = 100
"""As much may stay of large files in a process that was warm before: the decoder's and the allocator's own."""


def odd_mix() -> tuple[Ask, ...]:
    """Short music and clips, what does not exist, what is refused, what is broken."""
    half_a_second = excerpt(0.5)
    good = json.dumps({"prompt": "drums", "duration": 1, "seed": 1}).encode()
    bodies: tuple[tuple[str, str, bytes, str], ...] = (
        ("bad value", "/generate", b'{"prompt": "x", "duration": "long"}', "application/json"),
        ("unknown field", "/generate", b'{"prompt": "x", "' + b"f" * 2000 + b'": 1}', "application/json"),
        ("no JSON", "/generate", b'{"prompt": ', "application/json"),
        ("deep JSON", "/generate", b"[" * 5000, "application/json"),
        ("large JSON", "/generate", b'{"prompt": "' + b"x" * 200_000 + b'"}', "application/json"),
        ("no JSON type", "/generate", good, "text/plain"),
        ("no file", "/compose", *multipart({"duration": b"2"})),
        ("no audio", "/analyze", *multipart({"file": b"RIFF" + bytes(range(256)) * 8})),
        ("broken audio", "/analyze", *multipart({"file": half_a_second[: len(half_a_second) // 3]})),
        ("no boundary", "/analyze", b"--x\r\n", "multipart/form-data"),
        ("strange type", "/analyze", b"x", "application/\xff".encode("latin-1").decode("latin-1")),
    )
    return (
        Ask("short music", "/generate", 0.06, good),
        Ask("short clip", "/analyze", 0.04, *multipart({"file": half_a_second})),
        *(Ask(name, path, 0.05, body, kind) for name, path, body, kind in bodies),
        *(Ask(f"GET {path}", path, 0.04, method="GET") for path in ("/health", "/info", "/livez", "/readyz")),
        Ask("DELETE", "/generate", 0.04, method="DELETE"),
        Ask("nowhere", "/nowhere/RANDOM", 0.15, method="GET"),
    )


def drawn(asks: Sequence[Ask], draw: random.Random) -> Ask:
    """One of the mix; an unknown path is another one each time."""
    ask = pick(asks, draw)
    path = ask.path.replace("RANDOM", f"{draw.getrandbits(64):x}" * draw.randint(1, 40))
    return Ask(ask.name, path, ask.share, ask.body, ask.content_type, ask.method)


async def growth(service: Service, client: Client, requests: int) -> list[Row]:
    """A tenth more before, to fill caches; then `requests` of them, AT_ONCE at a time."""
    asks = odd_mix()
    await _send(client, asks, requests // 10, seed=1)
    with sampled(service) as samples:
        answers = await _send(client, asks, requests, seed=2)
    contract = (Worth.SERVED, Worth.REFUSED, Worth.FAILED)
    unlike = [one for one in answers if one.worth not in contract or one.status >= 500]
    case = "mixed requests"
    return [
        Row(
            case,
            "all answered as the contract says, none with 5xx",
            f"{requests} requests: {counted(answers)}; not so: {len(unlike)}",
            not unlike,
            told_of(answers) | {"first_unlike": [f"{one.ask}: {one.status} {one.told}" for one in unlike[:10]]},
        ),
        *steady(case, samples),
    ]


async def _send(client: Client, asks: Sequence[Ask], requests: int, seed: int) -> list[Answer]:
    draw = random.Random(seed)
    left = iter([drawn(asks, draw) for _ in range(requests)])

    async def sender() -> list[Answer]:
        return [await client.send(ask) for ask in left]

    return [answer for answers in await asyncio.gather(*(sender() for _ in range(AT_ONCE))) for answer in answers]


def large_clip() -> bytes:
    """Half a minute of noise in stereo at 96 kHz, in floats: 23 MB, the most that is taken being 30."""
    draw = np.random.default_rng(1)
    written = io.BytesIO()
    noise = 0.1 * draw.standard_normal((int(29.5 * 96_000), 2), np.float32)
    soundfile.write(written, noise, 96_000, format="WAV", subtype="FLOAT")
    return written.getvalue()


async def large_files(service: Service, client: Client) -> list[Row]:
    """LARGE uploads near the limit of size, then QUIET_S of nothing: each process's memory beside that of before."""
    ask = Ask("large clip", "/analyze", 1.0, *multipart({"file": large_clip()}))
    before = _rss_mb(service)
    with sampled(service) as samples:
        left = iter(range(LARGE))

        async def sender() -> list[Answer]:
            return [await client.send(ask) for _ in left]

        answers = [one for some in await asyncio.gather(*(sender() for _ in range(LARGE_AT_ONCE))) for one in some]
    await asyncio.sleep(QUIET_S)
    after = _rss_mb(service)
    stays = {role: after[role] - before.get(role, 0) for role in after}
    most = max(stays, key=stays.__getitem__)
    return [
        Row(
            "large files",
            "all answered as the contract says, none with 5xx",
            f"{LARGE} files of {len(ask.body) / 2**20:.0f} MB: {counted(answers)}",
            all(one.worth in (Worth.SERVED, Worth.REFUSED) for one in answers),
            told_of(answers),
        ),
        Row(
            "large files",
            f"at most {STAYS_MB} MB stay in a process",
            f"most: {stays[most]:+.0f} MB, {most} ({max(samples.most_rss_mb().values())} MB while they came)",
            stays[most] <= STAYS_MB,
            {"stays_mb": stays, "most_rss_mb": samples.most_rss_mb()},
        ),
    ]


def _rss_mb(service: Service) -> dict[str, float]:
    return {role: one.memory_info().rss / 2**20 for role, one in service.processes().items()}
