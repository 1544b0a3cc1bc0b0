"""A record's files appear together or not at all, whatever fails and whenever its process ends; only their owner reads
them; what is too old goes."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from aural.gateway import records
from aural.gateway.records import LEFTOVER_S, NAME, Record, RecordFolder
from tests.test_imports import ROOT

DAY_S = 86_400.0
STEPS = 9
"""To open, write and rename each of three files."""


def a_record(request_id: str = "r", size: int = 10_000) -> Record:
    return Record(call="analyze", request_id=request_id, input_bytes=bytes(size), output_bytes=b"{}")


def kinds(folder: Path) -> dict[str, set[str]]:
    """Of whole files, by what a record's names begin with."""
    found: dict[str, set[str]] = defaultdict(set)
    for path in folder.iterdir():
        named = NAME.fullmatch(path.name)
        assert named is not None, path
        assert named["part"] is None, f"{path} is half done"
        found[named["stem"]].add(named["kind"])
    return dict(found)


class Steps:
    """Counts what is opened, written and renamed, and calls `fail` instead of step number `last`."""

    def __init__(self, last: int, fail: Callable[[], Any]):
        self.left = last
        self.fail = fail

    def __call__(self, step: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*arguments: Any, **named: Any) -> Any:
            if self.left == 0:
                self.fail()
            self.left -= 1
            return step(*arguments, **named)

        return counted

    def watch(self, patch: pytest.MonkeyPatch) -> None:
        patch.setattr(os, "open", self(os.open))
        patch.setattr(records, "_fill", self(records._fill))
        patch.setattr(Path, "rename", self(Path.rename))


def full() -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("last", range(STEPS))
def test_a_disk_that_is_full_at_any_step_leaves_nothing(last: int, tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        Steps(last, full).watch(patch)
        with pytest.raises(OSError, match="No space left"):
            RecordFolder(tmp_path, 10**6).keep(a_record())
    assert not list(tmp_path.iterdir())


def test_these_are_all_the_steps(tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        Steps(STEPS, full).watch(patch)
        RecordFolder(tmp_path, 10**6).keep(a_record())
    assert list(kinds(tmp_path).values()) == [{"input", "output.json", "json"}]


@pytest.mark.parametrize("last", range(STEPS))
def test_a_process_that_ends_at_any_step_leaves_no_record_and_what_it_leaves_goes(last: int, tmp_path: Path) -> None:
    folder = RecordFolder(tmp_path, 10**6)
    folder.keep(a_record("before"))
    code = f"""
import os, pytest
from tests.aural.gateway.test_record_whole import Path, RecordFolder, Steps, a_record
Steps({last}, lambda: os._exit(3)).watch(pytest.MonkeyPatch())
RecordFolder(Path({str(tmp_path)!r}), 10**6).keep(a_record("ends"))
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False)
    assert done.returncode == 3
    left = [path.name for path in tmp_path.iterdir() if "ends" in path.name]
    assert not any(name.endswith("ends.json") for name in left)
    folder.tidy()
    assert sorted(path.name for path in tmp_path.iterdir() if "ends" in path.name) == sorted(left), "it may go on"
    RecordFolder(tmp_path, 10**6, now_s=lambda: time.time() + LEFTOVER_S + 1).tidy()
    assert list(kinds(tmp_path).values()) == [{"input", "output.json", "json"}], "the record before stays"


def test_on_a_disk_that_is_really_full_whole_records_are_left_and_no_others(tmp_path: Path) -> None:
    code = f"""
from tests.aural.gateway.test_record_whole import Path, RecordFolder, a_record, kinds
folder, lost = RecordFolder(Path({str(tmp_path)!r}) / "records", 10**6), 0
for number in range(20):
    try:
        folder.keep(a_record(str(number)))
    except OSError as error:
        assert error.errno == 28, error
        lost += 1
print(lost, all(found == {{"input", "output.json", "json"}} for found in kinds(folder.folder).values()))
print(len(kinds(folder.folder)) + lost)
"""
    mounted = f'mount -t tmpfs -o size=128k tmpfs "{tmp_path}" || exit 77; exec "{sys.executable}" -c "$0"'
    done = subprocess.run(
        ["unshare", "--mount", "sh", "-c", mounted, code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode == 77 or "unshare failed" in done.stderr:
        pytest.skip(f"nothing can be mounted here: {done.stderr.strip()}")
    assert done.returncode == 0, done.stderr
    lost, whole, told = done.stdout.split()
    assert 0 < int(lost) < 20
    assert (whole, told) == ("True", "20")


def test_only_the_owner_reads_a_record_and_looks_into_the_folder(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        RecordFolder(tmp_path / "a" / "records", 10**6).keep(a_record())
    finally:
        os.umask(before)
    folder = tmp_path / "a" / "records"
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
    assert not RecordFolder(folder, 10**6).others_may_look()


def test_the_mode_of_a_folder_that_was_there_is_its_operators(tmp_path: Path) -> None:
    tmp_path.chmod(0o750)
    folder = RecordFolder(tmp_path, 10**6)
    folder.keep(a_record())
    assert tmp_path.stat().st_mode & 0o777 == 0o750
    assert folder.others_may_look()


def test_what_is_too_old_goes_and_what_is_not_stays(tmp_path: Path) -> None:
    now_s = time.time()
    for days in (31, 30.1, 29.9, 0):
        RecordFolder(tmp_path, 10**6, 30 * DAY_S, partial(_ago, now_s, days)).keep(a_record(f"d{days}"))
    RecordFolder(tmp_path, 10**6, 30 * DAY_S, lambda: now_s).tidy()
    assert [stem.rsplit("-", 1)[1] for stem in sorted(kinds(tmp_path))] == ["d29_9", "d0"]


def _ago(now_s: float, days: float) -> float:
    return now_s - days * DAY_S


def test_records_go_whole(tmp_path: Path) -> None:
    folder = RecordFolder(tmp_path, 25_000)
    for number in range(5):
        folder.keep(a_record(f"r-{number}"))
        assert set(map(frozenset, kinds(tmp_path).values())) == {frozenset({"input", "output.json", "json"})}
        assert sum(path.stat().st_size for path in tmp_path.iterdir()) <= 25_000


def test_a_record_larger_than_all_may_be_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="all records may have 5000"):
        RecordFolder(tmp_path, 5_000).keep(a_record())
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("request_id", ["a.output", "a.json", ".", "x.input", "a.output.json"])
def test_an_id_that_reads_like_a_kind_of_file_is_none(request_id: str, tmp_path: Path) -> None:
    folder = RecordFolder(tmp_path, 10**6, now_s=lambda: time.time() + 2 * LEFTOVER_S)
    folder.keep(a_record(request_id))
    folder.tidy()
    assert list(kinds(tmp_path).values()) == [{"input", "output.json", "json"}]
