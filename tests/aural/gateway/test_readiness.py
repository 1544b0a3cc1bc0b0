"""From the first second to ready: what is tried again, and what the fact pages say meanwhile."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from aural.errors import NotReady
from aural.gateway import readiness as module
from aural.gateway.info import info_app
from aural.gateway.middleware import GatewayMiddleware
from aural.gateway.readiness import Readiness
from aural.settings import Settings
from aural.workers.pool import WorkerDied


def facts(readiness: Readiness, reports: Any) -> dict[str, httpx.Response]:
    async def scene() -> dict[str, httpx.Response]:
        app = GatewayMiddleware(info_app(Settings(), readiness, reports), Settings(), readiness)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://gateway") as client:
            return {path: await client.get(path) for path in ("/health", "/info", "/docs.json")}

    return asyncio.run(scene())


async def refused() -> dict[str, dict[str, Any]]:
    raise NotReady("The pitch runner is not ready. Try again shortly.", retry_after_s=5)


async def warm() -> dict[str, dict[str, Any]]:
    return {"pitch": {"model": "crepe", "gpu": True}}


@pytest.mark.parametrize("ready", [False, True])
def test_without_its_runners_it_says_what_is_known(ready: bool) -> None:
    """Before the first start is over, and when a runner is gone later."""
    readiness = Readiness()
    readiness.ready = ready
    answers = facts(readiness, refused)
    assert (answers["/health"].status_code, answers["/health"].json()) == (503, {"ok": False, "gpu": False})
    info = answers["/info"]
    assert (info.status_code, info.json()["code"]) == (503, "not_ready")
    assert info.json()["request_id"] == info.headers["x-request-id"]
    assert {"version", "limits", "vocabularies", "model_set"} <= set(info.json())
    assert "models" not in info.json()
    assert int(info.headers["retry-after"]) > 0
    assert answers["/docs.json"].status_code == 200


def test_ready_it_says_all() -> None:
    readiness = Readiness()
    readiness.ready = True
    answers = facts(readiness, warm)
    assert answers["/health"].json() == {"ok": True, "gpu": True}
    assert answers["/info"].json()["models"] == asyncio.run(warm())


def test_it_is_ready_when_the_workers_and_all_runners_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "RETRY_S", 0.0)
    monkeypatch.setattr(module, "FAILURE_PAUSE_S", 0.0)
    readiness, tried = Readiness(), {"workers": 0, "runners": 0, "rehearsals": 0}

    async def warm_up() -> None:
        tried["workers"] += 1
        assert not readiness.ready
        if tried["workers"] < 3:
            raise MemoryError

    async def ask_runners() -> None:
        tried["runners"] += 1
        assert not readiness.ready
        if tried["runners"] < 4:
            raise NotReady("loading") if tried["runners"] % 2 else RuntimeError("broken")

    async def rehearse() -> None:
        tried["rehearsals"] += 1
        assert (tried["workers"], tried["runners"], readiness.ready) == (3, 4, False)
        if tried["rehearsals"] < 2:
            raise WorkerDied

    asyncio.run(asyncio.wait_for(readiness.become_ready(warm_up, ask_runners, rehearse), 5))
    assert readiness.ready
    assert tried == {"workers": 3, "runners": 4, "rehearsals": 2}
