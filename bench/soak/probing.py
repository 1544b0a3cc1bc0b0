"""How long /livez, /readyz and /health take at any moment. `python -m bench.soak.probing PORT FILE`

As a kubelet asks: a new connection for each, one after another, until SIGTERM. In a process of its own, before others
in the queue for a core where the system allows it, so that it measures the service and not the client beside it. Writes
a line of JSON for each probe: when it began (time.monotonic), path, status (0: no connection, -1: no answer), seconds.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from examples.serving import ROOT

PATHS = ("/livez", "/readyz", "/health")
EVERY_S = 0.1
PATIENCE_S = 20.0
NICE = -10


@dataclass(frozen=True)
class Probe:
    began_s: float
    path: str
    status: int
    took_s: float


@contextlib.contextmanager
def probed(port: int) -> Iterator[list[Probe]]:
    """The list is filled when the block has ended."""
    probes: list[Probe] = []
    with tempfile.TemporaryDirectory() as folder:
        written = Path(folder) / "probes"
        command = [sys.executable, "-m", "bench.soak.probing", str(port), str(written)]
        prober = subprocess.Popen(command, cwd=ROOT)
        try:
            yield probes
        finally:
            prober.terminate()
            prober.wait()
            if written.exists():
                probes += [Probe(**json.loads(line)) for line in written.read_text().splitlines()]


def probe(port: int, path: str) -> Probe:
    began_s = time.monotonic()
    status = 0
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S) as connection:
            status = -1
            connection.sendall(f"GET {path} HTTP/1.1\r\nHost: probe\r\nConnection: close\r\n\r\n".encode())
            begun = b""
            while piece := connection.recv(65_536):
                begun += piece
            status = int(begun.split(b" ", 2)[1]) if begun.startswith(b"HTTP/1.1 ") else -1
    except (OSError, ValueError, IndexError):
        pass
    return Probe(began_s, path, status, time.monotonic() - began_s)


def main() -> None:
    over = False

    def end(*_: object) -> None:
        nonlocal over
        over = True

    signal.signal(signal.SIGTERM, end)
    with contextlib.suppress(PermissionError):
        os.nice(NICE)
    port, place = int(sys.argv[1]), 0
    with Path(sys.argv[2]).open("w", buffering=1) as file:
        while not over:
            one = probe(port, PATHS[place % len(PATHS)])
            file.write(json.dumps(one.__dict__) + "\n")
            place += 1
            time.sleep(EVERY_S)


if __name__ == "__main__":
    main()
