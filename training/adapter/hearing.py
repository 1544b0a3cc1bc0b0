"""Manifest rows as sound, and what is heard of it: descriptors and an ear's embedding and tags, computed once each."""

from __future__ import annotations

import hashlib
import inspect
import json
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
import soxr
import torch
from numpy.typing import NDArray

from aural.audio.clip import ANALYSIS_RATE_HZ, Clip
from aural.errors import AuralError
from aural.listening import listen, texture, tonality
from aural.listening.descriptors import describe
from aural.settings import Settings
from aural.types import ClipFeatures, Floats
from aural.wording.descriptors import DESCRIPTORS
from aural.wording.tags import TAGS
from models.tagger import WEIGHT_FILES, Tagger
from training.adapter.clips import Clips, stacked
from training.adapter.manifest import MOST_FAULTS_TOLD, BadManifest, Row
from training.adapter.progress import Progress, nobody
from training.fluid import Synthesizer, require_fluidsynth
from training.midi import read_midi

CUT_S = 12.0
SHORTEST_S = 0.5
# General MIDI: electric piano, vibraphone, organ, nylon and steel guitar, overdriven guitar, strings, brass, square
# and saw lead, warm pad: the timbres that a piano roll can be played on without changing what it says.
PROGRAMS = (0, 4, 11, 19, 24, 25, 29, 48, 61, 80, 81, 89)
EQUALISER_HZ = (40, 100, 250, 600, 1500, 3500, 8000)
EQUALISER_DEVIATION_DB = 3.0
BANDWIDTHS_HZ = (4000, 5500, 8000)
MOST_SEMITONES = 1.0


@dataclass(frozen=True)
class Variant:
    """How a row becomes sound. `program` and `font` matter for MIDI only. `position`: of the cut, 0..1; `semitones`: by
    which it is played faster; `equaliser_db`: gains at EQUALISER_HZ."""

    program: int = 0
    font: int = 0
    bandwidth_hz: int = 8000
    position: float = 0.5
    semitones: float = 0.0
    equaliser_db: tuple[float, ...] = ()


@dataclass(frozen=True)
class Ears:
    """What listens. `clap_folder`: a hub-cache folder with CLAP's weights to listen with CLAP, None for the tagger."""

    fonts: tuple[Path, ...] = ()
    clap_folder: Path | None = None

    @property
    def name(self) -> str:
        return "clap" if self.clap_folder else "tagger"


def variants(row: Row, count: int, n_fonts: int) -> list[Variant]:
    """The row as it is (MIDI as piano), and `count` times more: other instruments, or other equalisers and speeds."""
    rng = np.random.default_rng(int(hashlib.sha256(row.file.name.encode()).hexdigest()[:8], 16))
    return [Variant(), *(_drawn(rng, row.is_midi, n_fonts) for _ in range(count))]


def _drawn(rng: np.random.Generator, midi: bool, n_fonts: int) -> Variant:
    bandwidth_hz, position = int(rng.choice(BANDWIDTHS_HZ)), round(float(rng.uniform(0.1, 0.9)), 3)
    if midi:
        return Variant(int(rng.choice(PROGRAMS)), int(rng.integers(n_fonts)), bandwidth_hz, position)
    gains = rng.normal(0, EQUALISER_DEVIATION_DB, len(EQUALISER_HZ)).round(2).tolist()
    semitones = round(float(rng.uniform(-1, 1) * MOST_SEMITONES), 3)
    return Variant(0, 0, bandwidth_hz, position, semitones, tuple(gains))


def version(*parts: object) -> str:
    """Changes with what the answers in the cache depend on."""
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:8]


EAR_VERSION = version(TAGS, WEIGHT_FILES, CUT_S)
ROW_VERSION = version(DESCRIPTORS, CUT_S, "tempo and key", *(inspect.getsource(m) for m in (texture, tonality)))


