"""Downloads from a simulated hub, each in a process of its own, as `make weights` runs them."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from examples.serving import ROOT
from tests.hub import Hub


@dataclass(frozen=True)
class Fetched:
    """How `python -m models.fetch` ended. `said`: its last line on standard output; `told`: all of standard error."""

    status: int
    said: str
    told: str


def hub_environment(hub: Hub | str, **more: str) -> dict[str, str]:
    """This process's environment, but for the hub's: turned to `hub`, without a token, online."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("HF_", "AURAL_"))}
    return {**own, "HF_ENDPOINT": hub if isinstance(hub, str) else hub.url, "HF_HUB_OFFLINE": "0", **more}


def fetching(hub: Hub | str, folder: Path, *asked: str, record: Path, **more: str) -> subprocess.Popen[str]:
    """Begun, and not waited for. `asked`: further arguments; `more`: of the environment."""
    command = [sys.executable, "-m", "models.fetch", str(folder), "--record", str(record), *asked]
    env = hub_environment(hub, HF_HOME=str(folder.parent / "home"), **more)
    return subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def fetch(hub: Hub | str, folder: Path, *asked: str, record: Path, **more: str) -> Fetched:
    with fetching(hub, folder, *asked, record=record, **more) as child:
        out, err = child.communicate(timeout=120)
    assert "Traceback" not in out + err, out + err
    return Fetched(child.returncode, out.strip().splitlines()[-1], err)
