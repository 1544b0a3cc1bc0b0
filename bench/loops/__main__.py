"""Loops as they were asked for: `python -m bench.loops DATA`

DATA: a folder of clips with known tempo and key (manifest.csv). Asks for a loop by the sketch composer in 48 tempi, all
keys and as many styles as have four chords; and takes 24 clips that are put off by known amounts (speed and so pitch
up to a semitone, asked tempo up to 6 % away, asked key up to three semitones, the speed drifting by up to 1 % either
way), as a composer's are who cannot count, to a loop. Each by our way and by two others' (`methods`). Prints what is
measured of every loop (`measures`) and writes bench/results/loops.json.

Tempo is heard in the body repeated to 30 s, by Essentia and by our own tracker, and by ours in the body alone; of their
beats the least-squares line; and the median of the three errors, since each tracker takes a loop now and then for one
in another metre. The key is what most of three analysers say: ours, Essentia's KeyExtractor and Queen Mary's, as Mixxx
has it; a second majority has Essentia with another profile in the third's place. Of clips the key is also heard before
they become loops: what the analysers miss there is no loop's fault.
"""

from __future__ import annotations

import argparse
import json
import platform
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import soxr

from aural.audio.clip import ANALYSIS_RATE_HZ, Clip
from aural.listening.key import key_of
from aural.listening.tempo import tempo_of
from aural.listening.trimming import TrimmedSignal
from aural.theory.keys import Key
from aural.types import TAKE_RATE_HZ, Floats, Take
from bench.listening.__main__ import PEERS_PYTHON, manifest_in
from bench.loops.analysers import RATE_HZ
from bench.loops.cases import Case, clip_cases, sketch_cases
from bench.loops.measures import bpm_of, level, seam, with_tail
from bench.loops.methods import METHODS, Loop
from bench.loops.tables import THIRDS, show, summed_up
from models.composer import Composer
from models.sketch.composer import SketchComposer
from training.adapter.progress import tell

RESULT = Path(__file__).parents[1] / "results" / "loops.json"
ANALYSERS = Path(__file__).with_name("analysers.py")
HEARD_S, ALONE_S = 30.0, 8.0
_composers: list[Composer] = []  # the worker process's own


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m bench.loops", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path, help="folder with manifest.csv, or the manifest")
    parser.add_argument("--peers", type=Path, default=PEERS_PYTHON, help="the Python of the analysers' environment")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--every", type=int, default=1, help="only each n-th case, for a quick look")
    chosen = parser.parse_args()
    asked: list[tuple[Case, Take | None]] = [(case, None) for case in sketch_cases()]
    asked += list(clip_cases(manifest_in(chosen.data)))
    asked = asked[:: chosen.every]
    rows: list[dict[str, Any]] = []
    with analysers(chosen.peers) as ask, ProcessPoolExecutor(chosen.processes, initializer=start) as pool:
        for done, made in enumerate(pool.map(make, asked)):
            for row, heard in made:
                rows.append(row | opinions(row, heard, ask))
            tell(f"{done + 1} of {len(asked)} cases")
    tell("")
    summary = {kind: {name: summed_up(_of(rows, kind, name)) for name in METHODS} for kind in ("sketch", "clip")}
    show(summary, rows)
    RESULT.write_text(json.dumps({"machine": platform.machine(), "summary": summary, "loops": rows}, indent=1) + "\n")


def start() -> None:
    _composers.append(SketchComposer.load())


def make(asked: tuple[Case, Take | None]) -> list[tuple[dict[str, Any], list[Floats]]]:
    """One row for each method, and the sound at the analysers' rate: the body, and repeated."""
    case, clip = asked
    made = []
    for name, method in METHODS.items():
        take = clip or _composers[0].compose(case.request(loop=name == "ours"), lambda _: None)
        loop = method(case, take)
        row = {**vars(case), "kind": case.name.split()[0], "method": name, **measured(case, loop)}
        mono = loop.body.mean(axis=0)
        sounds = [mono, repeated(mono, HEARD_S)]
        if clip is not None and name == "ours":
            before = clip.samples.mean(axis=0)
            sounds.append(before)
            row["key_before"] = key_of(_part(before), guess=True)[0].key
        made.append((row, [np.asarray(soxr.resample(one, TAKE_RATE_HZ, RATE_HZ), np.float32) for one in sounds]))
    return made


