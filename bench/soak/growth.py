"""Many mixed requests, most of them odd: what stays of them in memory."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Sequence

from bench.soak.load import counted, steady, told_of
from bench.soak.rows import Row
from bench.soak.sampling import sampled
from bench.soak.serving import Service
from bench.soak.traffic import Answer, Ask, Client, Worth, excerpt, multipart, pick

AT_ONCE = 4


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
