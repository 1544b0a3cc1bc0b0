"""`aural batch`: a table of what is heard in every file of a folder."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.options import ApiKey, Url


def batch(
    folder: Annotated[Path, typer.Argument(help="Folder with audio files.", exists=True, file_okay=False)],
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="The table; its suffix says the format. (default: aural-batch.csv)"),
    ] = None,
    csv: Annotated[bool, typer.Option("--csv", help="Write CSV (as without any of these).")] = False,
    jsonl: Annotated[bool, typer.Option("--jsonl", help="Write JSON lines.")] = False,
    parquet: Annotated[bool, typer.Option("--parquet", help="Write Parquet.")] = False,
    jobs: Annotated[
        int | None, typer.Option("--jobs", "-j", min=1, max=256, help="Files at a time (default: all cores).")
    ] = None,
    recursive: Annotated[bool, typer.Option(help="Go through the folders below as well.")] = True,
    every: Annotated[bool, typer.Option("--all", help="Try every file, whatever its suffix.")] = False,
    fresh: Annotated[bool, typer.Option("--fresh", help="Analyse again what is done, and replace the table.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="List the files, and analyse none.")] = False,
    url: Url = None,
    api_key: ApiKey = None,
) -> None:
    """Analyse every audio file below a folder into one table: CSV, JSON lines or Parquet.

    A run that was stopped, whatever stopped it, goes on where it was when it is started again, and a run over a folder
    that has grown does only what is new. Rows are sorted by path: the table is the same whatever --jobs.

    A file that cannot be analysed has a row with the reason, and the exit code is 2; 1 says that there is no table.

    Examples:

        aural batch ~/Music -o music.parquet

        aural batch loops --jobs 8 --url http://studio:8000
    """
    from cli.batch_command import Asked, run
    from cli.batch_tables import NoFormat, TableFormat, format_of

    switches: dict[TableFormat, bool] = {"csv": csv, "jsonl": jsonl, "parquet": parquet}
    said = [form for form, on in switches.items() if on]
    if len(said) > 1:
        raise typer.BadParameter(f"--{' and --'.join(said)} are asked for; a table has one format.")
    table = output or Path(f"aural-batch.{said[0] if said else 'csv'}")
    try:
        form = format_of(table, said[0] if said else None)
    except NoFormat as cause:
        raise typer.BadParameter(str(cause)) from cause
    asked = Asked(
        folder,
        table,
        form,
        jobs=jobs,
        recursive=recursive,
        every=every,
        fresh=fresh,
        dry_run=dry_run,
        url=url,
        api_key=api_key,
    )
    raise typer.Exit(run(asked))
