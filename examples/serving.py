"""A BentoML server in a process of its own, for as long as a `with` block: the demo's, the tests' and the benches'."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO

import httpx
import psutil

ROOT = Path(__file__).parents[1]
START_UP_S = 180
STOP_S = 30


class DidNotStart(Exception):
    """The message is the end of the server's log."""


@contextlib.contextmanager
def served(
    target: str, port: int, log: IO[bytes], *, folder: Path = ROOT, environment: Mapping[str, str] = os.environ
) -> Iterator[subprocess.Popen[bytes]]:
    """`bentoml serve TARGET` in `folder`, from ready until stopped with all its children. Raises DidNotStart."""
    command = [sys.executable, "-m", "bentoml", "serve", target, "--port", str(port)]
    server = subprocess.Popen(command, cwd=folder, env=dict(environment), stdout=log, stderr=subprocess.STDOUT)
    try:
        if not _ready(f"http://127.0.0.1:{port}/readyz", server):
            log.seek(0)
            raise DidNotStart(log.read()[-4000:].decode(errors="replace"))
        yield server
    finally:
        _stop(server)


def _ready(url: str, server: subprocess.Popen[bytes]) -> bool:
    give_up_at = time.monotonic() + START_UP_S
    with httpx.Client(timeout=5) as client:  # one for all: making one costs more than a hundred questions
        while time.monotonic() < give_up_at and server.poll() is None:
            with contextlib.suppress(httpx.TransportError):
                if client.get(url).status_code == 200:
                    return True
            time.sleep(0.2)
    return False


def _stop(server: subprocess.Popen[bytes]) -> None:
    """SIGTERM, as Kubernetes does it; what is left of it after its time is killed."""
    children = psutil.Process(server.pid).children(recursive=True) if server.poll() is None else []
    server.terminate()
    try:
        server.wait(STOP_S)
    except subprocess.TimeoutExpired:
        server.kill()
    for child in children:
        with contextlib.suppress(psutil.NoSuchProcess):
            child.kill()
