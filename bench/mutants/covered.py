"""Which tests pass over which line, and how long each takes: all tests run once, in a copy of the project."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
COVERED = ROOT / ".cache" / "mutants-covered.json"
ROOMS = ("aural", "runners", "models")
MOST_FAILED = 3  # that a busy machine may be to blame for


def copied(folder: Path) -> Path:
    """The project's files, as they are now."""
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    for name in subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines():
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    subprocess.run(["git", "init", "--quiet", str(folder)], check=True)  # tests ask it which files there are
    return folder


def cover() -> None:
    """Run all tests once, and keep which of them passes over which line, and how long each took."""
    print("All tests run once under coverage (a quarter of an hour) ...")
    with tempfile.TemporaryDirectory() as folder:
        copy = copied(Path(folder) / "c")
        data = Path(folder) / "coverage"
        (copy / ".coveragerc").write_text(f"[run]\ndynamic_context = test_function\nsource = {','.join(ROOMS)}\n")
        durations = copy / "durations.json"
        command = [sys.executable, "-m", "coverage", "run", "--data-file", str(data), "-m", "pytest", "-q"]
        command += ["-p", "bench.mutants.durations"]
        command += [f"--ignore=tests/{folder}" for folder in ("http", "page", "starts", "slow")]
        subprocess.run(command, cwd=copy, env={**os.environ, "AURAL_DURATIONS": str(durations)}, check=False)
        told = json.loads(durations.read_text())
        failed: list[str] = told["failed"]
        if len(failed) > MOST_FAILED:
            sys.exit("The tests fail as it is: a mutant that they 'notice' would say nothing.")
        if failed:
            print("Left out, for they fail as it is: " + ", ".join(failed))
        lines = lines_of(data, copy, frozenset(failed))
        COVERED.parent.mkdir(exist_ok=True)
        COVERED.write_text(json.dumps({"lines": lines, "durations": told["took_s"]}))


def lines_of(data: Path, copy: Path, left_out: frozenset[str]) -> dict[str, list[str]]:
    """`file:line` -> the tests that pass over it, as pytest names their functions; `left_out`: but these."""
    from coverage import CoverageData

    files = {path.stem: str(path.relative_to(copy)) for path in (copy / "tests").rglob("test_*.py")}
    read = CoverageData(str(data))
    read.read()
    lines: dict[str, list[str]] = {}
    for file in read.measured_files():
        name = str(Path(file).resolve().relative_to(copy.resolve()))
        for line, contexts in read.contexts_by_lineno(file).items():
            tests = sorted({node for context in contexts if (node := node_of(context, files))} - left_out)
            if tests:
                lines[f"{name}:{line}"] = tests
    return lines


def node_of(context: str, files: dict[str, str]) -> str:
    """`test_x.test_y` -> `tests/aural/test_x.py::test_y`; what no test runs has no name."""
    module, _, function = context.rpartition(".")
    file = files.get(module.rpartition(".")[2])
    return f"{file}::{function}" if file and function.startswith("test_") else ""
