"""The command `aural`. What a command needs is imported when it runs: naming them all takes a tenth of a second."""

from __future__ import annotations

from typing import Annotated

import typer

from aural.settings import VERSION
from cli.agents.command import mcp
from cli.analyze import analyze
from cli.batch import batch
from cli.check import check
from cli.commands import Commands
from cli.exits import TOLD
from cli.info import info
from cli.music import compose, generate
from cli.serve import serve

app = typer.Typer(
    name="aural", cls=Commands, no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode="rich"
)
for command in (analyze, generate, compose, batch, serve, check, info, mcp):
    app.command()(command)


def _tell_version(asked: bool) -> None:
    if asked:
        print(VERSION)
        raise typer.Exit


@app.callback(epilog=TOLD)
def aural(
    version: Annotated[
        bool, typer.Option("--version", callback=_tell_version, is_eager=True, help="Tell the version.")
    ] = False,
) -> None:
    """Listens to clips and composes music that fits: in this process, or at a service (--url)."""


def main() -> None:
    app()


if __name__ == "__main__":
    main()
