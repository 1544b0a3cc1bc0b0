"""What the service promises, what holds it to that, and the figure of the last soak."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from documentation.repository import ROOT
from documentation.tables import code, table

PROMISES = Path(__file__).with_name("reliability.toml")
SOAK = ROOT / "bench" / "results" / "soak.json"
OPEN = "nothing yet"


@dataclass(frozen=True)
class Promise:
    """`tests`: FILE::FUNCTION, or FILE where all of its tests hold it. `soak`: CASE, or CASE#WORD."""

    group: str
    says: str
    tests: tuple[str, ...]
    soak: tuple[str, ...]


def promises() -> Iterator[Promise]:
    for group in tomllib.loads(PROMISES.read_text())["group"]:
        for one in group["promise"]:
            yield Promise(group["title"], one["says"], tuple(one["tests"]), tuple(one.get("soak", ())))


def soak_figures(path: Path = SOAK) -> dict[str, list[str]]:
    """By case, what was found, each with the promise; what did not hold in bold. Empty without a soak."""
    found: dict[str, list[str]] = {}
    if path.is_file():
        for row in json.loads(path.read_text())["rows"]:
            told = f"{row['promise']}: {row['figure']}"
            found.setdefault(row["case"], []).append(told if row["holds"] else f"**{told}: not kept**")
    return found


def reliability() -> str:
    """A table for each group."""
    figures = soak_figures()
    groups: dict[str, list[Promise]] = {}
    for one in promises():
        groups.setdefault(one.group, []).append(one)
    return "\n\n".join(
        f"## {title}\n\n" + table(("promise", "held by", "figure"), [_row(one, figures) for one in those])
        for title, those in groups.items()
    )


def soaked() -> str:
    """When and where the soak ran."""
    if not SOAK.is_file():
        return "`make soak` has not been run on this version: cases without a figure are cases that were not tried."
    told = json.loads(SOAK.read_text())
    machine, capacity = told["machine"], told["capacity"]
    rate = f"; capacity (1x) {capacity['per_s']:.2f} requests a second" if capacity else ""
    return (
        f"From `make soak`, {told['date']}, on {machine['cores']} cores of {machine['cpu']}: {told['minutes']:g} "
        f"minutes of each load{rate} on a service with `AURAL_MAX_WAIT_S={told['max_wait']:g}`, "
        f"{told['requests']} mixed requests, {told['rounds']} stops."
    )


def _row(one: Promise, figures: Mapping[str, Sequence[str]]) -> tuple[str, str, str]:
    cases = list(dict.fromkeys(case.partition("#")[0] for case in one.soak))
    held = [_named(test) for test in one.tests] + [f"soak: {case}" for case in cases]
    measured = [f"{case.partition('#')[0]}: {_measured(case, figures)}" for case in one.soak]
    return one.says, "<br>".join(held) or OPEN, "<br>".join(measured)


def _measured(named: str, figures: Mapping[str, Sequence[str]]) -> str:
    case, _, word = named.partition("#")
    return "; ".join(told for told in figures.get(case, ()) if word in told) or "not measured"


def _named(test: str) -> str:
    """`test_file::test_name`, without folders."""
    return code(Path(test).name.replace(".py", ""))
