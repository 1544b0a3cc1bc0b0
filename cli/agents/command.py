"""`aural mcp`: tools for agents."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.exits import FAILED, INTERRUPTED, complain
from cli.options import ApiKey, Url

FOLDER_HELP = "Folder whose files may be read and written, and all below; may be repeated (default: the current one)."


def mcp(
    folder: Annotated[
        list[Path] | None, typer.Option("--folder", "-f", help=FOLDER_HELP, exists=True, file_okay=False)
    ] = None,
    http: Annotated[bool, typer.Option("--http", help="Serve HTTP at /mcp instead of stdin and stdout.")] = False,
    host: Annotated[str, typer.Option(help="With --http: the address to listen at.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="With --http: the port.", min=1, max=65535)] = 8765,
    allow_host: Annotated[
        list[str] | None, typer.Option(help="With --http: a further name that the server is reached by.")
    ] = None,
    url: Url = None,
    api_key: ApiKey = None,
) -> None:
    """Serve agents: a Model Context Protocol server with the tools analyze, generate, compose and info.

    It speaks over stdin and stdout, as an agent's host starts it, or over HTTP. It reads and writes files in the given
    folders alone. Over HTTP it asks for no key: whoever reaches the port can use it, so leave the address as it is, or
    put something before it that asks for one.

    Examples:

        aural mcp --folder ~/Music

        claude mcp add aural -- aural mcp --folder ~/Music

        aural mcp --http --port 8765
    """
    import asyncio

    from cli.agents.folders import Refused
    from cli.agents.serving import serve

    try:
        asyncio.run(
            serve(
                folder or [],
                url=url,
                api_key=api_key,
                http=(host, port) if http else None,
                allowed=tuple(allow_host or ()),
            )
        )
    except Refused as cause:
        complain(str(cause))
        raise typer.Exit(FAILED) from cause
    except KeyboardInterrupt:
        raise typer.Exit(INTERRUPTED) from None
