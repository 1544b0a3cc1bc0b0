"""What runs in a process of its own: downloads, which alone reach the network, and the check before the start."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from aural.errors import MissingWeights


def run_apart(module: str, *arguments: str) -> None:
    """`python -m MODULE ARGUMENTS`, whose standard error is ours. Raises MissingWeights with what it printed last
    where it fails."""
    child = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=Path(__file__).parents[1],
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if child.returncode != 0:
        said = child.stdout.strip().splitlines()
        raise MissingWeights(said[-1] if said else f"{module} ended with status {child.returncode}.")
