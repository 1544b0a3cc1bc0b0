"""`aural batch` over a folder of composed music, killed and started again: `python -m bench.batch`

FILES pieces of SECONDS s by the sketch composer, of all its styles. One run from start to end; another that is killed
(SIGKILL) when a random number of files is in its journal, and started again. Printed and written to
bench/results/batch.json: how long each took, whether both tables are the same to the byte, and how many files were
analysed twice.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import soundfile
import torch

from aural.types import TAKE_RATE_HZ, MusicRequest
from aural.wording.style import STYLES
from bench.machine import machine
from examples.serving import ROOT
from models.sketch.composer import SketchComposer

RESULT = ROOT / "bench" / "results" / "batch.json"
LOOK_EVERY_S = 0.05


@dataclass(frozen=True)
class Run:
    """One run of the command. `code`: its exit code."""

    code: int
    wall_s: float


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m bench.batch", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--files", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=4.0, help="of each file")
    parser.add_argument("--jobs", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--seed", type=int, default=1, help="of the place where it is killed")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        figures = measured(Path(folder), chosen)
    for name, value in figures.items():
        print(f"{name:<28} {value}")
    on = machine(chosen.jobs, torch.device("cpu"))
    RESULT.write_text(json.dumps({"machine": on, **vars(chosen), "figures": figures}, indent=1) + "\n")


def measured(folder: Path, chosen: argparse.Namespace) -> dict[str, Any]:
    music = folder / "music"
    compose(music, chosen.files, chosen.seconds)
    whole, broken = folder / "whole.parquet", folder / "broken.parquet"
    one_go = until(command(music, whole, chosen.jobs))
    again = until(command(music, whole, chosen.jobs))
    kill_at = random.Random(chosen.seed).randint(1, chosen.files - 1)
    killed = until(command(music, broken, chosen.jobs), journal_of(broken), kill_at)
    kept = len(lines(journal_of(broken)))
    rest = until(command(music, broken, chosen.jobs))
    names = [line["path"] for line in lines(journal_of(broken))]
    return {
        "one go, s": round(one_go.wall_s, 1),
        "ms per file": round(1000 * one_go.wall_s / chosen.files, 1),
        "nothing left to do, s": round(again.wall_s, 1),
        "killed at file": kill_at,
        "in the journal then": kept,
        "killed and again, s": round(killed.wall_s + rest.wall_s, 1),
        "exit codes": [one_go.code, again.code, killed.code, rest.code],
        "same bytes": whole.read_bytes() == broken.read_bytes(),
        "files in the journal twice": len(names) - len(set(names)),
        "files in the journal": len(set(names)),
    }


def compose(music: Path, files: int, seconds: float) -> None:
    music.mkdir()
    composer = SketchComposer.load()
    for place in range(files):
        style = STYLES[place % len(STYLES)]
        request = MusicRequest(style, duration_s=seconds, seed=place, style_id=style)
        take = composer.compose(request, lambda _: None)
        body = take.samples[:, : take.loop_end].T
        soundfile.write(music / f"{place:03} {style}.flac", body, TAKE_RATE_HZ)


def command(music: Path, table: Path, jobs: int) -> list[str]:
    return [sys.executable, "-m", "cli.main", "batch", str(music), "-o", str(table), "--jobs", str(jobs)]


def until(words: list[str], journal: Path | None = None, kill_at: int = 0) -> Run:
    """To its end; with a journal until `kill_at` files are in it."""
    paths = os.pathsep.join((str(ROOT), str(ROOT / "client" / "src")))
    began_s = time.monotonic()
    process = subprocess.Popen(words, cwd=ROOT, env={**os.environ, "PYTHONPATH": paths}, start_new_session=True)
    while journal is not None and process.poll() is None and len(lines(journal)) < kill_at:
        time.sleep(LOOK_EVERY_S)
    if journal is not None and process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)  # with its workers, as an out-of-memory killer or a power cut would
    return Run(process.wait(), time.monotonic() - began_s)


def journal_of(table: Path) -> Path:
    return table.with_name(f".{table.name}.journal")


def lines(journal: Path) -> list[dict[str, Any]]:
    """Those that are whole."""
    data = journal.read_bytes() if journal.exists() else b""
    return [json.loads(line) for line in data.splitlines(keepends=True) if line.endswith(b"\n")]


if __name__ == "__main__":
    main()
