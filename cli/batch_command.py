"""What `aural batch` does: lists, analyses what is not done, writes the table, tells what failed."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from cli.asking import exit_code_of
from cli.batch_files import Found, find_files
from cli.batch_journal import InUse, Journal, journal_of, opened
from cli.batch_rows import Row
from cli.batch_run import PATIENCE_S, Outcome, Stopped, go_through
from cli.batch_tables import TableFormat, write_table
from cli.exits import FAILED, FINE, SOME_FAILED, complain

MOST_LISTED = 50


@dataclass(frozen=True)
class Asked:
    """`url`: None for the models in this process. `jobs`: None for as many as there are cores."""

    folder: Path
    table: Path
    form: TableFormat
    jobs: int | None = None
    recursive: bool = True
    every: bool = False
    fresh: bool = False
    dry_run: bool = False
    url: str | None = None
    api_key: str | None = None


class Cannot(Exception):
    """The batch cannot be begun."""


def run(asked: Asked) -> int:
    """The exit code. Progress and what failed go to stderr."""
    return exit_code_of(exit_code(asked))


async def exit_code(asked: Asked) -> int:
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    try:
        rows = await _rows(asked, console)
    except (Cannot, InUse, Stopped) as cause:
        complain(str(cause))
        return FAILED
    except asyncio.CancelledError:  # Ctrl-C
        complain(f"What is done is kept in {journal_of(asked.table)}: the same command goes on from there.")
        raise
    wrong = [row for row in rows if row.status == "failed"]
    for row in wrong[:MOST_LISTED]:
        console.print(f"{row.path}: {row.reason}", markup=False)
    if len(wrong) > MOST_LISTED:
        console.print(f"... and {len(wrong) - MOST_LISTED} more: the table has them all.")
    return SOME_FAILED if wrong else FINE


async def _rows(asked: Asked, console: Console) -> Sequence[Row]:
    files = await asyncio.to_thread(find_files, asked.folder, recursive=asked.recursive, every=asked.every)
    files = [found for found in files if found.path.absolute() != asked.table.absolute()]
    if asked.dry_run:
        for found in files:
            sys.stdout.write(f"{found.name}\n")
        return []
    if not files:
        raise Cannot(f"There are no audio files in {asked.folder}. --all tries every file, whatever its suffix.")
    if asked.table.exists() and not journal_of(asked.table).exists() and not asked.fresh:
        raise Cannot(
            f"{asked.table} is there, and no batch has written it. Name another table, or replace it with --fresh."
        )
    from cli.batch_analysis import analysing

    jobs = asked.jobs or _cores()
    async with analysing(asked.url, api_key=asked.api_key, jobs=jobs) as (made_by, analyse):
        with opened(asked.table, made_by, fresh=asked.fresh) as journal:
            rows = {found.name: row for found in files if (row := journal.row(found)) is not None}
            left = [found for found in files if found.name not in rows]
            if rows:
                console.print(f"{len(rows)} of {len(files)} files are done already.")
            with _progress(console, len(files), len(rows)) as advance:
                await go_through(
                    left,
                    analyse,
                    jobs=jobs,
                    done=_keeping(journal, rows, advance),
                    patience_s=PATIENCE_S if asked.url else 0.0,
                )
            ordered = [rows[found.name] for found in files]
            await asyncio.to_thread(write_table, asked.table, ordered, asked.form)
    console.print(f"{asked.table}: {len(ordered)} rows, {sum(row.status == 'failed' for row in ordered)} failed.")
    return ordered


def _keeping(journal: Journal, rows: dict[str, Row], advance: Callable[[], None]) -> Callable[[Found, Outcome], None]:
    def done(found: Found, outcome: Outcome) -> None:
        if outcome.kept:
            journal.add(found, outcome.row)
        rows[found.name] = outcome.row
        advance()

    return done


@contextmanager
def _progress(console: Console, total: int, before: int) -> Iterator[Callable[[], None]]:
    """A bar with the time that is left, on a terminal. What the block gets is called once per file."""
    columns = (BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("left:"), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        # What was done before took no time now: it would make the rest look quick.
        task = bar.add_task("", total=total - before)
        yield lambda: bar.advance(task)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
