"""Records: only our own files ever go, and several that prune at once don't trip over each other."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from aural.gateway.records import Record, RecordFolder


def a_record(number: int, size: int = 10_000) -> Record:
    return Record(call="analyze", request_id=f"r-{number}", input_bytes=bytes(size), output_bytes=b"{}")


def test_files_of_others_are_neither_removed_nor_counted(tmp_path: Path) -> None:
    strangers = {"taxes.pdf": 200_000, "20260101T000000-mine.json": 10, "notes.json": 10, "a.input": 10}
    for name, size in strangers.items():
        (tmp_path / name).write_bytes(bytes(size))
    (tmp_path / "album").mkdir()
    folder = RecordFolder(tmp_path, 50_000)
    for number in range(10):
        folder.keep(a_record(number))
    assert folder.foreign_file_names() == sorted([*strangers, "album"])
    kept = [path for path in tmp_path.iterdir() if path.name not in folder.foreign_file_names()]
    assert 30_000 < sum(path.stat().st_size for path in kept) <= 50_000
    assert any("r-9" in path.name for path in kept), "the newest stays"


def test_a_folder_that_is_not_there_holds_nothing_of_others(tmp_path: Path) -> None:
    assert RecordFolder(tmp_path / "later", 1).foreign_file_names() == []


def test_many_that_keep_and_prune_at_once_all_succeed(tmp_path: Path) -> None:
    folder = RecordFolder(tmp_path, 60_000)
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda number: folder.keep(a_record(number)), range(300)))


def test_what_is_old_goes_though_what_is_new_cannot_be_written(tmp_path: Path) -> None:
    for number in range(8):
        RecordFolder(tmp_path, 10**6).keep(a_record(number))
    unwritable = Record(call="analyze", request_id="r/no-such-folder", output_bytes=b"{}")
    with pytest.raises(OSError, match="no-such-folder"):
        RecordFolder(tmp_path, 20_000).keep(unwritable)
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) <= 20_000


def test_no_more_is_removed_than_must_be(tmp_path: Path) -> None:
    folder = RecordFolder(tmp_path, 1_000_000)
    for number in range(6):
        folder.keep(a_record(number, 20_000))
    size = sum(path.stat().st_size for path in tmp_path.iterdir())
    RecordFolder(tmp_path, size - 30_000).keep(a_record(6, 10))
    names = " ".join(path.name for path in tmp_path.iterdir() if path.suffix == ".input")
    assert [f"r-{number}." in names for number in range(7)] == [False, False, True, True, True, True, True]