def measured(case: Case, loop: Loop) -> dict[str, Any]:
    beats = max(2, round(loop.wanted / TAKE_RATE_HZ * case.bpm / 60))
    told: dict[str, Any] = {"length_error": loop.body.shape[1] - loop.wanted, **seam(loop.body, loop.body, beats)}
    if loop.tail.shape[1]:
        again = seam(loop.body, with_tail(loop.body, loop.tail), beats)
        told |= {f"tail_{name}": value for name, value in again.items()}
    mono = loop.body.mean(axis=0)
    told["bpm_ours"] = heard_bpm(repeated(mono, HEARD_S), case.bpm)
    told["bpm_alone"] = heard_bpm(mono, case.bpm) if len(mono) >= ALONE_S * TAKE_RATE_HZ else None
    guess, _ = key_of(_part(mono), guess=True)
    found = loop.measurements
    return told | level(loop.body) | {"key_ours": guess.key, "off": found.off if found else (), "heard": str(found)}


def heard_bpm(mono: Floats, near_bpm: float) -> float | None:
    return bpm_of(np.array(tempo_of(_part(mono), guess=True).beats_s), near_bpm)


def _part(mono: Floats) -> TrimmedSignal:
    return TrimmedSignal.of(Clip(mono, TAKE_RATE_HZ, TAKE_RATE_HZ, 2, "loop").resampled_to(ANALYSIS_RATE_HZ).samples)


def repeated(mono: Floats, seconds: float) -> Floats:
    return np.tile(mono, -(-round(seconds * TAKE_RATE_HZ) // len(mono)))


@contextmanager
def analysers(python: Path) -> Iterator[Any]:
    """A function from sound at RATE_HZ to what the others say."""
    if not python.is_file():
        raise SystemExit(f"There is no {python}. `make bench-loops` sets up the other analysers.")
    command = [str(python), str(ANALYSERS)]
    with (
        tempfile.TemporaryDirectory() as folder,
        subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        ) as process,
    ):
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdout.readline()

        def ask(sound: Floats) -> Any:
            assert process.stdin is not None
            assert process.stdout is not None
            np.save(f"{folder}/sound.npy", np.asarray(sound, np.float32))
            process.stdin.write(f"{folder}/sound.npy\n")
            process.stdin.flush()
            return json.loads(process.stdout.readline())

        yield ask
        process.stdin.close()


def opinions(row: dict[str, Any], heard: Sequence[Floats], ask: Any) -> dict[str, Any]:
    """What the others say; the key that most say, and the errors of the tempi in per cent."""
    body, again, *before = heard
    keys = {"ours": row["key_ours"], **ask(body)["keys"]}
    right = {f"key_right{name}": most_say(keys, third) == row["key"] for name, third in THIRDS.items()}
    if before:
        keys_before = {"ours": row["key_before"], **ask(before[0])["keys"]}
        right |= {
            f"key_right_before{name}": most_say(keys_before, third) == row["has_key"] for name, third in THIRDS.items()
        }
    tempi = {
        "essentia": bpm_of(np.array(ask(again)["beats_s"]), row["bpm"]),
        "ours": row["bpm_ours"],
        "alone": row["bpm_alone"],
    }
    errors = {f"error_{name}": None if bpm is None else 100 * abs(bpm / row["bpm"] - 1) for name, bpm in tempi.items()}
    errors["error_median"] = float(np.median([error for error in errors.values() if error is not None] or [100.0]))
    return {**errors, "keys": {name: str(Key.parse(key)) for name, key in keys.items() if key}, **right}


def most_say(keys: dict[str, str | None], third: str) -> str | None:
    """What two of three say: ours, Essentia's first, and the third; None where they all differ."""
    said = Counter(str(Key.parse(key)) for name in ("ours", "essentia", third) if (key := keys[name]))
    key, count = max(said.items(), key=lambda one: one[1], default=("", 0))
    return key if count >= 2 else None


def _of(rows: Sequence[dict[str, Any]], kind: str, method: str) -> list[dict[str, Any]]:
    return [row for row in rows if (row["kind"], row["method"]) == (kind, method)]


if __name__ == "__main__":
    main()
