"""Fuzzing of the decoder's door and of the bodies. `python -m bench.fuzz --seconds 600` (FUZZ_S=600 make fuzz)

libFuzzer (by atheris) mutates what `corpus` makes, in one process; a process that ends is a crash, whose input is kept
in .cache/fuzz/crashes, and the next goes on. Seven tenths of the time are the decoder's. Printed, and written to
bench/results/fuzz.json: executions, seconds, crashes.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

from bench.fuzz.corpus import write_corpus
from examples.serving import ROOT

RESULT = ROOT / "bench" / "results" / "fuzz.json"
CRASHES = ROOT / ".cache" / "fuzz" / "crashes"
SHARES = {"file": 0.7, "json": 0.15, "form": 0.15}
LONGEST_S = 30
"""Of one input; a worker is killed at the deadline, 60 s."""
LEAST_S = 2.0
LARGEST_BYTES = {"file": 2**18, "json": 2**16, "form": 2**16}


@dataclass
class Run:
    """`crashes`: names of the inputs that ended the process, or took too long. `slowest_s`: of one input, in
    the whole seconds that libFuzzer counts."""

    target: str
    corpus: int
    executions: int
    seconds: float
    slowest_s: float
    crashes: list[str]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=600.0)
    parser.add_argument("--targets", nargs="+", choices=SHARES, default=list(SHARES))
    parser.add_argument("--out", type=Path, default=RESULT)
    asked = parser.parse_args()
    whole = sum(SHARES[name] for name in asked.targets)
    runs = [fuzz(name, asked.seconds * SHARES[name] / whole) for name in asked.targets]
    print(f"{'target':8}{'corpus':>8}{'executions':>12}{'seconds':>9}{'slowest s':>11}{'crashes':>9}")
    for run in runs:
        print(
            f"{run.target:8}{run.corpus:8}{run.executions:12}{run.seconds:9.0f}{run.slowest_s:11.1f}"
            f"{len(run.crashes):9}"
        )
    result = {"atheris": version("atheris"), "av": version("av"), "runs": [asdict(run) for run in runs]}
    asked.out.write_text(json.dumps(result, indent=1) + "\n")
    if any(run.crashes for run in runs):
        sys.exit(f"The inputs that crashed are in {CRASHES}.")


def fuzz(name: str, seconds: float) -> Run:
    """Again and again, until the time is over."""
    CRASHES.mkdir(parents=True, exist_ok=True)
    run = Run(name, 0, 0, 0.0, 0.0, [])
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        corpus = write_corpus(name, Path(folder) / "corpus")
        run.corpus = len(list(corpus.iterdir()))
        while (left_s := seconds - (time.monotonic() - began)) > LEAST_S:
            log, status = _run_once(name, corpus, left_s)
            run.executions += _told(log, r"stat::number_of_executed_units: +(\d+)", r"#(\d+)\s")
            run.slowest_s = max(run.slowest_s, _told(log, r"stat::slowest_unit_time_sec: +(\d+)"))
            crashed = re.findall(r"Test unit written to (\S+)", log)
            run.crashes += [Path(path).name for path in crashed]
            if status != 0:
                print(log[-3000:], file=sys.stderr)
                if not crashed:
                    sys.exit(f"The process of {name} ended with {status} and left no input.")
    run.seconds = round(time.monotonic() - began, 1)
    return run


def _run_once(name: str, corpus: Path, seconds: float) -> tuple[str, int]:
    flags = [
        *(f"-max_total_time={max(1, round(seconds))}", f"-timeout={LONGEST_S}", f"-max_len={LARGEST_BYTES[name]}"),
        *("-print_final_stats=1", "-rss_limit_mb=0", "-report_slow_units=5", f"-artifact_prefix={CRASHES}/{name}-"),
    ]
    command = [sys.executable, "-m", "bench.fuzz.target", name, str(corpus), *flags]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, errors="replace", check=False)
    return ended.stdout + ended.stderr, ended.returncode


def _told(log: str, *patterns: str) -> int:
    """The last number that the first of the patterns finds: a process that crashed has no final statistics."""
    for pattern in patterns:
        if found := re.findall(pattern, log):
            return int(found[-1])
    return 0


if __name__ == "__main__":
    main()
