"""A composer's runner that listens on a real socket, and a gateway's client of it."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from starlette.types import ASGIApp

from runners.composer_client import ComposerClient
from runners.takes import takes_app
from tests.humming import Counted, Humming, queue_of


@contextmanager
def listening(app: ASGIApp, **where: Any) -> Iterator[None]:
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off", **where))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            time.sleep(0.005)
        yield
    finally:
        server.should_exit = True
        thread.join()


@contextmanager
def runner(humming: Humming, url: str, metrics: Counted | None = None) -> Iterator[None]:
    queue = queue_of(humming, metrics=metrics)
    kind, _, rest = url.partition("://")
    where = {"uds": rest} if kind == "file" else {"port": int(rest.split(":")[1])}
    with listening(takes_app(lambda: queue), **where):
        yield
    queue.close()


def talk(url: str, scene: Callable[[ComposerClient], Coroutine[Any, Any, Any]]) -> Any:
    async def whole() -> Any:
        client = ComposerClient(url)
        try:
            return await scene(client)
        finally:
            await client.close()

    return asyncio.run(whole())
