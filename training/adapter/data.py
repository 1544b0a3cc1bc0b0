"""Labelled clips for the adapter: a manifest's rows, rendered or decoded, as descriptors and what the tagger hears.

A manifest is a CSV beside its files. Columns: `path` (audio) or `midi` (rendered; used where `path` is absent), and
`quadrant` (Q1 to Q4) or `valence` and `arousal` (-1..1), or `style_id`; optional `split`, `source`, `group`.
"""

from __future__ import annotations

import csv
import hashlib
import inspect
import json
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
import soxr
import torch
from numpy.typing import NDArray

from aural.audio.clip import ANALYSIS_RATE_HZ as RATE_HZ
from aural.audio.clip import Clip
from aural.listening import texture, tonality
from aural.listening.descriptors import DESCRIPTORS, describe
from aural.wording.style import STYLES
from aural.wording.tags import TAGS
from models.tagger import WEIGHT_FILES, Tagger
from training.fluid import Synthesizer
from training.midi import read_midi

CUT_S = 12.0
QUADRANTS = {"Q1": (1, 1), "Q2": (-1, 1), "Q3": (-1, -1), "Q4": (1, -1)}  # signs of valence and arousal
# General MIDI: electric piano, vibraphone, organ, nylon and steel guitar, overdriven guitar, strings, brass, square
# and saw lead, warm pad: the timbres that a piano roll can be played on without changing what it says.
PROGRAMS = (0, 4, 11, 19, 24, 25, 29, 48, 61, 80, 81, 89)


@dataclass(frozen=True)
class Row:
    """One labelled clip. `file`: audio or MIDI. Signs are +1, -1, or 0 where unknown."""

    file: Path
    source: str
    split: str
    group: str
    valence_sign: int
    arousal_sign: int
    style_id: str
    styles: frozenset[str]


@dataclass(frozen=True)
class Variant:
    """How a row becomes sound. The first three matter for MIDI only; `position`: of the cut, 0..1."""

    program: int = 0
    font: int = 0
    bandwidth_hz: int = RATE_HZ // 2
    position: float = 0.5


@dataclass(frozen=True, eq=False)
class Features:
    """What the adapter gets of a set of clips: (clips, n) each."""

    descriptors: NDArray[np.float32]
    embedding: NDArray[np.float32]
    tags: NDArray[np.float32]


def read_manifest(path: Path) -> list[Row]:
    """Raises ValueError naming the line of a row that cannot be used."""
    with path.open(newline="", encoding="utf-8") as lines:
        return [_row(fields, path, line) for line, fields in enumerate(csv.DictReader(lines), start=2)]


def _row(fields: dict[str, str], manifest: Path, line: int) -> Row:
    def fault(sentence: str) -> ValueError:
        return ValueError(f"{manifest.name}, line {line}: {sentence}")

    names = [fields[column] for column in ("path", "midi") if fields.get(column)]
    files = [manifest.parent / name for name in names if (manifest.parent / name).is_file()]
    if not files:
        raise fault(f"none of the files it names is there ({', '.join(names) or 'it names none'}).")
    quadrant = fields.get("quadrant", "")
    if quadrant and quadrant not in QUADRANTS:
        raise fault(f"quadrant {quadrant!r} is not one of {', '.join(QUADRANTS)}.")
    if quadrant:
        signs = QUADRANTS[quadrant]
    else:
        try:
            signs = (sign(fields.get("valence")), sign(fields.get("arousal")))
        except ValueError as cause:
            raise fault("valence and arousal must be numbers from -1 to 1.") from cause
    styles = frozenset(filter(None, (*fields.get("styles", "").split(";"), fields.get("style_id", ""))))
    if signs == (0, 0) and not styles:
        raise fault("it has no label: give quadrant, or valence and arousal, or style_id.")
    return Row(
        file=files[0],
        source=fields.get("source") or manifest.stem,
        split=fields.get("split") or "train",
        group=fields.get("group") or files[0].name,
        valence_sign=signs[0],
        arousal_sign=signs[1],
        style_id=fields.get("style_id", ""),
        styles=frozenset(style for style in styles if style in STYLES),
    )


def sign(text: str | None) -> int:
    """-1, 0 or 1; 0 for nothing. Raises ValueError for what is no number or out of -1..1."""
    value = float(text) if text else 0.0
    if not -1 <= value <= 1:
        raise ValueError(text)
    return int(np.sign(value))


