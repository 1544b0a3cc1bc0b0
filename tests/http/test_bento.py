"""`bentoml build` passes, and what it built starts from its own folder."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from examples.serving import ROOT
from tests.serving import serve


@pytest.fixture(scope="module")
def bento(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("bento")
    env = {**os.environ, "BENTOML_HOME": str(home), "BENTOML_DO_NOT_TRACK": "True"}
    command = [sys.executable, "-m", "bentoml", "build", "--output", "tag"]
    built = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr[-2000:]
    tag = built.stdout.strip().splitlines()[-1].removeprefix("__tag__:")
    return home / "bentos" / tag.replace(":", "/")


def test_the_bento_holds_the_bundle_and_no_litter(bento: Path) -> None:
    held = {str(path.relative_to(bento / "src")) for path in (bento / "src").rglob("*") if path.is_file()}
    assert {"service.py", "models/adapter.pt", "runners/composer.py", "README.md", "requirements.txt"} <= held
    assert not [name for name in held if "__pycache__" in name or name.startswith(("tests", "out", "."))]
    assert sum((bento / "src" / name).stat().st_size for name in held) < 25e6


def test_the_dockerfile_names_the_base_and_the_packages(bento: Path) -> None:
    dockerfile = (bento / "env" / "docker" / "Dockerfile").read_text()
    assert "FROM nvidia/cuda:12.8" in dockerfile
    assert "ffmpeg" in dockerfile
    assert "AURAL_MODELS" in dockerfile
    assert "--python 3.12" in dockerfile


def test_the_bento_starts_from_its_own_folder(bento: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    home = tmp_path_factory.mktemp("b")
    with serve(home, {}, folder=home, target=str(bento)) as served:
        fields = {"prompt": "reggae", "duration": 1, "seed": 1}
        assert httpx.post(f"{served.url}/generate", json=fields, timeout=60).status_code == 200
