"""`python -m tests.http.alone HOME [--strace]`: serves with keys that have limits, asks for everything there is, stops,
and prints what it saw as JSON (`Seen`). Its test runs it where there is a loopback and no other network.

With --strace the kernel tells of every connection and every file that any process of the service makes.
"""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psutil

from aural.telemetry import SWITCHED_OFF
from examples.serving import ROOT
from tests.http.tracing import CALLS, Trace
from tests.serving import band, free_port, wav_of

PLAIN, HASHED, BUSY = "a plain key", "swordfish", "bee"
RATE = 30
START_S, STOP_S = 240, 60
PATIENCE_S = 0.2
Told = tuple[int, str, str]
"""An answer's status, code and Retry-After."""


@dataclass
class Seen:
    """`statuses`: by what was asked. `outlived`: files that were made while something was asked and were there after
    its answer, by what was asked. `reached`: system calls that send to any address that is not this machine's, and
    those that ask a name server. `made`: files that the service made and left behind."""

    statuses: dict[str, int] = field(default_factory=dict)
    outlived: dict[str, list[str]] = field(default_factory=dict)
    reached: list[str] = field(default_factory=list)
    made: list[str] = field(default_factory=list)
    limited: list[Told] = field(default_factory=list)
    at_once: list[Told] = field(default_factory=list)
    other_key_after: int = 0
    metrics: str = ""
    listening: list[str] = field(default_factory=list)
    traced_calls: int = 0
    traced_files: int = 0
    stopped: int | None = None
    log: str = ""


def environment(home: Path, metrics_port: int) -> dict[str, str]:
    """What a bare shell has, with every maker's telemetry asked for."""
    dropped = ("AURAL_", "HF_", "BENTOML_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(dropped) and name not in ("CI",)}
    hashed = hashlib.sha256(HASHED.encode()).hexdigest()
    own = {
        "HOME": str(home / "home"),
        "XDG_CACHE_HOME": str(home / "home" / ".cache"),
        "TMPDIR": str(home / "tmp"),
        "BENTOML_HOME": str(home / "bentoml"),
        "AURAL_DEVICE": "cpu",
        "AURAL_WORKERS": "1",
        "AURAL_API_KEY": PLAIN,
        "AURAL_API_KEYS": f"robot:sha256={hashed}, bee:{BUSY}",
        "AURAL_RATE_PER_MINUTE": str(RATE),
        "AURAL_AT_ONCE_PER_KEY": "2",
        "AURAL_CLOSED_PATHS": "/info",
        "AURAL_METRICS_ADDRESS": f"127.0.0.1:{metrics_port}",
    }
    for name in ("home", "tmp", "bentoml"):
        (home / name).mkdir(parents=True)
    return {**kept, **dict.fromkeys(SWITCHED_OFF, "0"), **own, "PYTHONDONTWRITEBYTECODE": "1"}


def main(home: Path, traced: bool) -> Seen:
    seen, port, metrics_port = Seen(), free_port(), free_port()
    trace = Trace(home / "trace")
    env = environment(home, metrics_port)
    command = [sys.executable, "-m", "bentoml", "serve", "service:AuralArchitect", "--port", str(port)]
    if traced:
        command = ["strace", "-f", "-qq", "-y", "--seccomp-bpf", "-e", CALLS, "-o", str(home / "trace"), *command]
    with (home / "server.log").open("wb") as log:
        child = subprocess.Popen(command, cwd=ROOT, env=env, stdout=log, stderr=subprocess.STDOUT)
    server = psutil.Process(child.pid)
    try:
        url = f"http://127.0.0.1:{port}"
        wait_ready(url, child)
        if traced:
            (server,) = server.children()
        every_call(url, trace, seen)
        limits(url, seen)
        seen.metrics = httpx.get(f"http://127.0.0.1:{metrics_port}/metrics", timeout=30).text
        seen.listening = sorted(
            {
                f"{one.laddr.ip}:{'public' if one.laddr.port == port else 'metrics'}"
                for process in [server, *server.children(recursive=True)]
                for one in process.net_connections("inet")
                if one.status == psutil.CONN_LISTEN and one.laddr.port in (port, metrics_port)
            }
        )
    finally:
        processes = [server, *server.children(recursive=True)]
        server.send_signal(signal.SIGTERM)
        try:
            seen.stopped = child.wait(STOP_S)
        except subprocess.TimeoutExpired:
            child.kill()
        for process in processes:
            if process.is_running():
                process.kill()
    trace.created()
    seen.reached, seen.traced_calls, seen.traced_files = trace.sent, trace.calls, trace.files
    kept = (path for path in home.rglob("*") if path.is_file() and path.name not in ("trace", "server.log"))
    seen.made = sorted(str(path.relative_to(home)) for path in kept)
    seen.log = (home / "server.log").read_text(errors="replace")
    return seen


def wait_ready(url: str, child: subprocess.Popen[bytes]) -> None:
    give_up_at = time.monotonic() + START_S
    while time.monotonic() < give_up_at and child.poll() is None:
        try:
            if httpx.get(f"{url}/readyz", timeout=5).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.3)
    raise SystemExit("the service did not get ready")