def variants(row: Row, count: int, n_fonts: int) -> list[Variant]:
    """A MIDI row as piano, centre cut, and `count` times more on other instruments; audio once as it is."""
    if row.file.suffix != ".mid":
        return [Variant()]
    rng = np.random.default_rng(int(hashlib.sha256(row.file.name.encode()).hexdigest()[:8], 16))
    more = [
        Variant(
            program=int(rng.choice(PROGRAMS)),
            font=int(rng.integers(n_fonts)),
            bandwidth_hz=int(rng.choice((4000, 5500, 8000))),
            position=round(float(rng.uniform(0.1, 0.9)), 3),
        )
        for _ in range(count)
    ]
    return [Variant(), *more]


def version(*parts: object) -> str:
    """Changes with what the answers in the cache depend on."""
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:8]


EAR_VERSION = version(TAGS, WEIGHT_FILES, CUT_S)
ROW_VERSION = version(DESCRIPTORS, CUT_S, *(inspect.getsource(module) for module in (texture, tonality)))


class Listener:
    """Turns rows into features; one per worker process."""

    def __init__(self, fonts: tuple[Path, ...], cache: Path):
        torch.set_num_threads(1)
        self._synths = [Synthesizer(font, RATE_HZ) for font in fonts]
        self._tagger = Tagger.load()
        self._cache = cache

    def features(self, row: Row, variant: Variant) -> tuple[Path, Path]:
        """Where the ear's and the descriptors' answers for this sound are: computed once, then found there."""
        key = hashlib.sha256(json.dumps([str(row.file), asdict(variant)]).encode()).hexdigest()[:24]
        ear = self._cache / f"{key}-ear-{EAR_VERSION}.npz"
        described = self._cache / f"{key}-row-{ROW_VERSION}.npz"
        if not (ear.is_file() and described.is_file()):
            samples = self.samples(row, variant)
            if not ear.is_file():
                evidence = self._tagger.hear(samples)
                save(ear, embedding=evidence.embedding, tags=evidence.tags)
            if not described.is_file():
                save(described, descriptors=describe(Clip(samples, RATE_HZ, RATE_HZ, 1, "training"), bpm=None))
        return ear, described

    def samples(self, row: Row, variant: Variant) -> NDArray[np.float32]:
        """CUT_S seconds at 16 kHz."""
        if row.file.suffix == ".mid":
            events = read_midi(row.file)
            length_s = events[-1].time_s + 1.0
            start_s = max(0.0, (length_s - CUT_S) * variant.position)
            samples = self._synths[variant.font].render(
                events, variant.program, start_s=start_s, end_s=min(length_s, start_s + CUT_S)
            )
            return low_passed(samples, variant.bandwidth_hz)
        stereo, rate_hz = soundfile.read(row.file, dtype="float32", always_2d=True)
        samples = soxr.resample(stereo.mean(axis=1), rate_hz, RATE_HZ)
        start = max(0, int((len(samples) - CUT_S * RATE_HZ) * variant.position))
        return np.asarray(samples[start : start + int(CUT_S * RATE_HZ)], np.float32)


def save(path: Path, **arrays: Any) -> None:
    """All or nothing, so that an interrupted run leaves no half file."""
    partial = path.with_suffix(".partial.npz")
    np.savez(partial, **arrays)
    partial.rename(path)


def low_passed(samples: NDArray[np.float32], bandwidth_hz: int) -> NDArray[np.float32]:
    """Nothing above `bandwidth_hz`."""
    if bandwidth_hz >= RATE_HZ // 2:
        return samples
    spectrum = np.fft.rfft(samples)
    spectrum[np.fft.rfftfreq(len(samples), 1 / RATE_HZ) > bandwidth_hz] = 0
    return np.fft.irfft(spectrum, len(samples)).astype(np.float32)


_listener: list[Listener] = []  # the worker process's own


def _start_worker(fonts: tuple[Path, ...], cache: Path) -> None:
    _listener.append(Listener(fonts, cache))


def _work(sound: tuple[Row, Variant]) -> tuple[Path, Path]:
    return _listener[0].features(*sound)


def heard(
    sounds: Iterable[tuple[Row, Variant]], *, fonts: tuple[Path, ...], cache: Path, processes: int
) -> Iterator[dict[str, NDArray[np.float32]]]:
    """The features of each sound, in order; resumes from the cache."""
    cache.mkdir(parents=True, exist_ok=True)
    with ProcessPoolExecutor(processes, initializer=_start_worker, initargs=(fonts, cache)) as pool:
        for paths in pool.map(_work, sounds, chunksize=8):
            answer: dict[str, NDArray[np.float32]] = {}
            for path in paths:
                with np.load(path) as saved:
                    answer |= {name: saved[name] for name in saved.files}
            yield answer


def stacked(rows: Iterable[dict[str, NDArray[np.float32]]]) -> Features:
    gathered = list(rows)
    return Features(*(np.stack([row[name] for row in gathered]) for name in ("descriptors", "embedding", "tags")))
