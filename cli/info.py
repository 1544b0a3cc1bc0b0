"""`aural info`: what the service, or this process, is, has and takes."""

from __future__ import annotations

import typer

from cli.options import ApiKey, AsJson, Url


def info(as_json: AsJson = False, url: Url = None, api_key: ApiKey = None) -> None:
    """Tell version, models with their licences, limits and vocabularies.

    Examples:

        aural info

        aural info --url http://localhost:8000 --json | jq .vocabularies.style_id
    """
    from cli.info_command import run

    raise typer.Exit(run(url, api_key, as_json=as_json))
