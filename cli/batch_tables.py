"""The table of a batch as a file: CSV, JSON lines, Parquet. The same rows give the same bytes."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal, TypeAlias, get_args

from cli.batch_rows import COLUMNS, NUMBERS, Row

TableFormat: TypeAlias = Literal["csv", "jsonl", "parquet"]


class NoFormat(ValueError):
    """It is not said, or said twice, what the table shall be."""


def format_of(path: Path, asked: TableFormat | None) -> TableFormat:
    """By what was asked for, else by the suffix. Raises NoFormat."""
    by_suffix: TableFormat | None = next(
        (one for one in get_args(TableFormat) if path.suffix.lower() == f".{one}"), None
    )
    if asked is not None and by_suffix is not None and asked != by_suffix:
        raise NoFormat(f"{path.name} is a name for {by_suffix.upper()}, and --{asked} is asked for. Leave one out.")
    if (chosen := asked or by_suffix) is None:
        raise NoFormat(f"{path.name} does not say a format: end it in .csv, .jsonl or .parquet, or say --csv, ...")
    return chosen


def write_table(path: Path, rows: Sequence[Row], form: TableFormat) -> None:
    """There whole or not at all. Raises OSError."""
    from aural_client.saving import whole_file

    data = WRITERS[form](rows)
    with whole_file(path) as file:
        file.write(data)


def csv_bytes(rows: Sequence[Row]) -> bytes:
    """UTF-8 with a header (RFC 4180, but for lines that end in a line feed alone); what is null is an empty cell."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(row.cells() for row in rows)
    return text.getvalue().encode()


def jsonl_bytes(rows: Sequence[Row]) -> bytes:
    return b"".join(json.dumps(row.cells(), ensure_ascii=False).encode() + b"\n" for row in rows)


def parquet_bytes(rows: Sequence[Row]) -> bytes:
    """Doubles and strings; what is null is null."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    kinds = [(name, pa.float64() if name in NUMBERS else pa.string()) for name in COLUMNS]
    schema = pa.schema([pa.field(name, kind, nullable=name not in ("path", "status")) for name, kind in kinds])
    sink = pa.BufferOutputStream()
    pq.write_table(pa.Table.from_pylist([row.cells() for row in rows], schema=schema), sink)
    return bytes(sink.getvalue().to_pybytes())


WRITERS: dict[TableFormat, Callable[[Sequence[Row]], bytes]] = {
    "csv": csv_bytes,
    "jsonl": jsonl_bytes,
    "parquet": parquet_bytes,
}
