"""`aural check`: whether the service could start here, and why not."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.options import AsJson


def check(
    port: Annotated[int, typer.Option(min=0, max=65535, help="That the service would listen on.")] = 8000,
    as_json: AsJson = False,
) -> None:
    """Look whether the service could start on this machine, with the settings of the environment.

    Python, packages, settings, device, codecs, weights, port and memory: what is found, and what to do where it will
    not do. Exit code 1 where the service could not start.

    Examples:

        aural check

        AURAL_MODELS=pretrained AURAL_WEIGHTS=/weights aural check --json
    """
    from cli.check_command import run

    raise typer.Exit(run(port, as_json=as_json))
