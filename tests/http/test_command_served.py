"""aural at a service and in this process: the same analysis, the same bytes, the same refusals."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from examples.serving import ROOT
from tests.serving import Served, band, wav_of

ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if not name.startswith("AURAL_")},
    "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "client" / "src"))),
}


def aural(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "cli.main", *arguments]
    return subprocess.run(
        command, cwd=folder, env={**ENVIRONMENT, **environment}, capture_output=True, text=True, check=False
    )


def told(folder: Path, *arguments: str, **environment: str) -> Any:
    done = aural(folder, *arguments, "--json", **environment)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_what_is_heard_and_made_is_the_same_at_a_service_and_here(builtin: Served, tmp_path: Path) -> None:
    (tmp_path / "clip.wav").write_bytes(wav_of(band(6)))
    heard = told(tmp_path, "analyze", "clip.wav", "--url", builtin.url)
    assert told(tmp_path, "analyze", "clip.wav") == heard
    ask = ("compose", "clip.wav", "--duration", "3", "--seed", "9", "-o")
    there = told(tmp_path, *ask, "there.wav", AURAL_URL=builtin.url)
    here = told(tmp_path, *ask, "here.wav")
    assert {**here, "file": "there.wav"} == there
    assert (tmp_path / "here.wav").read_bytes() == (tmp_path / "there.wav").read_bytes()


@pytest.mark.parametrize(("key", "code"), [("sesame", 0), ("wrong", 1)])
def test_a_key_comes_from_the_environment(humming: Served, tmp_path: Path, key: str, code: int) -> None:
    done = aural(tmp_path, "generate", "hum", "--duration", "2", "-o", "a.wav", "--url", humming.url, AURAL_API_KEY=key)
    assert done.returncode == code
    assert (tmp_path / "a.wav").exists() == (code == 0)
    assert ("The API key is missing or wrong." in done.stderr) == (code == 1)
