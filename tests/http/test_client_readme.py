"""The examples of the client's README, run as they stand (with the server's port in place of 8000)."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from examples.serving import ROOT
from tests.serving import Served

MARK = re.escape("<!-- run by tests/http/test_client_readme.py -->")
README = (ROOT / "client" / "README.md").read_text()
EXAMPLES = re.findall(rf"{MARK}\n```python\n(.*?)```", README, re.DOTALL)
WRITTEN = [{"strings.wav", "loop.flac"}, {"mix.wav", "notes.mid"}, {"composed.wav"}, {"streamed.wav"}, set(), set()]
PRINTED = ["E minor", "", "composing", "32000 2", "", "bad_field 400"]


def test_every_python_example_is_run() -> None:
    assert len(EXAMPLES) == README.count("```python") == len(WRITTEN)


@pytest.mark.parametrize("number", range(len(EXAMPLES)))
def test_an_example_runs(builtin: Served, number: int, tmp_path: Path) -> None:
    shutil.copy(ROOT / "examples" / "clip_96bpm_e_minor.ogg", tmp_path / "clip.ogg")
    script = EXAMPLES[number].replace("http://localhost:8000", builtin.url)
    environment = {"PYTHONPATH": str(ROOT / "client" / "src"), "PYTHONWARNINGS": "error"}
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert PRINTED[number] in done.stdout
    assert {path.name for path in tmp_path.iterdir()} >= WRITTEN[number]
