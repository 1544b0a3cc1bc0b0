"""Worker processes that are started by the first job."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Self, TypeVar

from aural.workers.pool import MAX_CPU_S, MAX_MEMORY_BYTES, Workers

Result = TypeVar("Result")


class LazyWorkers:
    """`aural.flow.ports.Workers`. What jobs import is imported by the first one, not by a warm-up before it."""

    def __init__(self, count: int):
        self._workers = Workers(count)
        self._starting: asyncio.Task[None] | None = None

    async def run(
        self,
        function: Callable[..., Result],
        *args: Any,
        timeout_s: float,
        memory_bytes: int = MAX_MEMORY_BYTES,
        cpu_s: int = MAX_CPU_S,
    ) -> Result:
        if self._starting is None:
            self._starting = asyncio.create_task(self._workers.start())
        await asyncio.shield(self._starting)
        return await self._workers.run(function, *args, timeout_s=timeout_s, memory_bytes=memory_bytes, cpu_s=cpu_s)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._starting is not None:
            await asyncio.wait({self._starting})
            await self._workers.stop()
