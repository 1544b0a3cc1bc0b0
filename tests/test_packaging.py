"""The wheel: what is imported is declared, all that runs is in it, and the version stands in one place."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from aural.settings import VERSION

ROOT = Path(__file__).parents[1]
SHIPPED = ("aural", "cli", "models", "runners")
CLIENT = "client/src"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
DISTRIBUTIONS = {  # where it is named otherwise than the module
    "circus": "kantoku",
    "huggingface_hub": "huggingface-hub",
    "prometheus_client": "prometheus-client",
    "python_stretch": "python-stretch",
}
COMES_WITH_OTHERS = {"triton", "rich", "uvicorn", "pydantic_core"}
"""With torch on a GPU's machine, with typer, with mcp, and with pydantic, which pins its core."""


def imported() -> set[str]:
    names: set[str] = set()
    rooms = [*(ROOT / room for room in SHIPPED), ROOT / CLIENT]
    for path in [ROOT / "service.py", *(file for room in rooms for file in room.rglob("*.py"))]:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                names |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                names.add(node.module.split(".")[0])
    return names - set(sys.stdlib_module_names) - {*SHIPPED, "aural_client", "service"}


def test_what_is_imported_is_declared() -> None:
    declared = {
        re.split("[=<>]", one)[0] for one in [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["demo"]]
    }
    missing = {DISTRIBUTIONS.get(name, name) for name in imported()} - declared - COMES_WITH_OTHERS
    assert not missing


def run(*command: str, cwd: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    settings = {**os.environ, **environment}
    return subprocess.run(command, cwd=cwd, env=settings, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--no-deps",
        "--no-build-isolation",
        "--wheel-dir",
        str(folder),
        ".",
    ]
    built = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr[-2000:]
    (path,) = folder.iterdir()
    return path


def test_the_wheel_holds_all_that_runs_and_nothing_else(wheel: Path) -> None:
    held = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info" not in name}
    ours = run(
        "git", "ls-files", "--cached", "--others", "--exclude-standard", "service.py", CLIENT, *SHIPPED, cwd=ROOT
    )
    names = [name for name in ours.stdout.split() if (ROOT / name).exists()]
    assert held == {name.removeprefix(f"{CLIENT}/") for name in names}
    assert "models/adapter.pt" in held


def test_installed_it_tells_its_version_and_starts(wheel: Path, tmp_path: Path) -> None:
    assert VERSION in wheel.name
    run(sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(tmp_path), str(wheel))
    environment = {"PYTHONPATH": str(tmp_path)}
    script = str(tmp_path / "bin" / "aural")
    assert run(script, "--version", cwd=tmp_path, **environment).stdout.strip() == VERSION
    home = str(tmp_path / "home")
    refused = run(script, "serve", "--port", "1", cwd=tmp_path, AURAL_MODELS="none", BENTOML_HOME=home, **environment)
    assert refused.returncode != 0
    assert "AURAL_MODELS is 'none'" in refused.stdout + refused.stderr


def test_the_version_is_the_citations_and_the_changelogs() -> None:
    assert f"version: {VERSION}" in (ROOT / "CITATION.cff").read_text()
    assert f"## {VERSION}" in (ROOT / "CHANGELOG.md").read_text()
