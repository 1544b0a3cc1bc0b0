"""The server and the service behind it, from start to end."""

from __future__ import annotations

from contextlib import AsyncExitStack
from pathlib import Path

from cli.agents.folders import Folders, Refused
from cli.agents.server import make_server, serve_http, serve_stdio
from cli.connect import connect


async def serve(
    folders: list[Path],
    *,
    url: str | None = None,
    api_key: str | None = None,
    http: tuple[str, int] | None = None,
    allowed: tuple[str, ...] = (),
) -> None:
    """`http`: host and port; None for stdin and stdout. Raises Refused for a folder, an address or a setting that is
    none."""
    allowed_folders = Folders.of(folders)
    async with AsyncExitStack() as stack:
        try:
            aural = await stack.enter_async_context(connect(url, api_key=api_key))
        except ValueError as cause:
            raise Refused(str(cause)) from cause
        server = make_server(aural, allowed_folders)
        if http is None:
            await serve_stdio(server)
            return
        await serve_http(server, *http, allowed)
