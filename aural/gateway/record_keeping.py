"""The gateway's records: written beside the event loop, tidied now and then; one that cannot be written is counted."""

from __future__ import annotations

import asyncio
import functools
import logging
from typing import Any

from aural.gateway.records import Record, RecordFolder
from aural.settings import Settings

logger = logging.getLogger("aural")

DAY_S = 86_400.0
TIDY_S = 600.0


class RecordKeeping:
    """One per gateway process, where `settings` ask for records. What the operator should know of the folder is said at
    once."""

    def __init__(self, settings: Settings):
        self._folder = RecordFolder(settings.log_dir, settings.log_max_mb * 2**20, settings.log_max_days * DAY_S)
        if self._folder.others_may_look():
            logger.warning(
                "AURAL_LOG_DIR %s can be listed by other users, though its files cannot be read: its mode is yours.",
                self._folder.folder,
            )
        if others := self._folder.foreign_file_names():
            logger.warning(
                "AURAL_LOG_DIR %s holds %d files that are no records (%s): they stay, and are not counted.",
                self._folder.folder,
                len(others),
                others[0],
            )

    async def keep(self, record: Record) -> None:
        """Raises nothing: whether there is a record or not, the answer is made, and goes out."""
        try:
            await asyncio.to_thread(self._folder.keep, record)
        except OSError as error:  # a full disk, a folder that is none
            logger.error("request %s left no record in %s: %s", record.request_id, self._folder.folder, error)
            _lost_records().inc()

    async def tidy(self) -> None:
        """Removes what is too old, every TIDY_S, until it is cancelled: no request may come for long."""
        while True:
            try:
                await asyncio.to_thread(self._folder.tidy)
            except OSError as error:
                logger.error("old records in %s stay: %s", self._folder.folder, error)
            await asyncio.sleep(TIDY_S)


@functools.cache
def _lost_records() -> Any:
    from prometheus_client import Counter  # once BentoML has set it up for several processes

    return Counter(
        "aural_records_lost", "Requests whose record (LOGS=true) could not be written; their answers went out."
    )