class Listener:
    """Turns rows into features; one per worker process."""

    def __init__(self, ears: Ears, cache: Path):
        torch.set_num_threads(1)
        self._ear = ear_of(ears)
        self._ear_version = version("clap", str(ears.clap_folder)) if ears.clap_folder else EAR_VERSION
        self._synths = [Synthesizer(font, self._ear.rate_hz) for font in ears.fonts]
        self._cache = cache

    def features(self, row: Row, variant: Variant) -> tuple[Path, Path]:
        """Where the ear's and the descriptors' answers for this sound are: computed once, then found there.

        Raises BadManifest where the file cannot be heard.
        """
        told = [str(row.file.resolve()), row.file.stat().st_mtime_ns, asdict(variant)]
        key = hashlib.sha256(json.dumps(told).encode()).hexdigest()[:24]
        ear = self._cache / f"{key}-ear-{self._ear_version}.npz"
        described = self._cache / f"{key}-row-{ROW_VERSION}.npz"
        if not (ear.is_file() and described.is_file()):
            try:
                self._embed(self.samples(row, variant), ear, described)
            except (soundfile.LibsndfileError, AuralError, ValueError) as cause:
                raise BadManifest(f"line {row.line}: {row.file.name} cannot be heard: {cause}") from cause
        return ear, described

    def _embed(self, samples: Floats, ear: Path, described: Path) -> None:
        if not ear.is_file():
            (evidence,) = self._ear.embed_many([samples])
            if not isinstance(evidence, ClipFeatures):
                raise evidence
            tags = np.zeros(0, np.float32) if evidence.tags is None else evidence.tags
            save(ear, embedding=evidence.embedding, tags=tags)
        if not described.is_file():
            clip = Clip(samples, self._ear.rate_hz, self._ear.rate_hz, 1, "training").resampled_to(ANALYSIS_RATE_HZ)
            heard = listen(clip)
            save(described, descriptors=describe(clip, bpm=heard.tempo.bpm, key=heard.key))

    def samples(self, row: Row, variant: Variant) -> Floats:
        """At most CUT_S seconds at the ear's rate."""
        rate_hz = self._ear.rate_hz
        samples = self._played(row, variant) if row.is_midi else self._read(row, variant)
        if variant.semitones:
            samples = soxr.resample(samples, rate_hz, rate_hz / 2 ** (variant.semitones / 12))
        if len(samples) < SHORTEST_S * rate_hz or not np.abs(samples).max() > 0:
            raise ValueError(f"it is silent, or under {SHORTEST_S:g} s.")
        return shaped(samples, variant, rate_hz)

    def _read(self, row: Row, variant: Variant) -> Floats:
        with soundfile.SoundFile(row.file) as file:
            cut = int(CUT_S * file.samplerate)
            file.seek(max(0, int((file.frames - cut) * variant.position)))
            stereo = file.read(cut, dtype="float32", always_2d=True)
            rate_hz = file.samplerate
        return np.asarray(soxr.resample(stereo.mean(axis=1), rate_hz, self._ear.rate_hz), np.float32)

    def _played(self, row: Row, variant: Variant) -> Floats:
        if not self._synths:
            raise ValueError("it is MIDI, and no soundfont is given (--font).")
        events = read_midi(row.file)
        if not events:
            raise ValueError("it has no notes.")
        length_s = events[-1].time_s + 1.0
        start_s = max(0.0, (length_s - CUT_S) * variant.position)
        synth = self._synths[variant.font]
        return synth.render(events, variant.program, start_s=start_s, end_s=min(length_s, start_s + CUT_S))


def ear_of(ears: Ears) -> Any:
    """The ear that a set of features is heard with. Raises MissingWeights."""
    if ears.clap_folder is None:
        return Tagger.load()
    from models.clap import Clap
    from models.weights import RECORD

    record = Settings.from_env().weights_record or RECORD
    return Clap.load(ears.clap_folder, torch.device("cpu"), record=record)


def save(path: Path, **arrays: Any) -> None:
    """All or nothing, so that an interrupted run leaves no half file."""
    partial = path.with_suffix(".partial.npz")
    np.savez(partial, **arrays)
    partial.rename(path)


def shaped(samples: Floats, variant: Variant, rate_hz: int) -> Floats:
    """Through the variant's equaliser, and nothing above its bandwidth."""
    if variant.bandwidth_hz >= ANALYSIS_RATE_HZ // 2 and not variant.equaliser_db:
        return samples
    spectrum = np.fft.rfft(samples)
    hz = np.fft.rfftfreq(len(samples), 1 / rate_hz)
    if variant.equaliser_db:
        gains_db = np.interp(np.log2(np.maximum(hz, 1.0)), np.log2(EQUALISER_HZ), variant.equaliser_db)
        spectrum *= 10 ** (gains_db / 20)
    if variant.bandwidth_hz < ANALYSIS_RATE_HZ // 2:
        spectrum[hz > variant.bandwidth_hz] = 0
    return np.fft.irfft(spectrum, len(samples)).astype(np.float32)


_listener: list[Listener] = []  # the worker process's own


def _start_worker(ears: Ears, cache: Path) -> None:
    _listener.append(Listener(ears, cache))


def _work(sound: tuple[Row, Variant]) -> dict[str, NDArray[np.float32]] | BadManifest:
    try:
        return {name: array for path in _listener[0].features(*sound) for name, array in loaded(path).items()}
    except BadManifest as fault:
        return fault


def loaded(path: Path) -> dict[str, NDArray[np.float32]]:
    with np.load(path) as saved:
        return {name: saved[name] for name in saved.files}


def hear_all(
    sounds: Sequence[tuple[Row, Variant]],
    ears: Ears,
    *,
    cache: Path,
    processes: int,
    progress: Progress = nobody,
) -> Clips:
    """The sounds as labelled clips, in order; resumes from the cache. Raises BadManifest with every row that fails.

    Raises FileNotFoundError where a soundfont or what plays it is missing: here, since a pool tells only that a process
    ended.
    """
    for font in ears.fonts:
        require_fluidsynth(font)
    cache.mkdir(parents=True, exist_ok=True)
    heard, faults = [], []
    with ProcessPoolExecutor(processes, initializer=_start_worker, initargs=(ears, cache)) as pool:
        for done, answer in enumerate(pool.map(_work, sounds, chunksize=4)):
            if isinstance(answer, BadManifest):
                faults.append(str(answer))
            else:
                heard.append(answer)
            progress(f"{ears.name} heard {done + 1} of {len(sounds)}")
    if faults:
        once = list(dict.fromkeys(faults))
        raise BadManifest("\n".join(once[:MOST_FAULTS_TOLD]))
    return Clips(stacked(heard), [row for row, _ in sounds], ears.name)
