"""Music of many kinds that nobody's licence binds: the sketch composer in every style and four moods.

It says where the middle is. A collection of one kind, such as solo piano, teaches which way a descriptor points, but
its average is far from that of the bands and machines that users send.
"""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from itertools import product
from pathlib import Path

import numpy as np
import soundfile

from aural.theory.keys import ALL_KEYS
from aural.types import TAKE_RATE_HZ, MusicRequest
from aural.wording.style import STYLES
from models.sketch.composer import SketchComposer
from training.adapter.hearing import CUT_S
from training.adapter.manifest import Row, middle_of

# One emotion per quadrant.
MOODS = {"joyful": "Q1", "aggressive": "Q2", "sad": "Q3", "calm": "Q4"}
SLOWEST_BPM, FASTEST_BPM = 65.0, 175.0


def composed(folder: Path, processes: int) -> list[Row]:
    """One clip per style and mood, in random keys and tempi; what lies in `folder` already is not made again."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = list(product(STYLES, MOODS))
    with ProcessPoolExecutor(processes) as pool:
        files = list(pool.map(_compose, [folder] * len(wanted), range(len(wanted)), chunksize=8))
    return [
        Row(file, "composed", "train", style, *middle_of(MOODS[mood]), style_id=style, styles=frozenset({style}))
        for file, (style, mood) in zip(files, wanted, strict=True)
    ]


def _compose(folder: Path, number: int) -> Path:
    style, mood = list(product(STYLES, MOODS))[number]
    path = folder / f"{style}-{mood}.flac"
    if not path.is_file():
        rng = np.random.default_rng(number)
        request = MusicRequest(
            prompt="",
            duration_s=CUT_S,
            seed=number,
            bpm=round(float(rng.uniform(SLOWEST_BPM, FASTEST_BPM)), 1),
            key=str(ALL_KEYS[int(rng.integers(len(ALL_KEYS)))]),
            style_id=style,
            emotion=mood,
        )
        take = _composer().compose(request, lambda _: None)
        partial = path.with_suffix(".partial.flac")
        soundfile.write(partial, take.samples[:, : take.loop_end].T, TAKE_RATE_HZ)
        partial.rename(path)
    return path


_loaded: list[SketchComposer] = []  # the worker process's own


def _composer() -> SketchComposer:
    if not _loaded:
        _loaded.append(SketchComposer.load())
    return _loaded[0]
