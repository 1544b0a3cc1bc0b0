"""aural as a process: what starting costs, and how it ends when it is interrupted."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from aural.settings import VERSION
from cli.main import app
from tests.client.answering import HANG, answering

ROOT = Path(__file__).parents[2]
HEAVY = (
    "torch",
    "numpy",
    "scipy",
    "librosa",
    "onnxruntime",
    "av",
    "httpx",
    "starlette",
    "aural_client",
    "bentoml",
    "mcp",
)
ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "client" / "src")))}


@pytest.mark.parametrize("arguments", [("--help",), ("--version",), ("analyze", "--help"), ("no-such-command",)])
def test_helping_imports_nothing_heavy(arguments: tuple[str, ...]) -> None:
    code = f"""
import sys
from cli.main import main
try:
    main()
finally:
    print('loaded:', [name for name in {HEAVY!r} if name in sys.modules])
"""
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], env=ENVIRONMENT, capture_output=True, text=True, check=False
    )
    assert "loaded: []" in done.stdout
    if arguments == ("--version",):
        assert done.stdout.startswith(f"{VERSION}\n")


def test_completion_knows_the_options_of_generate() -> None:
    asked = {
        **ENVIRONMENT,
        "_AURAL_COMPLETE": "complete_bash",
        "COMP_WORDS": "aural generate --energy",
        "COMP_CWORD": "2",
    }
    done = subprocess.run(
        [sys.executable, "-c", "from cli.main import app; app(prog_name='aural')"],
        env=asked, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stdout.split() == ["--energy-curve"]


def test_ctrl_c_leaves_the_service_at_once(tmp_path: Path) -> None:
    """A service that has begun to answer and hangs: it sees its client leave, and no file is there."""
    with answering((HANG,)) as service:
        asked = ["generate", "x", "-o", "a.wav", "--url", service.url]
        process = subprocess.Popen(
            [sys.executable, "-c", "from cli.main import main; main()", *asked],
            env=ENVIRONMENT, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert service.told.wait(60)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
        assert service.left.wait(60)
    assert (process.returncode, out, err) == (130, "", "aural: interrupted.\n")
    assert list(tmp_path.iterdir()) == []


def test_ctrl_c_ends_what_is_composed_in_this_process(tmp_path: Path) -> None:
    """A composer that never ends its music, as the models of this process."""
    code = """
import pathlib
import models.load_composer
from cli.main import main
from models.latency import ThroughputEstimator
from tests.humming import STALLS, Humming

class Telling(Humming):
    def compose(self, request, progress, emit=None):
        pathlib.Path("begun").touch()
        return super().compose(request, progress, emit)

made = models.load_composer.Composing(Telling(), slots=1, warm_up_s=1.0, estimator=ThroughputEstimator(1))
models.load_composer.load_composer = lambda settings: made
main()
"""
    process = subprocess.Popen(
        [sys.executable, "-c", code, "generate", "stall halfway", "-o", "a.wav"],
        env=ENVIRONMENT, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    while not (tmp_path / "begun").exists():
        assert process.poll() is None, process.communicate()
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (130, "", "aural: interrupted.\n")
    assert [path.name for path in tmp_path.iterdir()] == ["begun"]


def test_serve_becomes_bentoml(monkeypatch: pytest.MonkeyPatch) -> None:
    became: list[list[str]] = []
    monkeypatch.setattr("cli.serve.os.execv", lambda path, command: became.append([path, *command]))
    assert CliRunner().invoke(app, ["serve", "--port", "9000"]).exit_code == 0
    assert became == [
        [sys.executable, sys.executable, "-m", "bentoml", "serve", "service:AuralArchitect", "--working-dir", str(ROOT),
         "--host", "127.0.0.1", "--port", "9000"],
    ]  # fmt: skip
