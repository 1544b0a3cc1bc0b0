"""Mutation testing: small errors are put into the code, one at a time, and the tests must notice. `make mutants`

First the whole of the tests runs once under coverage.py, which says for every line which tests pass over it, and how
long each takes. Then SAMPLE places are drawn with a fixed seed from all that can be changed in `aural/`, `runners/`
and `models/`; for each, the tests that pass over its line run in a copy of the project with that change, the quickest
first, until one fails. A change that none notices survives: it is listed in bench/results/mutants.json, which keeps
what was written there about a survivor (`why`) from run to run.

A module's constants are tried with the tests that pass over any of its lines, those named like it first. Over a line
that runs in a process of its own (a runner's, a worker's) no test is seen to pass: then those of FAR are tried too.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from queue import SimpleQueue

from bench.mutants.covered import COVERED, ROOMS, ROOT, copied, cover
from bench.mutants.mutation import Mutant, mutants_of

RESULT = ROOT / "bench" / "results" / "mutants.json"
TABLES = (  # of styles, sounds, words and published facts: data, not decisions
    *("models/sketch/styles", "models/sketch/synth", "models/sketch/registers.py"),
    *(f"models/sketch/prompt/{name}" for name in ("genres_", "situations.py", "names.py", "phrasings.py", "moods.py")),
    *(f"models/sketch/prompt/{name}" for name in ("instruments.py", "families.py", "drums.py", "ensembles.py")),
    *(f"models/sketch/prompt/languages/{name}" for name in ("spanish.py", "french.py", "german.py", "italian.py")),
    *(
        f"models/sketch/prompt/languages/{name}"
        for name in ("portuguese.py", "russian.py", "japanese.py", "chinese.py")
    ),
    *("aural/wording/tags.py", "aural/wording/prototypes.py", "aural/wording/style.py", "aural/wording/emotion.py"),
    *("models/cards.py", "models/published.py"),
)
ONLY_ON_A_GPU = ("models/musicgen/attention_triton.py", "models/musicgen/sampling_graph.py")
FETCHED = ("tests/models/test_fetch.py", "tests/models/test_fetch_refusals.py")
FAR = {  # what runs in processes of its own, where coverage does not see it
    "models/hub.py": FETCHED,
    "models/fetch.py": FETCHED,
    "models/progress.py": FETCHED,
    "": ("tests/http/test_contract.py", "tests/http/test_limits.py", "tests/http/test_controls.py"),
}
WHOLE = ("tests/aural/listening/test_known.py", "tests/models/sketch/test_sketch_fingerprints.py")
"""Which look at everything that a room makes."""
SEED, SAMPLE = 17, 110
MOST_TEST_S = 60.0  # of a mutant's tests, as they took without it; the quickest are run
PATIENCE = 5.0  # as many times as long: then it hangs, which is noticed too
GOAL = 0.85


@dataclass(frozen=True)
class Fate:
    """What became of a mutant. `tests`: how many were tried with it."""

    file: str
    line: int
    change: str
    fate: str
    tests: int
    took_s: float
    why: str = ""


def main() -> None:
    """Print the survivors and write bench/results/mutants.json; exit 1 where too many survive."""
    parser = argparse.ArgumentParser("bench.mutants", description=__doc__.splitlines()[0])
    parser.add_argument("--sample", type=int, default=SAMPLE, help="how many are tried (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=SEED, help="which ones (default: %(default)s)")
    parser.add_argument("--only", default="", help="files that contain this")
    parser.add_argument(
        "--again", action="store_true", help="only those that survived the last time and are not explained"
    )
    parser.add_argument("--cover-again", action="store_true", help="also where it is known which test passes where")
    asked = parser.parse_args()
    if asked.cover_again or not COVERED.exists():
        cover()
    covered = json.loads(COVERED.read_text())
    fates = again(covered) if asked.again else anew(covered, asked)
    known = {(one["file"], one["change"]): one["why"] for one in told_before()}
    fates = [Fate(**{**asdict(one), "why": known.get((one.file, one.change), "")}) for one in fates]
    report(fates, asked)


def anew(covered: dict[str, dict[str, list[str]]], asked: argparse.Namespace) -> list[Fate]:
    return list(tried(drawn(asked.sample, asked.seed, asked.only), covered))


def again(covered: dict[str, dict[str, list[str]]]) -> list[Fate]:
    """All fates of the last time; what survived unexplained is tried again, by its own test file as a whole too. What
    can no longer be changed so, for the code is another, is left out."""
    before = [Fate(**one) for one in json.loads(RESULT.read_text())["all"]]
    found = {
        one: [m for m in mutants_of(one.file, (ROOT / one.file).read_text()) if m.change == one.change]
        for one in before
        if one.fate == "survived" and not one.why
    }
    survivors = [one for one in found if found[one]]
    sample = [min(found[one], key=lambda mutant: abs(mutant.line - one.line)) for one in survivors]
    now = dict(zip(survivors, tried(sample, covered, whole=True), strict=True))
    return [now.get(one, one) for one in before if found.get(one) != []]


def told_before() -> list[dict[str, str]]:
    survivors: list[dict[str, str]] = json.loads(RESULT.read_text())["survivors"] if RESULT.exists() else []
    return survivors


def drawn(count: int, seed: int, only: str) -> list[Mutant]:
    """`count` mutants of all, the same for the same seed and code."""
    skipped = (*TABLES, *ONLY_ON_A_GPU)
    names = sorted(str(path.relative_to(ROOT)) for room in ROOMS for path in (ROOT / room).rglob("*.py"))
    every = [
        mutant
        for name in names
        if not name.startswith(skipped) and only in name
        for mutant in mutants_of(name, (ROOT / name).read_text())
    ]
    print(f"{len(every)} places can be changed; {min(count, len(every))} are tried.")
    return random.Random(seed).sample(every, min(count, len(every)))


def tried(sample: list[Mutant], covered: dict[str, dict[str, list[str]]], *, whole: bool = False) -> Iterator[Fate]:
    """Two at a time, each in a copy of its own."""
    took_s: dict[str, float] = covered["durations"]  # type: ignore[assignment]
    with tempfile.TemporaryDirectory() as folder:
        copies: SimpleQueue[Path] = SimpleQueue()
        for number in range(2):
            copies.put(copied(Path(folder) / str(number)))

        def one(mutant: Mutant) -> Fate:
            copy = copies.get()
            try:
                tests = tests_of(mutant, covered["lines"])
                seen = mutant.at_import or f"{mutant.file}:{mutant.line}" in covered["lines"]
                return fate_of(mutant, copy, tests, took_s, whole=whole, seen=bool(tests) and seen)
            finally:
                copies.put(copy)

        with ThreadPoolExecutor(2) as threads:
            for number, fate in enumerate(threads.map(one, sample), 1):
                print(f"{number}/{len(sample)} {fate.fate:<9} {fate.file}:{fate.line} {fate.change} ({fate.took_s} s)")
                yield fate


def tests_of(mutant: Mutant, lines: dict[str, list[str]]) -> list[str]:
    """Those that pass over its line, else over any line of its module; those of WHOLE that pass over the module too."""
    of_module = {test for line, tests in lines.items() if line.startswith(f"{mutant.file}:") for test in tests}
    here = lines.get(f"{mutant.file}:{mutant.line}") or of_module
    return sorted({*here, *(test for test in of_module if test.startswith(WHOLE))})


def fate_of(mutant: Mutant, copy: Path, tests: list[str], took_s: dict[str, float], *, whole: bool, seen: bool) -> Fate:
    """`whole`: the test file that is named like the module runs as a whole, with what was written since all ran (as
    it does with a constant: what a test reads at its import is not seen);
    `seen`: tests pass over its very line, or over what it is a constant for."""
    chosen: list[str] = []
    total_s = 0.0
    its_own = Path(mutant.file).stem
    for test in sorted(
        tests, key=lambda name: (its_own not in name, not name.startswith(WHOLE), took_s.get(name, 1.0))
    ):
        total_s += took_s.get(test, 1.0)
        if chosen and total_s > MOST_TEST_S:
            break
        chosen.append(test)
    if whole or not seen or mutant.at_import:
        chosen = [*(str(path.relative_to(copy)) for path in (copy / "tests").rglob(f"test_{its_own}.py")), *chosen]
    far = next(names for prefix, names in FAR.items() if mutant.file.startswith(prefix))
    if far is FETCHED or not seen:
        chosen += far
    path, began = copy / mutant.file, time.monotonic()
    original = path.read_text()
    path.write_text(mutant.applied(original))
    limit_s = 60.0 + PATIENCE * min(total_s, MOST_TEST_S) if seen else 600.0
    try:
        run = subprocess.run(
            [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *chosen],
            cwd=copy,
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            timeout=limit_s,
            check=False,
        )
        fate = {0: "survived", 5: "survived"}.get(run.returncode, "killed")
    except subprocess.TimeoutExpired:
        fate = "hangs"
    finally:
        path.write_text(original)
    return Fate(mutant.file, mutant.line, mutant.change, fate, len(chosen), round(time.monotonic() - began, 1))


def report(fates: list[Fate], asked: argparse.Namespace) -> None:
    counts = Counter(one.fate for one in fates)
    survivors = [one for one in fates if one.fate == "survived"]
    share = 1 - len(survivors) / len(fates)
    print(f"{share:.0%} of {len(fates)} are noticed; {len(survivors)} survive.")
    told = {
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        "sample": asked.sample,
        "seed": asked.seed,
        "noticed": round(share, 3),
        "fates": dict(counts),
        "left_out": [*TABLES, *ONLY_ON_A_GPU],
        "survivors": [asdict(one) for one in survivors],
        "all": [asdict(one) for one in fates],
    }
    if not asked.only:
        RESULT.write_text(json.dumps(told, indent=1) + "\n")
    sys.exit(share < GOAL)


if __name__ == "__main__":
    main()
