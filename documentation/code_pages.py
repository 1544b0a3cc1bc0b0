"""Reference made from the code itself: settings, errors, metrics."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from aural.errors import BY_CODE
from aural.settings import Settings
from documentation.tables import code, table

ROOT = Path(__file__).parents[1]
MEASURING = ("aural", "runners")
"""Rooms that count for Prometheus."""


def settings() -> str:
    rows = []
    for field in fields(Settings):
        told = field.metadata
        rows.append((code(told["variable"]), told["default"] or _value(field.default), told["sentence"]))
    return table(("variable", "default", ""), rows)


def errors() -> str:
    rows = [
        (str(kind.status), code(kind.code), (kind.__doc__ or "").partition("\n")[0], kind.remedy)
        for kind in sorted(BY_CODE.values(), key=lambda kind: kind.status)
    ]
    return table(("status", "code", "what is so", "what to do"), rows)


def metrics() -> str:
    rows = []
    for metric in sorted(metrics_of_the_code(), key=lambda metric: metric.name):
        labels = "{" + ", ".join(metric.labels) + "}" if metric.labels else ""
        rows.append((code(metric.name + labels), metric.kind.lower(), metric.told))
    return table(("metric", "kind", ""), rows)


@dataclass(frozen=True)
class Metric:
    """`name`: as /metrics has it."""

    kind: str
    name: str
    told: str
    labels: tuple[str, ...]


def metrics_of_the_code() -> Iterator[Metric]:
    """Read, not imported: what makes them registers itself with the process that serves."""
    for room in MEASURING:
        for path in sorted((ROOT / room).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and (metric := _metric(node)) is not None:
                    yield metric


def _metric(call: ast.Call) -> Metric | None:
    called = call.func
    kind = called.attr if isinstance(called, ast.Attribute) else called.id if isinstance(called, ast.Name) else ""
    if kind not in ("Counter", "Gauge", "Histogram"):
        return None
    given = dict(zip(("name", "documentation", "labelnames"), call.args, strict=False))
    given |= {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg is not None}
    name = _literal(given.get("name"))
    if not isinstance(name, str) or not name.startswith("aural_"):
        return None
    suffix = "_total" if kind == "Counter" else ""
    labels = _literal(given.get("labelnames")) or ()
    return Metric(kind, name + suffix, str(_literal(given["documentation"])), tuple(labels))


def _literal(node: ast.expr | None) -> Any:
    return None if node is None else ast.literal_eval(node)


def _value(default: object) -> str:
    if default is None:
        return "none"
    if isinstance(default, bool):
        return code(str(default).lower())
    return code(f"{default:g}" if isinstance(default, float) else str(default))
