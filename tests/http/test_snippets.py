"""README's examples, run as they stand (with the server's port in place of 8000)."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from aural.audio.decode import decode
from examples.serving import ROOT
from tests.serving import Served

README = (ROOT / "README.md").read_text()
MARKED = re.findall(r"<!-- run by tests/http/test_readme.py -->\n```(\w+)\n(.*?)```", README, re.DOTALL)


def run(served: Served, command: list[str], folder: Path) -> str:
    (folder / "examples").symlink_to(ROOT / "examples")
    done = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, "PYTHONWARNINGS": "ignore"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_there_are_examples_for_both_clients() -> None:
    assert [language for language, _ in MARKED] == ["sh", "python"]


@pytest.mark.parametrize(("language", "example"), MARKED, ids=[language for language, _ in MARKED])
def test_an_example_runs(builtin: Served, language: str, example: str, tmp_path: Path) -> None:
    example = example.replace("http://localhost:8000", builtin.url)
    command = ["bash", "-ec", example] if language == "sh" else [sys.executable, "-c", example]
    printed = run(builtin, command, tmp_path)
    assert "E minor" in printed
    for name in ("generated.wav", "composed.wav"):
        assert decode((tmp_path / name).read_bytes()).duration_s > 8
