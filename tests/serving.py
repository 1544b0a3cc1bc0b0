"""A real server in its own process, and what tests ask of it."""

from __future__ import annotations

import contextlib
import io
import os
import socket
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import numpy as np
import psutil
import soundfile
from numpy.typing import NDArray

from examples.serving import ROOT, served

PROBES = ("/livez", "/readyz", "/health", "/info")


@dataclass(frozen=True)
class Served:
    """`home`: where everything that the server could write lies (TMPDIR, BENTOML_HOME, HOME, its log).

    `starting`: what each of PROBES was answered before the service was ready, from its first answer on. `headers`: the
    key, where one is asked for.
    """

    url: str
    process: subprocess.Popen[bytes]
    home: Path
    starting: dict[str, list[httpx.Response]]
    headers: dict[str, str]

    def log(self) -> str:
        return (self.home / "server.log").read_text()

    def rss_bytes(self) -> int:
        """Of all the server's processes."""
        main = psutil.Process(self.process.pid)
        total = 0
        for process in (main, *main.children(recursive=True)):
            with contextlib.suppress(psutil.NoSuchProcess):
                total += process.memory_info().rss
        return total


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def serve(
    home: Path, environment: dict[str, str], *, folder: Path = ROOT, target: str = "service:AuralArchitect"
) -> Iterator[Served]:
    """The service with nothing but `environment` set for it, and all that it could write under `home`."""
    port = free_port()
    for name in ("tmp", "bentoml"):
        (home / name).mkdir(parents=True, exist_ok=True)
    inherited = {
        name: value for name, value in os.environ.items() if not name.startswith(("AURAL_", "HF_")) and name != "LOGS"
    }
    env = {
        **inherited,
        "TMPDIR": str(home / "tmp"),
        "BENTOML_HOME": str(home / "bentoml"),
        "BENTOML_DO_NOT_TRACK": "True",
        "AURAL_DEVICE": "cpu",
        **environment,
    }
    starting: dict[str, list[httpx.Response]] = {path: [] for path in PROBES}
    url = f"http://127.0.0.1:{port}"
    with (
        watched(url, starting),
        (home / "server.log").open("w+b") as log,
        served(target, port, log, folder=folder, environment=env) as process,
    ):
        key = environment.get("AURAL_API_KEY")
        yield Served(url, process, home, starting, {"authorization": f"Bearer {key}"} if key else {})


@contextlib.contextmanager
def watched(url: str, starting: dict[str, list[httpx.Response]]) -> Iterator[None]:
    """Asks each of PROBES again and again, until /readyz is 200, in a thread."""
    over = threading.Event()

    def watch() -> None:
        with httpx.Client(base_url=url, timeout=60) as client:
            while not over.wait(0.5):
                with contextlib.suppress(httpx.TransportError):
                    answers = {path: client.get(path) for path in PROBES}
                    if answers["/readyz"].status_code == 200:
                        return
                    for path, answer in answers.items():
                        starting[path].append(answer)

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def wav_of(samples: NDArray[np.floating], rate_hz: int = 16_000) -> bytes:
    buffer = io.BytesIO()
    soundfile.write(buffer, samples, rate_hz, format="WAV", subtype="PCM_16")
    return buffer.getvalue()


def band(duration_s: float = 8.0, bpm: float = 120.0, seed: int = 0, rate_hz: int = 16_000) -> NDArray[np.float64]:
    """Clicks on the beat over a C major cadence, with a little noise: it has a tempo and a key."""
    time_s = np.arange(int(duration_s * rate_hz)) / rate_hz
    beat = time_s * bpm / 60
    chords = np.array([(60, 64, 67), (65, 69, 72), (67, 71, 74), (60, 64, 67)])
    notes = chords[(beat // 2).astype(int) % 4]
    pad = sum(
        np.sin(2 * np.pi * 440 * 2 ** ((notes[:, voice] - 69) / 12) * harmonic * time_s) / harmonic
        for voice in range(3)
        for harmonic in (1, 2, 3)
    )
    noise = np.random.default_rng(seed).standard_normal(len(time_s))
    clicks = noise * np.exp(-(beat % 1) * 60 / bpm / 0.02)
    music: NDArray[np.float64] = 0.08 * pad + 0.4 * clicks + 0.001 * noise
    return music