def every_call(url: str, trace: Trace, seen: Seen) -> None:
    clip = wav_of(band(4))
    key = {"authorization": f"Bearer {PLAIN}"}
    short: dict[str, Any] = {"prompt": "lofi", "duration": 2}
    posts: dict[str, dict[str, Any]] = {
        "/analyze": {"files": {"file": ("a.wav", clip)}},
        "/analyze?shape=audio-features": {"files": {"file": ("a.wav", clip)}},
        "/generate": {"json": short},
        "/generate mp3": {"json": short, "headers": {"accept": "audio/mpeg"}},
        "/generate stream": {"json": {**short, "stream": True}},
        "/generate events": {"json": short, "headers": {"accept": "text/event-stream"}},
        "/generate takes": {"json": {**short, "candidates": 2, "takes": "all"}},
        "/compose": {"files": {"file": ("a.wav", clip)}, "data": {"duration": "2", "loop": "true"}},
        "/analyze broken": {"files": {"file": ("a.wav", b"RIFF of nothing")}},
        "/generate bad": {"json": {"prompt": ""}},
        "/nothing": {"json": {}},
    }
    pages = (
        "/livez",
        "/readyz",
        "/healthz",
        "/health",
        "/",
        "/docs",
        "/docs.json",
        "/schema.json",
        "/info",
        "/metrics",
    )
    trace.created()
    with httpx.Client(base_url=url, timeout=120) as client:

        def ask(what: str, method: str, path: str, **request: Any) -> None:
            seen.statuses[what] = client.request(method, path, **request).status_code
            look(what)

        def look(what: str, patience_s: float = 0.0) -> None:
            """What is removed after the answer is has 0.2 s for it; what is told late is the next one's."""
            time.sleep(patience_s)
            if left := there(trace.created()):
                time.sleep(PATIENCE_S)
                left = there(left)
            if left:
                seen.outlived[what] = left

        for what, request in posts.items():
            ask(what, "POST", what.split()[0], **{**request, "headers": {**key, **request.get("headers", {})}})
        for page in pages:
            ask(f"{page} without a key", "GET", page)
        ask("/info with a key", "GET", "/info", headers=key)
        for what, sent in {
            "no key": {},
            "wrong": {"authorization": "Bearer wrong"},
            "hashed": {"authorization": f"bearer   {HASHED}"},
            "the hash itself": {"authorization": f"Bearer {hashlib.sha256(HASHED.encode()).hexdigest()}"},
            "BEARER": {"authorization": f"BEARER {PLAIN}"},
            "a scheme of another name": {"authorization": f"Basic {PLAIN}"},
        }.items():
            ask(what, "POST", "/generate", json={"prompt": ""}, headers=sent)
        look("the last ones", PATIENCE_S)


def there(paths: list[str]) -> list[str]:
    return [path for path in paths if Path(path).is_file() and not is_metrics(path)]


def is_metrics(path: str) -> bool:
    return "prometheus" in path


def limits(url: str, seen: Seen) -> None:
    """More than the busy key may ask in a minute, then another's request; then more than one key may ask at once."""
    bee = {"authorization": f"Bearer {BUSY}"}

    def told(answer: httpx.Response) -> Told:
        code = answer.json().get("code", "") if "json" in answer.headers.get("content-type", "") else ""
        return answer.status_code, code, answer.headers.get("retry-after", "")

    own, other = {"authorization": f"Bearer {PLAIN}"}, {"authorization": f"Bearer {HASHED}"}
    with httpx.Client(base_url=url, timeout=120) as client, ThreadPoolExecutor(6) as threads:
        for _ in range(RATE + 2):
            seen.limited.append(told(client.post("/generate", json={"prompt": ""}, headers=bee)))
        seen.other_key_after = client.post("/generate", json={"prompt": ""}, headers=other).status_code
        long = {"prompt": "lofi", "duration": 15}
        asked = [threads.submit(client.post, "/generate", json=long, headers=own) for _ in range(6)]
        seen.at_once = [told(one.result()) for one in asked]


if __name__ == "__main__":
    print(json.dumps(asdict(main(Path(sys.argv[1]), "--strace" in sys.argv))))
