"""The reference of the HTTP API, made from the document that /docs.json serves."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from aural.gateway.events import EVENTS
from aural.gateway.info import static_info
from aural.gateway.openapi import openapi
from aural.settings import Settings
from documentation.tables import code, table

Schema = dict[str, Any]
DOCUMENT = openapi()
SCHEMAS: dict[str, Schema] = DOCUMENT["components"]["schemas"]
FIELDS = ("field", "values", "default", "")
ON_PAGES = {
    "Analysis": "[the analysis](#the-analysis)",
    "AudioFeatures": "[audio features](audio-features.md)",
}
"""Answers that are told elsewhere."""
SERVICES_OWN = ("deadline_s", "max_in_flight")
"""Limits that are settings."""


def operations() -> str:
    """Every call with its fields and its answer; an answer that two calls have is told once."""
    parts: list[str] = []
    told: dict[str, str] = {}
    for path, methods in DOCUMENT["paths"].items():
        for method, operation in methods.items():
            name = f"{method.upper()} {path}"
            parts += [f"## {name}", operation["summary"]]
            if "parameters" in operation:
                parts += ["In the address, behind `?`:", _query(operation["parameters"])]
            if "requestBody" in operation:
                parts += _body(operation["requestBody"]["content"])
            parts += _answer(operation["responses"]["200"], name, told)
    return "\n\n".join(parts)


def controls() -> str:
    return _fields(_shared())


def headers() -> str:
    told = DOCUMENT["paths"]["/generate"]["post"]["responses"]["200"]["headers"]
    return table(("header", ""), [(code(name), header["description"]) for name, header in told.items()])


def events() -> str:
    rows = []
    for name, kind in EVENTS.items():
        schema = SCHEMAS[kind.__name__]
        told = schema["description"].partition(": ")[2]
        rows.append((code(name), "", told[:1].upper() + told[1:]))
        rows += [("", code(field), one["description"]) for field, one in schema["properties"].items()]
    return table(("event", "data", ""), rows)


def analysis() -> str:
    return table(("field", "type", ""), _leaves("Analysis", ""))


def features() -> str:
    return table(("field", "type", ""), _leaves("AudioFeatures", ""))


def vocabularies() -> str:
    told = static_info(Settings())["vocabularies"]
    return table(("of", "names"), [(name, ", ".join(map(code, values))) for name, values in told.items()])


def limits() -> str:
    told = static_info(Settings())["limits"]
    return table(
        ("limit", ""), [(code(name), _number(value)) for name, value in told.items() if name not in SERVICES_OWN]
    )


def _shared() -> dict[str, Schema]:
    """Fields that /generate and /compose have alike."""
    others = SCHEMAS["ComposeBody"]["properties"]
    return {name: field for name, field in SCHEMAS["GenerateBody"]["properties"].items() if others.get(name) == field}


def _body(content: dict[str, Any]) -> list[str]:
    ((kind, told),) = content.items()
    schema = _of_ref(told["schema"])
    shared = _shared()
    own = {name: field for name, field in schema["properties"].items() if name not in shared}
    parts = [f"Body: {code(kind)}.", _fields(own, schema.get("required", ()))]
    if len(own) < len(schema["properties"]):
        parts.append("And the [controls](controls.md).")
    examples = [json.dumps(example["value"]) for example in told.get("examples", {}).values()]
    if examples:
        parts += ["Bodies that are taken:", "```json\n" + "\n".join(examples) + "\n```"]
    return parts


def _answer(response: dict[str, Any], name: str, told: dict[str, str]) -> list[str]:
    as_text = json.dumps(response)
    if as_text in told:
        earlier = told[as_text]
        return [f"The answer is as of [{earlier}](#{_anchor(earlier)})."]
    told[as_text] = name
    content = response["content"]
    if list(content) != ["application/json"]:
        kinds = ", ".join(map(code, content))
        return [
            f"Answer: {kinds}. {response['description']}",
            "[Files and tags](files.md) has the formats and headers.",
        ]
    schema = content["application/json"]["schema"]
    models = [_model(one) for one in schema.get("oneOf", [schema])]
    if all(model in ON_PAGES for model in models):
        return [f"Answer, as JSON: {', or '.join(ON_PAGES[model] for model in models)}."]
    return ["Answer, as JSON:", *(table(("field", "type", ""), _leaves(model, "")) for model in models)]


def _fields(properties: dict[str, Schema], required: Any = ()) -> str:
    rows = []
    for name, field in properties.items():
        default = "" if field.get("default") is None else code(json.dumps(field["default"]))
        rows.append((code(name), values_of(field), "needed" if name in required else default, field["description"]))
    return table(FIELDS, rows)


def _leaves(model: str, above: str) -> Iterator[tuple[str, str, str]]:
    """A row for each field below `model`, by its path."""
    for name, field in SCHEMAS[model]["properties"].items():
        path = f"{above}{name}"
        yield code(path), values_of(field), field["description"]
        items = field.get("items", {})
        below = items if "$ref" in items else field
        if "$ref" in below:
            yield from _leaves(_model(below), f"{path}[]." if below is items else f"{path}.")


def values_of(schema: Schema) -> str:
    """What a field may be, in words."""
    if "anyOf" in schema:
        return " or ".join("null" if one.get("type") == "null" else values_of(one) for one in schema["anyOf"])
    if "const" in schema:
        return code(str(schema["const"]))
    if "enum" in schema:
        return ", ".join(code(str(value)) for value in schema["enum"])
    if "$ref" in schema or schema.get("type") == "object":
        return "object"
    kind = schema.get("type", "any")
    low, high = (schema.get(key) for key in _BOUNDS.get(kind, ("", "")))
    within = f" {_number(low)} to {_number(high)}" if low is not None and high is not None else ""
    if kind == "array":
        items = values_of(schema.get("items", {}))
        return f"list of{within}: {items}" if within else f"list of {items}"
    if kind == "string":
        if schema.get("format") == "binary":
            return "file"
        return f"text,{within} characters" if within else "text"
    return f"{_WORDS.get(kind, kind)}{',' if within else ''}{within}"


_WORDS = {"boolean": "`true`, `false`", "integer": "whole number"}
_BOUNDS = {
    "number": ("minimum", "maximum"),
    "integer": ("minimum", "maximum"),
    "string": ("minLength", "maxLength"),
    "array": ("minItems", "maxItems"),
}


def _number(value: float) -> str:
    """All digits of a whole one."""
    return str(value) if isinstance(value, int) else f"{value:g}"


def _query(parameters: list[dict[str, Any]]) -> str:
    """Of an address, told as fields are."""
    return _fields({one["name"]: {**one["schema"], "description": one["description"]} for one in parameters})


def _model(schema: Schema) -> str:
    """The name behind a reference."""
    return str(schema["$ref"].rsplit("/", 1)[-1])


def _of_ref(schema: Schema) -> Schema:
    return SCHEMAS[_model(schema)]


def _anchor(heading: str) -> str:
    return heading.lower().replace("/", "").replace(" ", "-")
