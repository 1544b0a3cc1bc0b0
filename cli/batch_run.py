"""Going through the files of a batch, several at a time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import TypeAlias

from aural_client.errors import (
    AuralError,
    BadField,
    Busy,
    CannotFinishInTime,
    ConnectionFailed,
    MethodNotAllowed,
    NotAudio,
    NotFound,
    NothingToFollow,
    NotReady,
    TooLong,
    TooShort,
    Unauthorized,
    UploadTooLarge,
)
from cli.batch_files import Found
from cli.batch_rows import Row, failed

Analyse: TypeAlias = Callable[[Found], Awaitable[Row]]

OF_THE_FILE = (BadField, NotAudio, NothingToFollow, TooLong, TooShort, UploadTooLarge)
"""The same file would fail the same way again."""
OF_ALL_FILES = (Unauthorized, NotFound, MethodNotAllowed)
PASSING = (Busy, CannotFinishInTime, ConnectionFailed, NotReady)
"""The service has too much to do, or starts anew: nothing about the file."""
UNAVAILABLE = 503
PATIENCE_S = 300.0
"""With a service. In this process nothing passes by waiting."""
WAIT_S = 2.0
UNREADABLE = "unreadable"


class Stopped(Exception):
    """The service fails whatever it is asked: the batch cannot go on. The sentence says why."""


@dataclass(frozen=True)
class Outcome:
    """`kept`: the row holds as long as the file is the same; another one is tried again by the next run."""

    row: Row
    kept: bool


async def go_through(
    files: Iterable[Found],
    analyse: Analyse,
    *,
    jobs: int,
    done: Callable[[Found, Outcome], None],
    patience_s: float = PATIENCE_S,
) -> None:
    """`done` is called with each file as it ends. Raises Stopped, and then nothing goes on."""
    left = iter(files)

    async def work() -> None:
        for found in left:
            done(found, await outcome(found, analyse, patience_s))

    tasks = [asyncio.create_task(work()) for _ in range(jobs)]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def outcome(found: Found, analyse: Analyse, patience_s: float) -> Outcome:
    """The row of one file, or of why there is none. Raises Stopped."""
    if found.problem is not None:
        return Outcome(failed(found.name, UNREADABLE, found.problem), kept=False)
    try:
        return Outcome(await _patiently(found, analyse, patience_s), kept=True)
    except OF_ALL_FILES as cause:
        raise Stopped(cause.sentence) from cause
    except AuralError as cause:
        row = failed(found.name, cause.code, cause.sentence)
        return Outcome(row, kept=isinstance(cause, OF_THE_FILE))
    except OSError as cause:
        reason = f"The file cannot be read: {cause.strerror or type(cause).__name__}."
        return Outcome(failed(found.name, UNREADABLE, reason), kept=False)


async def _patiently(found: Found, analyse: Analyse, patience_s: float) -> Row:
    """Asks again as long as the service has only too much to do. Raises Stopped when that has lasted `patience_s`."""
    until_s = time.monotonic() + patience_s
    while True:
        try:
            return await analyse(found)
        except AuralError as cause:
            if not (isinstance(cause, PASSING) or cause.status == UNAVAILABLE):
                raise
            wait_s = WAIT_S if cause.retry_after_s is None else cause.retry_after_s
            if time.monotonic() + wait_s > until_s:
                since = f"The service has answered nothing else for {patience_s:g} s: " if patience_s else ""
                raise Stopped(since + cause.sentence) from cause
        await asyncio.sleep(wait_s)
