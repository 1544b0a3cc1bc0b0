"""What a batch remembers of what is done."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from cli.batch_files import Found
from cli.batch_journal import InUse, journal_of, opened
from cli.batch_rows import Row, failed

A = Found(Path("a.wav"), "a.wav", 10, 1)
B = Found(Path("ä, \n.wav"), "ä, \n.wav", 20, 2)
ROW_A = Row("a.wav", bpm=120.0, key="A minor", prompt='a, "b"')
ROW_B = failed(B.name, "not_audio", "This is no audio.")


def test_what_is_added_is_known_again(tmp_path: Path) -> None:
    with opened(tmp_path / "t.csv", "1 builtin") as journal:
        journal.add(A, ROW_A)
        journal.add(B, ROW_B)
        assert journal.row(A) == ROW_A
    with opened(tmp_path / "t.csv", "1 builtin") as journal:
        assert (journal.row(A), journal.row(B)) == (ROW_A, ROW_B)


@pytest.mark.parametrize("changed", [{"size": 11}, {"mtime_ns": 3}, {"name": "b.wav"}])
def test_a_file_that_has_changed_is_not_known(tmp_path: Path, changed: dict[str, object]) -> None:
    with opened(tmp_path / "t.csv", "1 builtin") as journal:
        journal.add(A, ROW_A)
        assert journal.row(replace(A, **changed)) is None  # type: ignore[arg-type]


def test_other_models_or_a_fresh_start_know_nothing(tmp_path: Path) -> None:
    with opened(tmp_path / "t.csv", "1 builtin") as journal:
        journal.add(A, ROW_A)
    with opened(tmp_path / "t.csv", "1 pretrained") as journal:
        assert journal.row(A) is None
    with opened(tmp_path / "t.csv", "1 builtin", fresh=True) as journal:
        assert journal.row(A) is None


def test_the_later_line_of_a_file_counts(tmp_path: Path) -> None:
    later = replace(A, mtime_ns=9)
    with opened(tmp_path / "t.csv", "1") as journal:
        journal.add(A, ROW_A)
        journal.add(later, replace(ROW_A, bpm=90.0))
    with opened(tmp_path / "t.csv", "1") as journal:
        assert journal.row(A) is None
        assert journal.row(later) == replace(ROW_A, bpm=90.0)


def test_cut_off_anywhere_it_keeps_the_lines_that_are_whole_and_goes_on(tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    with opened(table, "1") as journal:
        journal.add(A, ROW_A)
        first = journal_of(table).stat().st_size
        journal.add(B, ROW_B)
    whole = journal_of(table).read_bytes()
    for length in {*range(0, len(whole), 29), first - 1, first, first + 1, len(whole) - 1}:
        journal_of(table).write_bytes(whole[:length])
        with opened(table, "1") as journal:
            assert (journal.row(A) == ROW_A) == (length >= first)
            assert journal.row(B) is None
            journal.add(B, ROW_B)
        with opened(table, "1") as journal:
            assert journal.row(B) == ROW_B
            assert (journal.row(A) == ROW_A) == (length >= first)


def test_a_line_of_rubbish_costs_only_itself(tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    with opened(table, "1") as journal:
        journal.add(A, ROW_A)
    rubbish = b'\x00\x00\n[]\n{"path": "b"}\n{"path": "ok", "identity": [1, 1, "1"], "row": {"bpm": "fast"}}\n'
    journal_of(table).write_bytes(rubbish + journal_of(table).read_bytes())
    with opened(table, "1") as journal:
        assert journal.row(A) == ROW_A
        assert journal.row(Found(Path("ok"), "ok", 1, 1)) is None


def test_two_runs_do_not_write_one_table(tmp_path: Path) -> None:
    with opened(tmp_path / "t.csv", "1"), pytest.raises(InUse, match="Another run"), opened(tmp_path / "t.csv", "1"):
        pass
    with opened(tmp_path / "t.csv", "1"):
        pass
