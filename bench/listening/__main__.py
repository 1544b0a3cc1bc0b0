"""Tempo and key against clips whose truth is known, ours and other analysers on the same clips.

python -m bench.listening run DATA
    DATA: a folder with manifest.csv, or the manifest. Prints the tables and writes bench/results/listening.json. Peers
    run where `make bench-listening` set them up.
python -m bench.listening predict DATA -o predictions.json
    The best guess for each clip of a manifest, or each audio file of a folder.
"""

from __future__ import annotations

import argparse
import json
import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import soxr

from aural.audio.clip import ANALYSIS_RATE_HZ
from aural.audio.decode import decode
from aural.listening.key import estimate_key
from bench.listening.ours import Told, hear, reliability
from bench.listening.peers import RATE_HZ
from bench.listening.scores import COLUMNS, Answer, Row, earned, groups, means, read

RESULT = Path(__file__).parents[1] / "results" / "listening.json"
PEERS = Path(__file__).with_name("peers.py")
PEERS_PYTHON = Path(".cache/peers/bin/python")
AUDIO = {".wav", ".flac", ".ogg", ".opus", ".mp3", ".m4a", ".aac", ".aiff", ".aif", ".webm"}


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m bench.listening", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="score ours and the peers")
    run.add_argument("data", type=Path)
    run.add_argument("--peers", type=Path, default=PEERS_PYTHON, help="the Python of the peers' environment")
    predict = commands.add_parser("predict", help="write the best guesses")
    predict.add_argument("data", type=Path)
    predict.add_argument("-o", "--out", type=Path, required=True)
    predict.add_argument("--processes", type=int, default=2)
    asked = parser.parse_args()
    if asked.command == "run":
        told = compare(read(manifest_in(asked.data)), asked.peers)
        RESULT.write_text(json.dumps(told, indent=1) + "\n")
    else:
        asked.out.write_text(json.dumps(predictions(asked.data, asked.processes), indent=1) + "\n")


def manifest_in(data: Path) -> Path:
    manifest = data / "manifest.csv" if data.is_dir() else data
    if not manifest.is_file():
        sys.exit(f"There is no manifest {manifest}. Give a folder with a manifest.csv, or the manifest itself.")
    return manifest


def predictions(data: Path, processes: int) -> dict[str, dict[str, Any]]:
    """By the path as the manifest has it, or below the folder."""
    if data.is_dir() and not (data / "manifest.csv").is_file():
        files = {str(path.relative_to(data)): path for path in sorted(data.rglob("*")) if path.suffix.lower() in AUDIO}
    else:
        files = {row.name: row.path for row in read(manifest_in(data))}
    with ProcessPoolExecutor(processes) as pool:
        answers = pool.map(best_guess, files.values(), chunksize=4)
        return {name: {"bpm": one.bpm, "key": one.key} for name, one in zip(files, answers, strict=True)}


def best_guess(path: Path) -> Answer:
    return hear(decode(path.read_bytes())).answer


