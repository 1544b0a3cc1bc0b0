"""The listening networks' songs: exact truth, always the same, and from nobody's recordings."""

from __future__ import annotations

import json
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import onnxruntime
import pytest

from aural.listening.networks import HERE, KEY_FRAMES, downbeat_logits, key_scores, tempo_scores
from aural.theory.keys import Key
from examples.serving import ROOT
from models.sketch.samples.bank import FOLDER as SAMPLES_FOLDER
from training.listening.compose import LENGTH_S, compose
from training.listening.progressions import STOCK, Chord, drawn
from training.listening.songs import load, make
from training.listening.sound import RATE_HZ, synthesised
from training.listening.styles import STYLES

SONGS = range(40)


@pytest.mark.parametrize("style", STYLES, ids=lambda style: style.name)
def test_patterns_fill_their_bars(style: object) -> None:
    assert hasattr(style, "beats")
    one = next(s for s in STYLES if s is style)
    steps = one.beats * one.step
    rows = [*one.bass, *one.chords, *(row for drums in one.drums for row in drums.values())]
    assert bool(rows) != bool(one.voices)
    assert all(len(row) == steps for row in rows)


@pytest.mark.parametrize("kind", STOCK)
def test_progressions_can_be_read(kind: str) -> None:
    for mode, progressions in STOCK[kind].items():
        for progression in progressions:
            assert all(len(Chord.parse(numeral).tones) >= 3 for numeral in progression.split()), (mode, progression)


def test_a_number_is_always_the_same_song() -> None:
    one, other = compose(17), compose(17)
    assert one.notes == other.notes
    assert one.hits == other.hits
    np.testing.assert_array_equal(one.beats_s, other.beats_s)
    assert compose(18).notes != one.notes


def test_songs_are_as_long_as_they_are_said_and_their_tempo_is_that_of_their_beats() -> None:
    for number in SONGS:
        song = compose(number)
        assert song.beats_s[-1] >= 0.93 * LENGTH_S
        assert (np.diff(song.beats_s) > 0).all()
        assert song.bpm == pytest.approx(60 / np.diff(song.beats_s).mean())
        low, high = song.style.bpm
        assert 0.85 * low <= song.bpm <= 1.15 * high


def test_what_is_played_belongs_to_the_key() -> None:
    """Seven tones in ten at least are of the key's scale, harmonic minor's seventh included."""
    for number in SONGS:
        song = compose(number)
        if song.key is None or not song.notes:
            continue
        scale = {0, 2, 4, 5, 7, 9, 11} if song.key.mode == "major" else {0, 2, 3, 5, 7, 8, 10, 11}
        inside = [(note.midi - song.key.tonic) % 12 in scale for note in song.notes]
        assert np.mean(inside) > 0.65, (number, song.style.name)


def test_chords_go_where_their_progression_goes() -> None:
    rng = np.random.default_rng(0)
    walked = drawn("walk", "major", 64, rng)
    assert walked[0].root == 0
    assert {0, 5, 7} <= {chord.root for chord in walked}


def test_walks_leave_home_and_come_back() -> None:
    """Most of a walk is at home, where it begins; elsewhere its chords are that region's."""
    rng = np.random.default_rng(0)
    walked = [drawn("walk", mode, 400, rng) for mode in ("major", "minor")]
    for chords, mode in zip(walked, ("major", "minor"), strict=True):
        home = Key(0, "major" if mode == "major" else "minor")
        assert chords[0].region == home
        assert 0.4 < np.mean([chord.region == home for chord in chords]) < 0.9
        assert {chord.region for chord in chords} > {home}
    fifth_up = next(c for c in walked[0] if c.region == Key(7, "major"))
    assert (fifth_up.root, fifth_up.tones) == (7, (0, 4, 7))


def test_a_song_says_where_its_key_changes() -> None:
    songs = [compose(number) for number in range(120)]
    told = [song.regions() for song in songs]
    assert all(bool(regions) == (song.key is not None) for song, regions in zip(songs, told, strict=True))
    assert any(len(regions) > 1 for regions in told)
    for regions in told:
        assert all(before < after for (before, _), (after, _) in pairwise(regions))
        assert all(before != after for (_, before), (_, after) in pairwise(regions))


def test_hits_sound_when_they_are_written() -> None:
    metronomes = (compose(number) for number in range(400))
    song = next(s for s in metronomes if s.style.name == "metronome" and s.hits and not s.notes)
    sound = synthesised(song, np.random.default_rng(0))
    level = np.abs(sound).reshape(-1, 320).max(axis=1)
    loud = np.flatnonzero(level > 0.3 * level.max()) / 100
    onsets = np.array([hit.at_s for hit in song.hits if hit.at_s < LENGTH_S])
    assert np.abs(loud[loud < LENGTH_S, None] - onsets).min(axis=1).max() < 0.35
    assert np.abs(onsets[:, None] - loud).min(axis=1).max() < 0.03


