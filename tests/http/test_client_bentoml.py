"""BentoML's own clients go on working as they are."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import bentoml
import httpx
import pytest

from tests.serving import Served, band, wav_of

ASKED: dict[str, Any] = {"prompt": "dub", "duration": 2, "seed": 3, "loop": True}


def plain(served: Served) -> bytes:
    return httpx.post(f"{served.url}/generate", json=ASKED, timeout=60).content


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    path = tmp_path / "clip.wav"
    path.write_bytes(wav_of(band(4)))
    return path


def test_the_sync_client(builtin: Served, clip: Path) -> None:
    with bentoml.SyncHTTPClient(builtin.url, timeout=70) as client:
        assert client.generate(**ASKED) == plain(builtin)
        assert client.analyze(file=clip)["style_id"]
        assert client.compose(file=clip, duration=2, seed=1).startswith(b"RIFF")


def test_the_async_client(builtin: Served, clip: Path) -> None:
    async def ask() -> tuple[Any, Any, Any]:
        async with bentoml.AsyncHTTPClient(builtin.url, timeout=70) as client:
            heard = await client.analyze(file=clip)
            return await client.generate(**ASKED), heard, await client.compose(file=clip, duration=2, seed=1)

    music, heard, composed = asyncio.run(ask())
    assert music == plain(builtin)
    assert heard["style_id"]
    assert composed.startswith(b"RIFF")
