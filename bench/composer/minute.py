"""A minute of music of each style in a process that does nothing else: `python -m bench.composer.minute STYLE ...`

Prints a line of JSON: CPU seconds by style, of one thread, and the process's highest memory in MB.
"""

from __future__ import annotations

import os

os.environ["OMP_NUM_THREADS"] = "1"  # before numpy

import json
import re
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from aural.types import MusicRequest
from models.sketch.composer import SketchComposer

MINUTE_S = 60.0
STATUS = Path("/proc/self/status")


@dataclass(frozen=True)
class Cost:
    """`peak_mb`: None where the system does not tell (it does on Linux)."""

    cpu_s: dict[str, float]
    peak_mb: float | None


def cost_of(styles: tuple[str, ...]) -> Cost:
    """Measured in a new process."""
    command = [sys.executable, "-m", "bench.composer.minute", *styles]
    told = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return Cost(told["cpu_s"], told["peak_mb"])


def main() -> None:
    composer = SketchComposer.load()
    composer.compose(MusicRequest(prompt="", duration_s=1.0, seed=0), lambda _: None)  # what is loaded once
    cpu_s = {}
    for style in sys.argv[1:]:
        started_s = time.process_time()
        composer.compose(MusicRequest(prompt="", duration_s=MINUTE_S, seed=1, style_id=style), lambda _: None)
        cpu_s[style] = round(time.process_time() - started_s, 2)
    print(json.dumps({"cpu_s": cpu_s, "peak_mb": peak_mb()}))


def peak_mb() -> float | None:
    """This process's own; `getrusage` would also tell that of the process which started it."""
    found = re.search(r"VmHWM:\s+(\d+) kB", STATUS.read_text()) if STATUS.exists() else None
    return round(int(found[1]) / 1024) if found else None


if __name__ == "__main__":
    main()
