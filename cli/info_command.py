"""What `aural info` does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from aural_client import Info
from cli.asking import exit_code_of
from cli.connect import connect
from cli.exits import FINE
from cli.showing import console, facts_table


def run(url: str | None, api_key: str | None, *, as_json: bool) -> int:
    """The exit code."""
    return exit_code_of(_run(url, api_key, as_json))


async def _run(url: str | None, api_key: str | None, as_json: bool) -> int:
    async with connect(url, api_key=api_key) as aural:
        told = await aural.info()
    if as_json:
        print(told.model_dump_json())
    else:
        console().print(facts_table(f"{told.name} {told.version}", _facts(told)))
    return FINE


def _facts(told: Info) -> Iterator[tuple[str, str]]:
    yield "model set", told.model_set
    for role, model in told.models.items():
        yield role, _model(model)
    for name, value in {**told.limits, **told.output}.items():
        yield name.replace("_", " "), str(round(value, 3)).removesuffix(".0")
    for name, words in told.vocabularies.items():
        yield name, ", ".join(words)


def _model(model: dict[str, Any]) -> str:
    if not model.get("loaded", True):
        return f"{model['model']} (loaded when it is needed)"
    parts = [model["model"], model.get("revision"), model.get("licence"), model.get("device"), model.get("precision")]
    return ", ".join(str(part) for part in parts if part)
