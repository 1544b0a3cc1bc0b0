"""The training songs as files: `python -m training.listening.songs FOLDER --count 2000 --fonts A.sf2 B.sf3`

Each is FOLDER/N.npy, int16 at 16 kHz, with FOLDER/N.json, what is true of it. A song is the same however many there
are, and what is there already stays. Without fonts all are played by our own synthesisers.
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from tqdm import tqdm

from aural.theory.keys import Key
from aural.types import Floats
from training.listening.compose import LENGTH_S, compose
from training.listening.score import Doubles
from training.listening.sound import RATE_HZ, by_soundfont, recorded, synthesised

OWN_SHARE = 0.4
PROCESSES = os.cpu_count() or 1
LOUDEST = 32_767


@dataclass(frozen=True, eq=False)
class Truth:
    """What is true of a song file. `beats_s`: (n,), every `metre`-th opens a bar. `source`: who played it.

    `key`: its home; `regions`: (seconds, the key from there on).
    """

    style: str
    key: Key | None
    metre: int
    beats_s: Doubles
    source: str
    regions: Sequence[tuple[float, Key]] = ()

    def bpm(self, start_s: float, end_s: float) -> float:
        """Of that stretch, on the whole."""
        count = np.interp([start_s, end_s], self.beats_s, np.arange(len(self.beats_s)))
        return float(60 * (count[1] - count[0]) / (min(end_s, self.beats_s[-1]) - start_s))


def make(number: int, folder: Path, fonts: Sequence[Path]) -> None:
    """Compose, play and keep one song."""
    file = folder / f"{number}.npy"
    if file.exists():
        return
    song, rng = compose(number), np.random.default_rng([number, 7])
    own = not fonts or rng.random() < OWN_SHARE
    font = None if own else fonts[int(rng.integers(len(fonts)))]
    sound, faster = recorded(synthesised(song, rng) if font is None else by_soundfont(song, font, rng), rng)
    truth = {
        "style": song.style.name,
        "key": None if song.key is None else str(song.key),
        "metre": song.metre,
        "beats_s": (song.beats_s / faster).round(5).tolist(),
        "regions": [[round(at_s / faster, 3), str(key)] for at_s, key in song.regions()],
        "source": "own" if font is None else font.stem,
    }
    (folder / f"{number}.json").write_text(json.dumps(truth))
    cut = sound[: round(LENGTH_S / faster * RATE_HZ)]
    unfinished = file.with_suffix(".part.npy")
    np.save(unfinished, (cut * LOUDEST).astype(np.int16))
    os.replace(unfinished, file)


def numbers_in(folder: Path) -> list[int]:
    return sorted(int(path.stem) for path in folder.glob("*.npy") if path.stem.isdigit())


def load(folder: Path, number: int) -> tuple[Floats, Truth]:
    """(time,) float32 at RATE_HZ, and its truth."""
    told = json.loads((folder / f"{number}.json").read_text())
    key = None if told["key"] is None else Key.parse(told["key"])
    regions = [(at_s, Key.parse(name)) for at_s, name in told["regions"]]
    truth = Truth(told["style"], key, told["metre"], np.array(told["beats_s"]), told["source"], regions)
    return np.load(folder / f"{number}.npy").astype(np.float32) / LOUDEST, truth


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m training.listening.songs", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--fonts", type=Path, nargs="*", default=[])
    parser.add_argument("--processes", type=int, default=PROCESSES)
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    with ProcessPoolExecutor(asked.processes) as pool:
        work = pool.map(partial(make, folder=asked.folder, fonts=asked.fonts), range(asked.count), chunksize=4)
        for _ in tqdm(work, total=asked.count, unit="song"):
            pass


if __name__ == "__main__":
    main()
