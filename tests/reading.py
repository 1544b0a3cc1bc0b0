"""A reader of the documentation: a folder, a shell with `aural` on its path, and a service."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from aural.audio.decode import decode
from examples.serving import ROOT
from tests.snippets import Snippet

CLIENT = ROOT / "client" / "src"


def programs(folder: Path) -> Path:
    """A folder for PATH: `aural` out of this checkout, and a player that notes in `played` what it is given."""
    here = f"PYTHONPATH={shlex.quote(f'{ROOT}{os.pathsep}{CLIENT}')} PYTHONWARNINGS= "
    lines = {
        "aural": f'{here}exec {shlex.quote(sys.executable)} -P -m cli.main "$@"',
        "ffplay": 'for file; do :; done; basename "$file" > played',
    }
    for name, line in lines.items():
        (folder / name).write_text(f"#!/bin/sh\n{line}\n")
        (folder / name).chmod(0o755)
    return folder


@dataclass(frozen=True)
class Reader:
    """`programs`: comes first on PATH. `elsewhere`: what an example names, and what there is in its place."""

    folder: Path
    url: str
    programs: Path
    elsewhere: dict[str, str] = field(default_factory=dict)

    def follow(self, snippet: Snippet, *, code: int = 0) -> None:
        """Runs it, and looks whether it does what its page promises. `code`: what it must end with."""
        for written in snippet.writes:
            (self.folder / written.name).unlink(missing_ok=True)
        done = self.run(snippet)
        assert done.returncode == code, f"{snippet.text}\n{done.stdout[-2000:]}\n{done.stderr}"
        for text in snippet.prints:
            assert text in done.stdout, f"{snippet.text}\n{done.stdout[-2000:]}"
        for written in snippet.writes:
            data = (self.folder / written.name).read_bytes()
            assert data, written.name
            if written.seconds:
                assert decode(data).duration_s > written.seconds, written.name

    def run(self, snippet: Snippet) -> subprocess.CompletedProcess[str]:
        """Without `--url` the command asks the service too: what it answers is the same. Our client is warned of
        nothing; BentoML's is, by its own code."""
        text = snippet.text
        for name, place in {"http://localhost:8000": self.url, **self.elsewhere}.items():
            text = text.replace(name, place)
        bentoml = "bentoml" in text
        environment = {
            **(os.environ if bentoml else {}),
            "PATH": f"{self.programs}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(self.folder),
            "AURAL_URL": self.url,
            "PYTHONPATH": str(CLIENT),
            "PYTHONWARNINGS": "ignore" if bentoml else "error",
        }
        command = ["bash", "-euo", "pipefail", "-c", text] if snippet.language == "sh" else [sys.executable, "-c", text]
        return subprocess.run(
            command,
            cwd=self.folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
