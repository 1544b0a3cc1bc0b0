"""The licences of all dependencies against the policy of licences.toml. `python -m supply_chain.licences`

Prints a line for each package of requirements.txt that is installed here, and names those that are not; ends with 1
where the policy does not allow one.
"""

from __future__ import annotations

import fnmatch
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from supply_chain.requirements import installed, pins

POLICY = Path(__file__).with_name("licences.toml")
UNKNOWN = "unknown"


@dataclass(frozen=True)
class Policy:
    """As licences.toml has it. `reviewed`: by package, with a `*` for any ending, its licence and the reason."""

    allowed: frozenset[str]
    spellings: Mapping[str, str]
    reviewed: Mapping[str, Mapping[str, str]]
    carried: Mapping[str, str]

    @classmethod
    def read(cls, path: Path = POLICY) -> Policy:
        told: dict[str, Any] = tomllib.loads(path.read_text())
        return cls(frozenset(told["allowed"]), told["spellings"], told["reviewed"], told["carried"])

    def review_of(self, package: str) -> Mapping[str, str] | None:
        return next((one for name, one in self.reviewed.items() if fnmatch.fnmatchcase(package, name)), None)


@dataclass(frozen=True)
class Licensed:
    """One package. `licence`: SPDX where it could be told. `allowed_by`: why that is fine, "" where it is not."""

    package: str
    version: str
    licence: str
    allowed_by: str


def licensed(policy: Policy) -> list[Licensed]:
    """Every pinned package that is installed, by name."""
    found = []
    for pin in sorted(pins(), key=lambda one: one.name):
        if pin.here and (distribution := installed(pin)) is not None:
            licence = licence_of(distribution.metadata, policy)
            found.append(Licensed(pin.name, distribution.version, licence, allowed_by(pin.name, licence, policy)))
    return found


def not_checked() -> list[str]:
    """Pinned packages that are not installed: those of other systems, and CUDA's where torch is without."""
    return sorted(pin.name for pin in pins() if not pin.here or installed(pin) is None)


def licence_of(told: metadata.PackageMetadata, policy: Policy) -> str:
    """What a package's metadata say: its expression, or else its free text, or else its classifiers."""
    expression, free = (_first(told, field) for field in ("License-Expression", "License"))
    if expression:
        return expression
    free = policy.spellings.get(free, free)
    if _permitted(free, policy) or any(one["licence"] == free for one in policy.reviewed.values()):
        return free
    named = [one.rpartition(" :: ")[2] for one in told.get_all("Classifier") or [] if one.startswith("License ::")]
    spelt = [policy.spellings[name] for name in named if name in policy.spellings]
    return " OR ".join(sorted(set(spelt))) or (free if free and "\n" not in free else UNKNOWN)


def _first(told: metadata.PackageMetadata, field: str) -> str:
    return str((told.get_all(field) or [""])[0]).strip()


def allowed_by(package: str, licence: str, policy: Policy) -> str:
    """ "policy", the reason of a review of this very licence, or "" where neither allows it."""
    if _permitted(licence, policy):
        return "policy"
    review = policy.review_of(package)
    return review["reason"] if review is not None and review["licence"] == licence else ""


def _permitted(expression: str, policy: Policy) -> bool:
    """Of an SPDX expression without parentheses: every licence of one of its alternatives is allowed."""
    alternatives = [one.split(" AND ") for one in expression.split(" OR ")]
    return any(all(name in policy.allowed for name in names) for names in alternatives)


def main() -> None:
    policy = Policy.read()
    rows = licensed(policy)
    for row in rows:
        print(f"{row.package:<46}{row.version:<14}{row.licence:<52}{row.allowed_by or 'NOT ALLOWED'}")
    refused = [row.package for row in rows if not row.allowed_by]
    print(f"{len(rows)} packages; not allowed: {', '.join(refused) or 'none'}.")
    print(f"Not checked, since not installed: {', '.join(sorted({*not_checked()} - {row.package for row in rows}))}.")
    sys.exit(1 if refused else 0)


if __name__ == "__main__":
    main()
