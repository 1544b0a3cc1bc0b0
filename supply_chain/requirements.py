"""The pinned requirements, as `make requirements` compiled them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
RUNTIME = ROOT / "requirements.txt"


@dataclass(frozen=True)
class Pin:
    """One requirement. `here`: whether its marker holds on this machine, so that it is to be installed."""

    name: str
    version: str
    here: bool


def pins(path: Path = RUNTIME) -> list[Pin]:
    """Every line of a compiled requirements file, in its order. Raises ValueError for a line that pins nothing."""
    return list(_pins(path))


def _pins(path: Path) -> Iterator[Pin]:
    for line in path.read_text().splitlines():
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        requirement = Requirement(line)
        exact = [one.version for one in requirement.specifier if one.operator == "=="]
        if len(exact) != 1:
            raise ValueError(f"{path.name}: {line!r} pins no version.")
        here = requirement.marker is None or requirement.marker.evaluate()
        yield Pin(canonicalize_name(requirement.name), exact[0], here)


def installed(pin: Pin) -> metadata.Distribution | None:
    """Its distribution in this environment, None where it is not installed."""
    try:
        return metadata.distribution(pin.name)
    except metadata.PackageNotFoundError:
        return None
