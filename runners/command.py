"""`aural-architect`: the service, from wherever the package is installed."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from aural.settings import VERSION


def main() -> None:
    """Becomes `bentoml serve`. All other settings are environment variables (`aural.settings`)."""
    parser = argparse.ArgumentParser(
        "aural-architect",
        description="Listens to a clip and composes music that fits: the HTTP service. Settings are AURAL_* variables.",
    )
    parser.add_argument("--host", default="127.0.0.1", help="0.0.0.0: for others too (default: %(default)s)")
    parser.add_argument("--port", type=int, default=8000, help="(default: %(default)s)")
    parser.add_argument("--version", action="version", version=VERSION)
    asked = parser.parse_args()
    os.environ.setdefault("BENTOML_DO_NOT_TRACK", "True")
    os.environ.setdefault("BENTOML_DISABLE_GPU_ALLOCATION", "1")  # all runners share the devices
    folder = str(Path(__file__).parents[1])
    command = ["serve", "service:AuralArchitect", "--working-dir", folder]
    command += ["--host", asked.host, "--port", str(asked.port)]
    os.execv(sys.executable, [sys.executable, "-m", "bentoml", *command])


if __name__ == "__main__":
    main()
