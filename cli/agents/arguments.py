"""What a tool can be asked for: the parameters of the client's call, with the contract's types, limits and words."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Mapping
from typing import Any, get_args

from pydantic import BaseModel

from aural.gateway.bodies import ComposeBody, GenerateBody
from aural_client import orders
from aural_client.formats import Format
from cli.agents.folders import Refused

PATH = {
    "type": "string",
    "description": "Path of the audio file, absolute or below the server's first folder. Any common format (WAV, MP3,"
    " FLAC, OGG, M4A, AIFF, ...).",
}
FORMAT = {
    "type": "string",
    "enum": list(get_args(Format)),
    "description": "Format of the file; by the suffix of save_as where it is left out, else wav. zip: mix, stems, notes"
    " (MIDI) and facts, from the sketch composer.",
}
SAVE_AS = {
    "type": "string",
    "description": "File to write, absolute or below the server's first folder; its suffix says the format. Nothing is"
    " written over. Left out: a new name in the first folder, with the seed.",
}


def music_schema(call: Callable[..., object], body: type[BaseModel]) -> dict[str, Any]:
    """The input schema of a tool that makes music: what `call` takes, as `body` describes it."""
    known = body.model_json_schema()["properties"]
    names = [name for name in inspect.signature(call).parameters if name not in (*orders.OF_THE_CALL, "stream")]
    files = {"path": PATH} if body is ComposeBody else {}
    asked = {name: _optional(known[name]) for name in names}
    required = ["path"] if files else ["prompt"]
    return object_schema({**files, **asked, "format": FORMAT, "save_as": SAVE_AS}, required)


def object_schema(properties: dict[str, Any], required: list[str] | None = None) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": required or [],
        "additionalProperties": False,
    }


def checked(schema: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments by their names; what is null is left out. Values are the service's to check, but for the paths.

    Raises Refused for one that is missing or that the tool does not have.
    """
    properties = schema["properties"]
    if unknown := sorted(given.keys() - properties.keys()):
        raise Refused(f"There is no argument {', '.join(unknown)}. There are: {', '.join(properties) or 'none'}.")
    arguments = {name: _read(name, properties[name], value) for name, value in given.items() if value is not None}
    if missing := [name for name in schema["required"] if name not in arguments]:
        raise Refused(f"The argument {missing[0]} is missing: {properties[missing[0]]['description']}")
    for name in ("path", "save_as"):
        if not isinstance(arguments.get(name, ""), str):
            raise Refused(f"{name} is {arguments[name]!r}; it must be a text.")
    return arguments


def _optional(described: dict[str, Any]) -> dict[str, Any]:
    """Without null, which no argument needs. The default is only told: a client that sent it would say more than its
    user did (`duration` beside `bars`)."""
    kept = {name: value for name, value in described.items() if name not in ("default", "title", "anyOf")}
    kinds = [kind for kind in described.get("anyOf", []) if kind != {"type": "null"}]
    if (default := described.get("default")) is not None:
        kept["description"] += f" Default: {json.dumps(default)}."
    return {**(kinds[0] if kinds else {}), **kept}


def _read(name: str, described: Mapping[str, Any], value: Any) -> Any:
    """Some agents send a list as the text of one. Raises Refused for what is no list of numbers."""
    if described.get("type") != "array":
        return value
    try:
        listed = json.loads(value) if isinstance(value, str) else value
    except ValueError:
        listed = None
    if not isinstance(listed, list) or not all(isinstance(one, (int, float)) for one in listed):
        raise Refused(f"{name} is {value!r}; it must be a list of numbers, like [0.2, 0.8].")
    return listed


GENERATE = music_schema(orders.generate, GenerateBody)
COMPOSE = music_schema(orders.compose, ComposeBody)
ANALYZE = object_schema(
    {
        "path": PATH,
        "full": {
            "type": "boolean",
            "description": "True: each window's whole analysis as well, with beat times, all keys' probabilities and"
            " the energy curve. Long.",
        },
    },
    ["path"],
)
INFO = object_schema({})
