"""What `aural analyze` does: each file in turn, its facts as a table or a line of JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from aural_client import AsyncAural, AudioFeatures, AuralError
from cli.analyzing import FileAnalysis, analyze_file
from cli.asking import exit_code_of, sentence_of
from cli.connect import connect
from cli.exits import FAILED, FINE, SOME_FAILED, complain
from cli.plot import check_plot, plot_file
from cli.showing import clock, console, facts_table, progress_bar, sparkline
from cli.summary import Summary, Window


@dataclass(frozen=True)
class Asked:
    """`features`: audio features instead of an analysis. `url` None: the models in this process. `deadline_s` None: as
    `connect` has it."""

    files: tuple[Path, ...]
    windows: bool = False
    plot: Path | None = None
    features: bool = False
    as_json: bool = False
    url: str | None = None
    api_key: str | None = None
    deadline_s: float | None = None


OF_ALL = ("connection_failed", "unauthorized", "not_found", "method_not_allowed", "not_ready")
"""Codes of failures that the next file would meet as well."""


def run(asked: Asked) -> int:
    """The exit code. One file that fails does not stop the others."""
    return exit_code_of(_run(asked))


async def _run(asked: Asked) -> int:
    if asked.plot is not None:
        check_plot(asked.plot)
    failed = 0
    async with connect(asked.url, api_key=asked.api_key, deadline_s=asked.deadline_s) as aural:
        for path in asked.files:
            try:
                if asked.features:
                    _tell_features(path, await aural.audio_features(path), asked)
                    continue
                heard = await _heard(aural, path)
            except (AuralError, OSError) as error:
                if isinstance(error, AuralError) and error.code in OF_ALL:
                    raise
                failed += 1
                _tell_failure(path, error, asked)
            else:
                _tell(path, heard, asked)
                if asked.plot is not None:
                    plot_file(path, heard, asked.plot)
    if not failed:
        return FINE
    return FAILED if len(asked.files) == 1 else SOME_FAILED


async def _heard(aural: AsyncAural, path: Path) -> FileAnalysis:
    with progress_bar() as progress:
        task = progress.add_task(path.name, total=None)
        return await analyze_file(aural, path, lambda done_s, of_s: progress.update(task, completed=done_s, total=of_s))


def _tell(path: Path, heard: FileAnalysis, asked: Asked) -> None:
    if asked.as_json:
        print(json.dumps(as_told(path, heard)), flush=True)
        return
    out = console()
    out.print(facts_table(str(path), facts_of(heard.summary)))
    if asked.windows:
        out.print(_windows_table(heard.windows))


def _tell_features(path: Path, features: AudioFeatures, asked: Asked) -> None:
    told = features.model_dump()
    if asked.as_json:
        print(json.dumps({"file": str(path), **told}), flush=True)
    else:
        console().print(facts_table(str(path), [(name, f"{value:g}") for name, value in told.items()]))


def _tell_failure(path: Path, error: AuralError | OSError, asked: Asked) -> None:
    if asked.as_json:
        code = error.code if isinstance(error, AuralError) else "unreadable"
        print(json.dumps({"file": str(path), "error": sentence_of(error), "code": code}), flush=True)
    sentence = sentence_of(error)
    complain(sentence if str(path) in sentence else f"{path}: {sentence}")


def as_told(path: Path, heard: FileAnalysis) -> dict[str, Any]:
    """For --json: units are in the names, and the windows' analyses are the service's own."""
    summary = {**asdict(heard.summary), "energy_mean": round(heard.summary.energy_mean, 4)}
    windows = [
        {"start_s": one.start_s, "end_s": one.end_s, "analysis": one.analysis.model_dump()} for one in heard.windows
    ]
    return {"file": str(path), "summary": summary, "windows": windows}


def facts_of(summary: Summary) -> Iterator[tuple[str, str | None]]:
    """Name and value of what is told of a file."""
    yield "length", clock(summary.duration_s)
    yield "tempo", sure(None if summary.bpm is None else f"{summary.bpm:g} bpm", summary.bpm_confidence)
    code = f" ({summary.camelot})" if summary.camelot else ""
    yield "key", sure(None if summary.key is None else f"{summary.key}{code}", summary.key_confidence)
    yield "emotion", f"{summary.emotion}, valence {summary.valence:+.2f}, arousal {summary.arousal:+.2f}"
    yield "style", summary.style_id
    yield "loudness", "silent" if summary.loudness_lufs is None else f"{summary.loudness_lufs:g} LUFS"
    yield "energy", f"{sparkline(summary.energy_curve)} {summary.energy_mean:.2f}"
    yield "prompt", summary.prompt


def sure(fact: str | None, confidence: float) -> str:
    return "none is heard" if fact is None else f"{fact}, confidence {confidence:.2f}"


def _windows_table(windows: tuple[Window, ...]) -> Any:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="cyan")
    for name in ("from", "to", "bpm", "key", "emotion", "style", "LUFS", "energy"):
        table.add_column(name)
    for one in windows:
        heard, lufs = one.analysis, one.analysis.details.loudness.integrated_lufs
        table.add_row(
            clock(one.start_s),
            clock(one.end_s),
            "-" if heard.bpm is None else f"{heard.bpm:g}",
            heard.key or "-",
            heard.emotion,
            heard.style_id,
            "-" if lufs is None else f"{lufs:g}",
            sparkline(heard.energy_curve, 12),
        )
    return table