def compare(rows: list[Row], python: Path) -> dict[str, Any]:
    """Clip by clip, ours and then each peer."""
    told: list[Told] = []
    cuts: dict[str, list[dict[str, float]]] = {"middle 15 s": [], "last 20 s": []}
    theirs: list[dict[str, Any]] = []
    with other_analysers(python) as ask:
        for number, row in enumerate(rows):
            clip = decode(row.path.read_bytes())
            told.append(hear(clip))
            theirs.append(ask(np.asarray(soxr.resample(clip.samples, clip.rate_hz, RATE_HZ), np.float32)))
            if row.key:
                samples, second = clip.resampled_to(ANALYSIS_RATE_HZ).samples, ANALYSIS_RATE_HZ
                middle = len(samples) // 2
                for name, (start, end) in {
                    "middle 15 s": (middle - 15 * second // 2, middle + 15 * second // 2),
                    "last 20 s": (len(samples) - 20 * second, len(samples)),
                }.items():
                    cuts[name].append(
                        earned(
                            replace(row, bpm=None),
                            Answer(None, estimate_key(samples[max(0, start) : end], guess=True)[0].key),
                        )
                    )
            print(f"\r{number + 1} of {len(rows)} clips", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return tables(rows, told, theirs, cuts)


@contextmanager
def other_analysers(python: Path) -> Iterator[Any]:
    """A function from sound at RATE_HZ to each peer's answer; to none where the peers are not set up."""
    if not python.is_file():
        print(f"No peers: there is no {python}. `make bench-listening` sets them up.")
        yield lambda _sound: {}
        return
    with (
        tempfile.TemporaryDirectory() as folder,
        subprocess.Popen(
            [str(python), str(PEERS)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as process,
    ):
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdout.readline()

        def ask(sound: np.ndarray[Any, Any]) -> Any:
            assert process.stdin is not None
            assert process.stdout is not None
            np.save(f"{folder}/sound.npy", sound)
            process.stdin.write(f"{folder}/sound.npy\n")
            process.stdin.flush()
            return json.loads(process.stdout.readline())

        yield ask
        process.stdin.close()


def tables(
    rows: list[Row], told: list[Told], theirs: list[dict[str, Any]], cuts: dict[str, list[dict[str, float]]]
) -> dict[str, Any]:
    """Printed, and as they are kept."""
    ours = [earned(row, one.answer) for row, one in zip(rows, told, strict=True)]
    by_group = {name: means([ours[i] for i in members]) for name, members in groups(rows).items()}
    by_group |= {f"key, {name}": means(points) for name, points in cuts.items()}
    print("".join(f"{head:>20}" for head in ("", *COLUMNS)))
    for name, line in by_group.items():
        print(f"{name:<20.24}" + "".join(_cell(line.get(column)) for column in COLUMNS))
    everyone = {"ours": compared(rows, ours, [one.cpu_s for one in told])}
    for name in theirs[0]:
        if all(one[name].get("bpm") is one[name].get("key") is None for one in theirs):
            continue
        answers = [Answer(one[name].get("bpm"), one[name].get("key")) for one in theirs]
        points = [earned(row, answer) for row, answer in zip(rows, answers, strict=True)]
        everyone[name] = compared(rows, points, [one[name]["cpu_s"] for one in theirs])
    print(f"\n{'all clips':32}" + "".join(f"{column:>12}" for column in (*COLUMNS, "cpu_s")))
    for name, scored in everyone.items():
        print(f"{name:32}" + "".join(f"{scored['all'].get(column, 0.0):12.3g}" for column in (*COLUMNS, "cpu_s")))
    return {
        "machine": platform.machine(),
        "ours": by_group,
        "everyone": everyone,
        "meters": meters(told, theirs),
        "reliability": {
            "tempo": reliable("tempo", [(o.confidence[0], o.tempo.bpm is None) for o in told], ours, "acc1"),
            "key": reliable("key", [(o.confidence[1], o.key.key is None) for o in told], ours, "key_exact"),
        },
    }


def meters(told: list[Told], theirs: list[dict[str, Any]]) -> dict[str, dict[str, float]]:
    """How far our loudness lies from other meters': clips, median and greatest distance in LU."""
    found = {}
    for name in theirs[0]:
        for what in ("lufs", "lra"):
            both = [(getattr(ours, what), one[name].get(what)) for ours, one in zip(told, theirs, strict=True)]
            apart = np.array([abs(a - b) for a, b in both if a is not None and b is not None and np.isfinite(b)])
            if len(apart):
                found[f"{name} {what}"] = {
                    "clips": len(apart), "median_lu": float(np.median(apart)), "most_lu": float(apart.max()),
                }  # fmt: skip
    for name, one in found.items():
        print(
            f"{name:32}{one['clips']:5.0f} clips{one['median_lu']:8.2f} LU apart (median){one['most_lu']:8.2f} at most"
        )
    return found


def compared(rows: list[Row], points: list[dict[str, float]], cpu_s: list[float]) -> dict[str, dict[str, float]]:
    """Means by group; columns where nothing was right at all are those that the analyser does not answer."""
    by_group = {}
    for group, members in groups(rows).items():
        line = means([points[i] for i in members])
        by_group[group] = {column: values[0] for column, values in line.items() if values[0] > 0}
        by_group[group]["cpu_s"] = float(np.mean([cpu_s[i] for i in members]))
    return by_group


def reliable(
    what: str, said: list[tuple[float, bool]], points: list[dict[str, float]], column: str
) -> list[tuple[str, int, float, float]]:
    """Confidence of best guesses against how many are right. `said`: it, and whether the service says null."""
    known = [(sure, null, one[column] == 100) for (sure, null), one in zip(said, points, strict=True) if column in one]
    table = reliability([sure for sure, _, _ in known], [hit for _, _, hit in known])
    print(f"\n{what}: the service says null for {sum(null for _, null, _ in known)} of {len(known)} clips")
    for name, count, sure, hit in table:
        print(f"  {name:12}{count:5d} answers{sure:8.0f} % sure{hit:8.0f} % right")
    return table


def _cell(value: tuple[float, float, float, int] | None) -> str:
    if value is None:
        return " " * 20
    mean, low, high, count = value
    return f"{mean:7.1f} ({low:.0f}-{high:.0f}) {count:3d}".rjust(20)


if __name__ == "__main__":
    main()
