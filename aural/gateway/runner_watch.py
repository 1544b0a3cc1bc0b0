"""What the runners last said of themselves: probes answer from it at once, however busy a runner is, or dead."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from aural.errors import AuralError, NotReady

PAUSE_S = 1.0
SILENT_S = 5.0
"""A runner that does not say in this time what it holds is not well; one that is busy takes a second."""
RETRY_AFTER_S = 5.0

Reports = dict[str, dict[str, Any]]

logger = logging.getLogger("aural")


class RunnerWatch:
    """Asks the runners again and again. `ask` raises an AuralError where one does not answer."""

    def __init__(self) -> None:
        self._reports: Reports | None = None
        self._missing = "The runners have not answered yet. Try again shortly."

    async def run(self, ask: Callable[[], Awaitable[Reports]], pause_s: float = PAUSE_S) -> None:
        """Until it is cancelled."""
        while True:
            try:
                self._reports = await ask()
            except AuralError as error:
                self._lost(error.sentence)
            except Exception as error:  # what a runner says that is out of its mind
                logger.warning("A runner's report: %r", error)
                self._lost("A runner answers what cannot be understood. Try again shortly.")
            await asyncio.sleep(pause_s)

    def reports(self) -> Reports:
        """What each runner said last. Raises NotReady where one did not answer then."""
        if self._reports is None:
            raise NotReady(self._missing, retry_after_s=RETRY_AFTER_S)
        return self._reports

    def _lost(self, sentence: str) -> None:
        if self._reports is not None:
            logger.warning("Not ready: %s", sentence)
        self._reports, self._missing = None, sentence
