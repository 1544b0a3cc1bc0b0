"""A service to be loaded, stopped and killed, with all that it can write in a folder of its own."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil

from examples.serving import ROOT, START_UP_S

GATEWAY = "aural-architect"
MAIN = "main"


@dataclass(frozen=True)
class Service:
    """`process`: the one that was started; the others are its children."""

    url: str
    process: subprocess.Popen[bytes]
    home: Path

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    def processes(self) -> dict[str, psutil.Process]:
        """Those that run, by what they are: main, each service of BentoML by its name, the gateway's workers."""
        found: dict[str, psutil.Process] = {}
        try:
            main = psutil.Process(self.process.pid)
            everyone = [main, *sorted(main.children(recursive=True), key=lambda one: one.pid)]
        except psutil.NoSuchProcess:
            return {}
        for one in everyone:
            with contextlib.suppress(psutil.NoSuchProcess, psutil.ZombieProcess):
                found[_free(role_of(one.cmdline(), is_main=one is main), found)] = one
        return found

    async def ready(self, within_s: float = START_UP_S) -> bool:
        """Whether /readyz turned 200 in time."""
        until_s = time.monotonic() + within_s
        async with httpx.AsyncClient(timeout=5) as client:
            while time.monotonic() < until_s and self.process.poll() is None:
                with contextlib.suppress(httpx.TransportError):
                    if (await client.get(f"{self.url}/readyz")).status_code == 200:
                        return True
                await asyncio.sleep(0.2)
        return False

    def log_end(self, characters: int = 2000) -> str:
        return (self.home / "server.log").read_text(errors="replace")[-characters:]


def role_of(command: list[str], *, is_main: bool) -> str:
    """What a process is, by its command line."""
    if is_main:
        return MAIN
    if "--service-name" in command:
        return command[command.index("--service-name") + 1]
    return "worker" if "-c" in command else "other"


def _free(role: str, taken: dict[str, psutil.Process]) -> str:
    """The role, with a number from the second of its kind on."""
    number = sum(1 for name in taken if name.partition(" ")[0] == role)
    return f"{role} {number + 1}" if number else role


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def started(home: Path, **settings: str) -> Iterator[Service]:
    """The service as a checkout serves it, with nothing but `settings`; not yet ready. What is left of it is killed."""
    port = free_port()
    written = {"TMPDIR": home / "tmp", "BENTOML_HOME": home / "bentoml", "HOME": home / "home"}
    for folder in written.values():
        folder.mkdir(parents=True, exist_ok=True)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AURAL_") and name != "LOGS"}
    environment = {
        **kept,
        **{name: str(folder) for name, folder in written.items()},
        "BENTOML_DO_NOT_TRACK": "True",
        "AURAL_DEVICE": "cpu",
        **settings,
    }
    command = [sys.executable, "-m", "bentoml", "serve", "service:AuralArchitect"]
    command += ["--host", "127.0.0.1", "--port", str(port)]
    with (home / "server.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT)
    service = Service(f"http://127.0.0.1:{port}", process, home)
    try:
        yield service
    finally:
        _end(service)


def _end(service: Service) -> None:
    left = list(service.processes().values())
    if service.process.poll() is None:
        service.process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            service.process.wait(20)
    for one in left:
        with contextlib.suppress(psutil.NoSuchProcess):
            one.resume()
            one.kill()
    service.process.wait()
