"""Options that several commands have."""

from __future__ import annotations

from typing import Annotated, TypeAlias

import typer

ASKING = "The service that is asked"

Url: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--url",
        envvar="AURAL_URL",
        show_envvar=True,
        metavar="URL",
        help="A running service, like http://localhost:8000. Left out: the models run in this process.",
        rich_help_panel=ASKING,
    ),
]
ApiKey: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--api-key",
        envvar="AURAL_API_KEY",
        show_envvar=True,
        metavar="KEY",
        help="Its key, where it has one.",
        rich_help_panel=ASKING,
    ),
]
Deadline: TypeAlias = Annotated[
    float | None,
    typer.Option(
        "--deadline",
        min=0.1,
        max=600,
        metavar="SECONDS",
        help="How long an answer may take. Left out: 60 s from a service, 600 s in this process.",
        rich_help_panel=ASKING,
    ),
]
AsJson: TypeAlias = Annotated[bool, typer.Option("--json", help="JSON on standard output, for scripts.")]
