"""How `aural batch` is asked, and that asking for help loads nothing heavy."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.exits import FAILED, FINE, USAGE
from cli.main import app
from examples.serving import ROOT


def asked(*words: str) -> tuple[int, str]:
    """Exit code, and what was said."""
    result = CliRunner().invoke(app, ["batch", *words], env={"COLUMNS": "200"})
    return result.exit_code, result.output


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "music").mkdir()
    (tmp_path / "music" / "b.wav").write_bytes(b"0")
    (tmp_path / "music" / "a.mp3").write_bytes(b"0")
    (tmp_path / "music" / "notes.txt").write_bytes(b"0")
    return tmp_path / "music"


NOBODY = ("--url", "http://127.0.0.1:9")


def test_a_dry_run_lists_and_asks_nobody(folder: Path) -> None:
    assert asked(str(folder), "--dry-run", *NOBODY) == (FINE, "a.mp3\nb.wav\n")
    assert asked(str(folder), "--dry-run", "--all", *NOBODY) == (FINE, "a.mp3\nb.wav\nnotes.txt\n")
    assert [path.name for path in folder.parent.iterdir()] == ["music"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--csv", "--parquet"), "one format"),
        (("-o", "table.txt"), ".parquet"),
        (("-o", "table.csv", "--jsonl"), "table.csv"),
        (("--jobs", "0"), "--jobs"),
    ],
)
def test_what_cannot_be_meant_is_refused(folder: Path, words: tuple[str, ...], sentence: str) -> None:
    code, told = asked(str(folder), *words)
    assert code == USAGE
    assert sentence in told


def test_a_folder_that_is_not_there_and_one_without_audio(folder: Path) -> None:
    assert asked(str(folder / "none"))[0] == USAGE
    (folder / "empty").mkdir()
    code, told = asked(str(folder / "empty"), *NOBODY)
    assert (code, "no audio files" in told) == (FAILED, True)


def test_commands_are_known_without_what_they_need() -> None:
    heavy = ("torch", "numpy", "mcp", "pyarrow", "httpx", "pydantic", "rich.progress", "av")
    check = f"import sys; import cli.main; print([name for name in {heavy!r} if name in sys.modules])"
    env = {**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "client" / "src")))}
    out = subprocess.run([sys.executable, "-c", check], cwd=ROOT, env=env, capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"
