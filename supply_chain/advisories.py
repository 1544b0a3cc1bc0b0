"""Known holes of the pinned packages. `python -m supply_chain.advisories PIP_AUDIT [OPTIONS of pip-audit]`

pip-audit asks OSV about every line of requirements.txt, so this needs the network, or an OSV service within reach
(`--osv-url ADDRESS`). What it could not ask about is said to be not checked. Ends with 0 where all were checked and
nothing is known, 1 where something is, 3 where not all were checked.

No package carries a database that would do without the network: safety-db, the one that did, ends on 2021-07-17.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from supply_chain.requirements import Pin, pins

FINE, KNOWN, NOT_CHECKED = 0, 1, 3
LONG_S = 1800
SHOWN_CHARS = 200


@dataclass
class Audit:
    """All by `name==version`. `holes`: the advisories' ids. `unchecked`: why each was not asked about."""

    checked: set[str] = field(default_factory=set)
    holes: dict[str, list[str]] = field(default_factory=dict)
    unchecked: dict[str, str] = field(default_factory=dict)

    @property
    def code(self) -> int:
        return KNOWN if self.holes else NOT_CHECKED if self.unchecked or not self.checked else FINE

    def told(self) -> str:
        lines = [f"{package}: {', '.join(ids)}" for package, ids in self.holes.items()]
        if self.checked:
            lines.append(f"Asked OSV about {len(self.checked)} packages; holes are known of {len(self.holes)}.")
        for reason in sorted(set(self.unchecked.values())):
            packages = [package for package, why in self.unchecked.items() if why == reason]
            lines.append(f"NOT CHECKED: {len(packages)} packages ({', '.join(packages)}): {reason}")
        return "\n".join(lines or ["NOT CHECKED: nothing is pinned."])


def passes(needed: Iterable[Pin]) -> list[list[Pin]]:
    """The pins in as many lists as one name has versions: pip-audit takes each name once."""
    lists: list[list[Pin]] = []
    for pin in needed:
        free = next((one for one in lists if pin.name not in {other.name for other in one}), None)
        if free is None:
            lists.append([pin])
        else:
            free.append(pin)
    return lists


def read(audit: Audit, asked: Iterable[Pin], output: str, errors: str) -> None:
    """Adds what pip-audit found. `output`: its JSON where it got that far; `errors`: the rest, the reason last."""
    try:
        told = {(one["name"], one.get("version")): one for one in json.loads(output)["dependencies"]}
        reason = "pip-audit left it out"
    except (ValueError, KeyError, TypeError):
        told, reason = {}, (errors.strip().splitlines() or ["pip-audit said nothing"])[-1][:SHOWN_CHARS]
    for pin in asked:
        package, found = f"{pin.name}=={pin.version}", told.get((pin.name, pin.version), {})
        if "vulns" not in found:
            audit.unchecked[package] = reason
            continue
        audit.checked.add(package)
        if found["vulns"]:
            audit.holes[package] = [hole["id"] for hole in found["vulns"]]


def ask(pip_audit: Path, asked: list[Pin], options: list[str]) -> tuple[str, str]:
    """What pip-audit writes about these pins, whatever system they are for: its output, and its errors."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.writelines(f"{pin.name}=={pin.version}\n" for pin in asked)
        file.flush()
        command = [str(pip_audit), "-r", file.name, "--no-deps", "--disable-pip", "-s", "osv", "-f", "json"]
        command += ["--progress-spinner", "off", *options]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=LONG_S)
    return done.stdout, done.stderr


def main() -> None:
    audit = Audit()
    for asked in passes(pins()):
        read(audit, asked, *ask(Path(sys.argv[1]), asked, sys.argv[2:]))
    print(audit.told())
    sys.exit(audit.code)


if __name__ == "__main__":
    main()
