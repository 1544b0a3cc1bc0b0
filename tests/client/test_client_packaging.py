"""The client's wheel: httpx and pydantic are all that it needs, and its version is the service's."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from aural.settings import VERSION
from examples.serving import ROOT

CLIENT = ROOT / "client"
SOURCES = sorted((CLIENT / "src").rglob("*.py"))


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As `make client` builds it."""
    folder = tmp_path_factory.mktemp("client")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "--directory", str(folder)]
    built = subprocess.run(command, cwd=CLIENT, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    (path,) = folder.iterdir()
    return path


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(), feature_version=(3, 10))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.split(".")[0])
    return names


def test_it_imports_httpx_and_pydantic_alone() -> None:
    declared = tomllib.loads((CLIENT / "pyproject.toml").read_text())["project"]["dependencies"]
    assert {one.split(">")[0] for one in declared} == {"httpx", "pydantic"}
    needed = set[str]().union(*map(imported, SOURCES)) - set(sys.stdlib_module_names)
    assert needed == {"aural_client", "httpx", "pydantic"}


def test_the_wheel_holds_the_module_with_its_types_and_the_licence(wheel: Path) -> None:
    assert wheel.name == f"aural_client-{VERSION}-py3-none-any.whl"
    held = zipfile.ZipFile(wheel)
    module = {name for name in held.namelist() if ".dist-info" not in name}
    assert module == {str(path.relative_to(CLIENT / "src")) for path in SOURCES} | {"aural_client/py.typed"}
    facts = f"aural_client-{VERSION}.dist-info"
    assert held.read(f"{facts}/licenses/LICENSE") == (ROOT / "LICENSE").read_bytes()
    metadata = held.read(f"{facts}/METADATA").decode()
    for line in ("License-Expression: Apache-2.0", "Requires-Python: >=3.10", f"Version: {VERSION}"):
        assert line in metadata.splitlines()
