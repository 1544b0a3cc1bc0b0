"""Where a command's answers come from: a running service, or the models in this process."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from aural.settings import Settings
from aural_client import AsyncAural, AuralError

IN_PROCESS_DEADLINE_S = 600
"""Unless AURAL_DEADLINE_S says otherwise: nobody is kept waiting but who asked."""
SERVICE_DEADLINE_S = 60.0
MOST_IN_FLIGHT = 10_000
IN_PROCESS_URL = "http://in-process"


class BadAddress(AuralError):
    """It is no address of a service."""

    code = "bad_address"


@asynccontextmanager
async def connect(
    url: str | None, *, api_key: str | None = None, deadline_s: float | None = None, jobs: int = 1
) -> AsyncIterator[AsyncAural]:
    """A client of the service at `url`, or, where that is None, of the same handlers in this process.

    `deadline_s`: of a request; None: the service's usual one, or 600 s in this process. `jobs`: how many clips are
    listened to at a time in this process. Models are loaded when they are first asked for, and what runs is stopped at
    the end of the block. Raises BadAddress, BadSetting.
    """
    if url is not None:
        async with _client(url, api_key, deadline_s or SERVICE_DEADLINE_S) as aural:
            yield aural
        return
    from cli.in_process.app import running_app
    from cli.in_process.transport import AppTransport

    settings = in_process_settings(deadline_s)
    async with (
        running_app(settings, jobs) as app,
        AsyncAural(IN_PROCESS_URL, deadline_s=settings.deadline_s, transport=AppTransport(app)) as aural,
    ):
        yield aural


def _client(url: str, api_key: str | None, deadline_s: float) -> AsyncAural:
    try:
        return AsyncAural(url, api_key=api_key, deadline_s=deadline_s)
    except ValueError as cause:
        raise BadAddress(str(cause)) from cause


def in_process_settings(deadline_s: float | None = None) -> Settings:
    """The environment's, but for what keeps strangers out. Raises BadSetting."""
    settings = Settings.from_env({"AURAL_DEADLINE_S": str(IN_PROCESS_DEADLINE_S), **os.environ})
    return replace(
        settings,
        api_key=None,
        api_keys=(),
        rate_per_minute=None,
        at_once_per_key=None,
        closed_paths=frozenset(),
        max_in_flight=max(MOST_IN_FLIGHT, settings.max_in_flight),
        deadline_s=settings.deadline_s if deadline_s is None else deadline_s,
    )
