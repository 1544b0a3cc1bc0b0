"""`aural batch` as a process that is killed, interrupted, and started again."""

from __future__ import annotations

import csv
import io
import json
import os
import random
import shutil
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from cli.batch_command import Asked, run
from cli.batch_journal import journal_of
from cli.batch_tables import format_of
from examples.serving import ROOT
from tests.cli.analysing_service import Analysing, analysing_service
from tests.cli.music_folder import write_pieces

FILES = 12
JOBS = 3
LONG_S = 90


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve pieces of music and what is no audio."""
    music = tmp_path_factory.mktemp("batch") / "music"
    write_pieces(music, FILES)
    (music / "broken.wav").write_bytes(b"This is no audio.")
    return music


def ran(folder: Path, table: Path, service: Analysing, **asked: Any) -> int:
    """The exit code of a run in this process, to its end."""
    return run(Asked(folder, table, format_of(table, None), url=service.url, **{"jobs": JOBS, **asked}))


@pytest.fixture(scope="module")
def in_one_go(folder: Path) -> bytes:
    """The table of a run that nothing stopped."""
    table = folder.parent / "whole.csv"
    with analysing_service() as service:
        assert ran(folder, table, service) == 2
        assert set(service.asked.values()) == {1}
        # Of a second run nothing is left to do.
        assert ran(folder, table, service) == 2
        assert service.asked.total() == FILES + 1
    rows = list(csv.DictReader(io.StringIO(table.read_text(), newline="")))
    assert [row["path"] for row in rows] == sorted(row["path"] for row in rows)
    assert Counter(row["status"] for row in rows) == {"ok": FILES, "failed": 1}
    return table.read_bytes()


def stopped(folder: Path, table: Path, service: Analysing, after: int, how: signal.Signals) -> tuple[int, str]:
    """Stops a process when it has asked for `after` clips. Returns its exit code and its stderr."""
    service.limit = after
    asked = ["batch", str(folder), "-o", str(table), "--url", service.url, "--jobs", str(JOBS)]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AURAL_")}
    env = {**kept, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'client' / 'src'}"}
    process = subprocess.Popen(
        [sys.executable, "-m", "cli.main", *asked], cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert service.enough.wait(LONG_S)
    process.send_signal(how)
    out, told = process.communicate(timeout=LONG_S)
    assert out == b""
    return process.returncode, told.decode()


@pytest.mark.parametrize("seed", [1, 2])
def test_killed_anywhere_it_goes_on_and_gives_the_same_table(
    folder: Path, in_one_go: bytes, tmp_path: Path, seed: int
) -> None:
    table = tmp_path / "table.csv"
    after = random.Random(seed).randint(2 * JOBS + 1, FILES - JOBS)
    with analysing_service(delay_s=0.1) as service:
        assert stopped(folder, table, service, after, signal.SIGKILL)[0] == -signal.SIGKILL
        assert not table.exists()
        kept = [
            json.loads(line)["path"] for line in journal_of(table).read_bytes().splitlines(True) if line.endswith(b"\n")
        ]
        assert len(kept) >= after - 2 * JOBS  # each is on the disk before its worker takes the next but one
        before = service.asked.copy()
        assert ran(folder, table, service) == 2
        for name in kept:
            clip = (folder / name).read_bytes()
            assert service.asked[clip] == before[clip] == 1
        assert service.asked.total() <= FILES + 1 + JOBS  # at most what was in flight came twice
    assert table.read_bytes() == in_one_go


def test_interrupted_it_says_how_to_go_on(folder: Path, in_one_go: bytes, tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    with analysing_service(delay_s=0.1) as service:
        code, told = stopped(folder, table, service, 4, signal.SIGINT)
        assert code == 130
        assert journal_of(table).name in told
        assert not table.exists()
        assert ran(folder, table, service) == 2
        assert service.asked.total() <= FILES + 1 + JOBS
    assert table.read_bytes() == in_one_go


def test_what_is_new_or_changed_alone_is_done_and_an_overload_passes(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    music = tmp_path / "music"
    shutil.copytree(folder / "disc 0", music)
    table = tmp_path / "table.parquet"
    with analysing_service(refuse=8) as service:
        assert ran(music, table, service) == 0
        assert service.asked.total() == 3
        shutil.copy(folder / "disc 1" / "03.wav", music)
        shutil.copyfile(folder / "disc 1" / "04.wav", music / "00.wav")
        (music / "01.wav").unlink()
        assert ran(music, table, service, dry_run=True) == 0
        assert capsys.readouterr().out.split() == ["00.wav", "02.wav", "03.wav"]
        assert ran(music, table, service, jobs=1) == 0
        assert service.asked.total() == 5
    assert pq.read_table(table)["path"].to_pylist() == ["00.wav", "02.wav", "03.wav"]


def test_a_table_of_somebody_else_is_left_alone(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = tmp_path / "mine.csv"
    table.write_text("mine")
    with analysing_service() as service:
        assert ran(folder / "disc 0", table, service) == 1
        assert "--fresh" in capsys.readouterr().err
        assert table.read_text() == "mine"
        assert not service.asked
        assert ran(folder / "disc 0", table, service, fresh=True) == 0
    assert table.read_text() != "mine"


def test_no_service_is_an_error_and_no_table(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ran(folder, tmp_path / "table.csv", Analysing("http://127.0.0.1:9")) == 1
    assert "No connection" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_failures_are_listed_with_their_reasons(
    folder: Path, in_one_go: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with analysing_service() as service:
        assert ran(folder, tmp_path / "table.jsonl", service) == 2
    told = capsys.readouterr()
    assert "broken.wav: This is no audio. Send audio." in told.err
    assert "13 rows, 1 failed" in told.err
    assert told.out == ""
    rows = [json.loads(line) for line in (tmp_path / "table.jsonl").read_text().splitlines()]
    as_csv = list(csv.DictReader(io.StringIO(in_one_go.decode(), newline="")))
    assert [{name: "" if cell is None else str(cell) for name, cell in row.items()} for row in rows] == as_csv
