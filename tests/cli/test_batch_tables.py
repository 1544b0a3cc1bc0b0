"""One table in three formats."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cli.batch_rows import COLUMNS, NUMBERS, Row, failed
from cli.batch_tables import NoFormat, csv_bytes, format_of, jsonl_bytes, parquet_bytes, write_table

ROWS = [
    Row('a, "b".wav', duration_s=6.0, bpm=120.5, bpm_confidence=0.1 + 0.2, key="A minor", prompt="lofi,\nwarm"),
    Row("silent.wav", duration_s=6.0, bpm_confidence=0.0, key_confidence=0.0, energy_mean=0.0, prompt="nothing"),
    failed("ünreadable.wav", "not_audio", "This is no audio. Send audio."),
]


def of_csv(data: bytes) -> list[dict[str, object]]:
    rows = csv.DictReader(io.StringIO(data.decode(), newline=""))
    return [
        {name: None if not value else float(value) if name in NUMBERS else value for name, value in row.items()}
        for row in rows
    ]


def test_all_three_say_the_same() -> None:
    as_csv = of_csv(csv_bytes(ROWS))
    assert as_csv == [row.cells() for row in ROWS]
    assert [json.loads(line) for line in jsonl_bytes(ROWS).decode().splitlines()] == as_csv
    assert pq.read_table(io.BytesIO(parquet_bytes(ROWS))).to_pylist() == as_csv


def test_parquet_has_types_and_nulls() -> None:
    table = pq.read_table(io.BytesIO(parquet_bytes(ROWS[2:])))
    assert tuple(table.column_names) == COLUMNS
    assert {name: table.schema.field(name).type for name in COLUMNS} == {
        name: pa.float64() if name in NUMBERS else pa.string() for name in COLUMNS
    }
    assert table["bpm"].null_count == 1
    assert not table.schema.field("path").nullable


def test_a_table_without_rows_still_has_its_columns() -> None:
    assert of_csv(csv_bytes([])) == []
    assert csv_bytes([]).decode().strip().split(",") == list(COLUMNS)
    assert tuple(pq.read_table(io.BytesIO(parquet_bytes([]))).column_names) == COLUMNS


@pytest.mark.parametrize(
    ("name", "asked", "form"),
    [("t.csv", None, "csv"), ("t.PARQUET", None, "parquet"), ("t.txt", "jsonl", "jsonl"), ("t.csv", "csv", "csv")],
)
def test_the_suffix_or_the_switch_says_the_format(name: str, asked: str | None, form: str) -> None:
    assert format_of(Path(name), asked) == form  # type: ignore[arg-type]


@pytest.mark.parametrize(("name", "asked"), [("t.txt", None), ("table", None), ("t.csv", "parquet")])
def test_no_format_and_two_are_refused(name: str, asked: str | None) -> None:
    with pytest.raises(NoFormat, match=name):
        format_of(Path(name), asked)  # type: ignore[arg-type]


def test_a_table_that_cannot_be_made_leaves_the_old_one(tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    table.write_text("old")
    with pytest.raises(UnicodeEncodeError):
        write_table(table, [Row("\ud800.wav")], "csv")
    assert table.read_text() == "old"
    write_table(table, ROWS, "csv")
    assert table.read_bytes() == csv_bytes(ROWS)
    assert list(tmp_path.iterdir()) == [table]
