"""`aural serve`: the service, from wherever the package is installed."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer


def serve(
    host: Annotated[str, typer.Option(help="0.0.0.0: for others too.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Where it listens.")] = 8000,
) -> None:
    """Serve over HTTP, with the page in front. All other settings are AURAL_* variables.

    Examples:

        aural serve --port 9000

        AURAL_MODELS=pretrained aural serve
    """
    os.environ.setdefault("BENTOML_DISABLE_GPU_ALLOCATION", "1")  # all runners share the devices
    folder = str(Path(__file__).parents[1])
    command = ["serve", "service:AuralArchitect", "--working-dir", folder, "--host", host, "--port", str(port)]
    os.execv(sys.executable, [sys.executable, "-m", "bentoml", *command])
