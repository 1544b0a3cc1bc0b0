"""A gateway that is told to stop: what it answers meanwhile, and when it goes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from aural.errors import DeadlineExceeded, NotReady
from aural.gateway.runner_watch import RunnerWatch
from aural.gateway.stopping import Stopping, StoppingMiddleware

PATHS = ("/livez", "/healthz", "/metrics", "/health", "/readyz", "/", "/generate", "/info")


class Gateway:
    """Answers `/slow` when `go_on` is set, everything else at once."""

    def __init__(self, check_runners: Callable[[], object] = lambda: None):
        self.stopping = Stopping()
        self.go_on = asyncio.Event()
        self.left: list[str] = []
        app = StoppingMiddleware(self._answer, self.stopping, check_runners)
        self.client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://gateway")

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] == "/slow":
            await self.go_on.wait()
        if scope["path"] == "/breaks":
            raise RuntimeError("broken")
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"ok"})

    def begin(self, patience_s: float = 60.0) -> None:
        self.stopping.begin(lambda: self.left.append("left"), patience_s)

    async def statuses(self) -> dict[str, int]:
        return {path: (await self.client.get(path)).status_code for path in PATHS}


def run(scene: Callable[[], Any]) -> Any:
    return asyncio.run(asyncio.wait_for(scene(), 60))


def test_what_it_took_is_finished_and_what_is_new_is_refused() -> None:
    async def scene() -> None:
        gateway = Gateway()
        assert set((await gateway.statuses()).values()) == {200}
        slow = asyncio.create_task(gateway.client.get("/slow"))
        await asyncio.sleep(0.01)
        gateway.begin()
        gateway.begin()
        await asyncio.sleep(0.01)
        assert gateway.left == []
        told = await gateway.statuses()
        assert {path for path, status in told.items() if status == 200} == {"/livez", "/healthz", "/metrics", "/health"}
        refused = await gateway.client.get("/generate")
        assert (refused.status_code, refused.json()["code"]) == (503, "not_ready")
        assert "is stopping" in refused.json()["error"]
        assert (refused.headers["connection"], refused.headers["retry-after"]) == ("close", "5")
        assert refused.headers["x-request-id"] == refused.json()["request_id"]
        gateway.go_on.set()
        answer = await slow
        assert (answer.status_code, answer.headers["connection"]) == (200, "close")
        await asyncio.sleep(0.01)
        assert gateway.left == ["left"], "once"

    run(scene)


def test_with_nothing_open_it_leaves_at_once_whatever_went_wrong_before() -> None:
    async def scene() -> list[str]:
        gateway = Gateway()
        with pytest.raises(RuntimeError):
            await gateway.client.get("/breaks")
        gateway.begin()
        await asyncio.sleep(0.01)
        return gateway.left

    assert run(scene) == ["left"]


def test_it_does_not_wait_for_ever() -> None:
    async def scene() -> list[str]:
        gateway = Gateway()
        slow = asyncio.create_task(gateway.client.get("/slow"))
        await asyncio.sleep(0.01)
        gateway.begin(patience_s=0.05)
        await asyncio.sleep(0.3)
        slow.cancel()
        return gateway.left

    assert run(scene) == ["left"]


def test_readyz_says_what_is_missing_and_asks_nobody() -> None:
    def missing() -> None:
        raise NotReady("The pitch runner is not ready.", retry_after_s=5)

    async def scene() -> httpx.Response:
        return await Gateway(missing).client.get("/readyz")

    answer = run(scene)
    assert (answer.status_code, answer.json()["error"]) == (503, "The pitch runner is not ready.")


def test_the_watch_keeps_what_runners_said_last_and_forgets_it_when_one_is_silent() -> None:
    said: list[Any] = [
        {"pitch": {"gpu": False}},
        DeadlineExceeded("The pitch runner did not answer in the time that was left."),
        {"pitch": {"gpu": True}},
        KeyError("ok"),
    ]
    seen: list[Any] = []

    async def scene() -> None:
        watch = RunnerWatch()

        def look() -> None:
            try:
                seen.append(watch.reports())
            except NotReady as error:
                seen.append(error.sentence)

        async def ask() -> dict[str, dict[str, Any]]:
            look()
            if len(seen) > len(said):
                await asyncio.Event().wait()
            answer = said[len(seen) - 1]
            if isinstance(answer, Exception):
                raise answer
            reports: dict[str, dict[str, Any]] = answer
            return reports

        watching = asyncio.create_task(watch.run(ask, pause_s=0.0))
        while len(seen) <= len(said):
            await asyncio.sleep(0.001)
        watching.cancel()

    run(scene)
    assert seen == [
        "The runners have not answered yet. Try again shortly.",
        {"pitch": {"gpu": False}},
        "The pitch runner did not answer in the time that was left.",
        {"pitch": {"gpu": True}},
        "A runner answers what cannot be understood. Try again shortly.",
    ]
