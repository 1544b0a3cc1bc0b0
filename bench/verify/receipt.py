"""What was found, as it is printed and as it is kept: nothing in it says whose machine or which folder it was."""

from __future__ import annotations

import json
import platform
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from importlib import metadata
from pathlib import Path
from typing import Any

from aural.settings import VERSION
from bench.machine import machine

PACKAGES = ("torch", "transformers", "audiocraft", "onnxruntime", "numpy", "huggingface-hub")
VERDICTS = {True: "ok", False: "FAILED", None: ""}


@dataclass(frozen=True)
class Check:
    """`passed` None: nothing to compare with, or no right and wrong. `figures`: what `found` says, as numbers."""

    what: str
    found: str
    passed: bool | None = None
    figures: Mapping[str, Any] = field(default_factory=dict)


class Receipt:
    """Printed line by line, and written anew after each part, so that a run that is cut off leaves what it has."""

    def __init__(self, path: Path, *, model: str, threads: int, device: Any):
        self._path = path
        self.checks: list[Check] = []
        self.told: dict[str, Any] = {
            "what": f"aural-architect {VERSION}, verify-pretrained",
            "date": date.today().isoformat(),
            "model": model,
            "machine": machine(threads, device),
            "python": platform.python_version(),
            "packages": {name: metadata.version(name) for name in PACKAGES},
        }
        path.parent.mkdir(parents=True, exist_ok=True)

    def add(self, *checks: Check, **told: Any) -> None:
        """Checks that are done, and what else is known now."""
        for check in checks:
            print(f"{check.what:<44}{check.found:<60}{VERDICTS[check.passed]}", flush=True)
        self.checks += checks
        self.told |= told
        whole = {**self.told, "passed": not self.failed, "checks": [asdict(check) for check in self.checks]}
        self._path.write_text(json.dumps(whole, indent=1) + "\n")

    @property
    def failed(self) -> bool:
        return any(check.passed is False for check in self.checks)
