"""The client's wheel in an environment that has nothing else: it installs, and asks the service."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from examples.serving import ROOT
from tests.serving import Served

PYTHONS = ("this", "python3.10", "python3.12")
NO_INDEX = ("No matching distribution found for httpx", "Could not find a version", "Temporary failure in name")
SCRIPT = """
import asyncio, sys, threading
from importlib.metadata import distributions
from aural_client import AsyncAural, Aural, __version__

ASKED = {"bpm": 84, "key": "A minor", "metre": "4/4", "duration": 2, "seed": 3}

async def ask():
    async with AsyncAural(sys.argv[1]) as aural:
        async with aural.stream("dub", **ASKED) as music:
            return b"".join([block async for block in music])

told = []
with Aural(sys.argv[1]) as aural:
    assert aural.info().version == __version__
    music = aural.generate("dub", on_progress=told.append, cancel=threading.Event(), **ASKED)
    with aural.stream("dub", **ASKED) as stream:
        blocks = b"".join(stream)
assert told and blocks == asyncio.run(ask()) == music.wav[44:][:len(blocks)]
print(*sorted(one.metadata["Name"].replace("_", "-") for one in distributions()))
"""
NEEDED = {"aural-client", "httpx", "pydantic"}
THEIRS = {
    *("annotated-types", "anyio", "certifi", "exceptiongroup", "h11", "httpcore", "idna"),
    *("pydantic-core", "sniffio", "typing-extensions", "typing-inspection"),
}


def run(*command: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(one) for one in command], cwd=cwd, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("client")
    built = run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "--directory", folder, cwd=ROOT / "client")
    assert built.returncode == 0, built.stderr
    (path,) = folder.iterdir()
    return path


@pytest.fixture(params=PYTHONS)
def bare(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The Python of an environment that has nothing."""
    command = sys.executable if request.param == "this" else shutil.which(request.param)
    if command is None or run(command, "-c", "import venv", cwd=tmp_path).returncode:
        pytest.skip(f"There is no {request.param} here.")
    made = run(command, "-m", "venv", "--without-pip", "bare", cwd=tmp_path)
    assert made.returncode == 0, made.stderr
    return tmp_path / "bare" / "bin" / "python"


def test_installed_alone_it_asks_the_service(builtin: Served, wheel: Path, bare: Path, tmp_path: Path) -> None:
    began = time.monotonic()
    pip = (sys.executable, "-m", "pip", "--python", bare)
    installed = run(*pip, "install", "--retries", "1", "--no-compile", wheel, cwd=tmp_path)
    if installed.returncode and any(sign in installed.stderr for sign in NO_INDEX):
        pytest.skip("No package index is in reach that has httpx and pydantic.")
    assert installed.returncode == 0, installed.stderr
    print(f"{bare}: installed in {time.monotonic() - began:.1f} s")
    asked = run(bare, "-I", "-W", "error", "-c", SCRIPT, builtin.url, cwd=tmp_path)
    assert asked.returncode == 0, asked.stderr
    assert NEEDED <= set(asked.stdout.split()) <= NEEDED | THEIRS