def test_a_song_file_has_its_truth_beside_it(tmp_path: Path) -> None:
    make(3, tmp_path, [])
    samples, truth = load(tmp_path, 3)
    song = compose(3)
    assert truth.source == "own"
    assert truth.key == song.key
    assert len(samples) == pytest.approx(LENGTH_S * RATE_HZ, rel=0.04)
    assert np.abs(samples).max() > 0.5
    faster = song.beats_s[-1] / truth.beats_s[-1]
    assert truth.bpm(0, 30) == pytest.approx(song.bpm * faster, rel=0.02)


def test_no_recording_and_no_midi_file_goes_into_a_song(tmp_path: Path) -> None:
    """What is opened while songs are made is code, the instruments that ship, or the song itself: the bench can have no
    part in them."""
    script = (
        "import json, sys\n"
        "from pathlib import Path\n"
        "from training.listening.songs import make\n"
        "opened = []\n"
        "sys.addaudithook(lambda event, given: opened.append(str(given[0])) if event == 'open' else None)\n"
        f"for number in range(4): make(number, Path({str(tmp_path)!r}), [])\n"
        "print(json.dumps(opened))\n"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    opened = [Path(name) for name in json.loads(done.stdout) if not name.isdigit()]
    assert any(path.suffix == ".npy" for path in opened)
    code = {".py", ".pyc", ".so", ".json", ".npy", ""}
    others = [path for path in opened if tmp_path not in path.parents and path.parent != SAMPLES_FOLDER]
    assert {path.suffix for path in others} <= code - {".npy"}
    assert not any("bench" in path.parts for path in opened)


@pytest.fixture(scope="module")
def some_songs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("songs")
    for number in range(10):
        make(number, folder, [])
    return folder


TRAINED = ("tempo", "key", "metre")
FEW = {"tempo": ("--rankers", "2")}
AS_MODULES = """
import runpy, sys
for name, *arguments in {commands}:
    print(f"== {{name}}", flush=True)
    sys.argv[1:] = arguments
    runpy.run_module(f"training.listening.{{name}}", run_name="__main__", alter_sys=True)
"""


@pytest.fixture(scope="module")
def trained(some_songs: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """Ten songs, one epoch, as `make train-listening` does it, but in one process, since they all import torch: where
    the networks are, and what each trainer said."""
    out = tmp_path_factory.mktemp("trained")
    common = ["--epochs", "1", "--processes", "2"]
    commands = [
        (name, str(some_songs), "--out", str(out / f"{name}.onnx"), *common, *FEW.get(name, ())) for name in TRAINED
    ]
    script = AS_MODULES.format(commands=commands)
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    said = [part.partition("\n") for part in done.stdout.split("== ")[1:]]
    return out, {name: told for name, _, told in said}


@pytest.mark.parametrize("name", TRAINED)
def test_trainers_run_and_write_what_listening_reads(name: str, trained: tuple[Path, dict[str, str]]) -> None:
    """What it learns of so few is no matter."""
    folder, said = trained
    out = folder / f"{name}.onnx"
    assert "kB" in said[name]
    new, shipped = (
        onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
        for path in (out, HERE / f"{name}.onnx")
    )
    assert [put.name for put in new.get_inputs()] == [put.name for put in shipped.get_inputs()]
    assert [put.name for put in new.get_outputs()] == [put.name for put in shipped.get_outputs()]
    assert new.get_inputs()[0].shape[-1] == shipped.get_inputs()[0].shape[-1]


def test_networks_take_any_number_and_are_small() -> None:
    width = 280
    from aural.listening.networks import _onnx_session

    width = _onnx_session("tempo").get_inputs()[0].shape[1]
    for count in (1, 7, 13):
        assert tempo_scores(np.zeros((count, width), np.float32)).shape == (count,)
    for frames in (12, 60, 235):
        scores, local = key_scores(np.random.default_rng(0).random((frames, 84)).astype(np.float32))
        assert (scores.shape, local.shape) == ((24,), (-(-frames // KEY_FRAMES), 24))
    features = _onnx_session("metre").get_inputs()[0].shape[2]
    assert downbeat_logits(np.zeros((9, features), np.float32)).shape == (9,)
    for name in ("tempo", "key", "metre"):
        assert (HERE / f"{name}.onnx").stat().st_size < 5_000_000


def test_a_transposed_spectrum_has_a_transposed_key() -> None:
    notes = np.zeros((80, 84), np.float32)
    for place, root in enumerate((0, 5, 7, 0)):
        for tone in (0, 4, 7):
            notes[20 * place : 20 * place + 20, 36 + (root + tone) % 12] = 2.0
            notes[20 * place : 20 * place + 20, 24 + root] = 2.0
    first = int(key_scores(notes)[0].argmax())
    for semitones in (1, 3, 5):
        assert int(key_scores(np.roll(notes, semitones, axis=1))[0].argmax()) == (first + semitones) % 12
