"""`python -m bench.listening`: what answers earn, and predictions in the scorers' format."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from aural.theory.keys import Key
from bench.listening.ours import reliability
from bench.listening.scores import Answer, Row, earned, groups, means, read
from examples.clip import CLIP
from examples.serving import ROOT

HEAD = "path,subset,bpm,octave_certain,key,source,licence,note,split\n"


def row(bpm: float | None = 120.0, key: str | None = "C major", *, certain: bool = True, source: str = "") -> Row:
    return Row("a.wav", Path("a.wav"), "pop", "dev", source, bpm, certain, Key.parse(key) if key else None)


@pytest.mark.parametrize(
    ("bpm", "acc1", "acc2"), [(120, 100, 100), (124.7, 100, 100), (125, 0, 0), (60.5, 0, 100), (40, 0, 100), (90, 0, 0)]
)
def test_tempo_within_four_percent_and_octaves(bpm: float, acc1: float, acc2: float) -> None:
    points = earned(row(key=None), Answer(bpm, None))
    assert points == {"acc1": acc1, "acc1c": acc1, "acc2": acc2}
    assert "acc1c" not in earned(row(certain=False), Answer(bpm, None))


@pytest.mark.parametrize(
    ("key", "weight"),
    [("C major", 100), ("G major", 50), ("F major", 50), ("Am", 30), ("C minor", 20), ("D major", 0), (None, 0)],
)
def test_keys_earn_what_mirex_gives(key: str | None, weight: float) -> None:
    points = earned(row(bpm=None), Answer(None, key))
    assert points == {"key_exact": 100.0 * (weight == 100), "key_mirex": pytest.approx(weight)}


def test_nothing_answered_earns_nothing() -> None:
    assert set(earned(row(), Answer(None, None)).values()) == {0.0}


def test_means_come_with_their_interval() -> None:
    points = [{"acc1": 100.0}] * 80 + [{"acc1": 0.0}] * 20 + [{"key_exact": 100.0}]
    mean, low, high, count = means(points)["acc1"]
    assert (mean, count) == (80, 100)
    assert 70 < low < 74
    assert 86 < high < 90
    assert means(points)["key_exact"] == (100, 100, 100, 1)


def test_reliability_by_bins() -> None:
    table = reliability([0.95] * 10 + [0.5] * 4, [True] * 9 + [False] + [True, False] * 2)
    assert table == [("0.40-0.60", 4, 50, 50), ("0.90-1.00", 10, pytest.approx(95), 90)]


def test_fonts_are_told_apart() -> None:
    rows = [row(source="x, fluidsynth tim prog 1"), row(source="x, fluidsynth ms prog 0"), row(source="numpy")]
    found = groups(rows)
    assert found["fonts unseen in training"] == [0]
    assert found["fonts seen in training"] == [1]
    assert found["not fluidsynth"] == [2]
    assert found["split dev"] == found["pop"] == found["all"] == [0, 1, 2]


def predict(data: Path, out: Path) -> dict[str, dict[str, object]]:
    command = [sys.executable, "-m", "bench.listening", "predict", str(data), "-o", str(out), "--processes", "1"]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=120)
    told: dict[str, dict[str, object]] = json.loads(out.read_text())
    return told


def test_predictions_of_a_folder_are_best_guesses_even_for_noise(tmp_path: Path) -> None:
    clips = tmp_path / "clips" / "inner"
    clips.mkdir(parents=True)
    (clips / "clip.ogg").write_bytes(CLIP.read_bytes())
    noise = 0.1 * np.random.default_rng(0).standard_normal(5 * 16_000)
    soundfile.write(clips / "noise.wav", noise, 16_000)
    told = predict(tmp_path / "clips", tmp_path / "predictions.json")
    assert set(told) == {"inner/clip.ogg", "inner/noise.wav"}
    assert told["inner/clip.ogg"]["bpm"] == pytest.approx(96, rel=0.005)
    assert told["inner/clip.ogg"]["key"] == "E minor"
    assert told["inner/noise.wav"]["bpm"] is not None
    assert told["inner/noise.wav"]["key"] is not None


def test_predictions_of_a_manifest_have_its_paths(tmp_path: Path) -> None:
    (tmp_path / "clip.ogg").write_bytes(CLIP.read_bytes())
    (tmp_path / "manifest.csv").write_text(HEAD + "clip.ogg,folk,96,1,E minor,ours,CC0,,dev\n")
    (one,) = read(tmp_path / "manifest.csv")
    assert (one.name, one.bpm, one.key, one.octave_certain) == ("clip.ogg", 96, Key.parse("E minor"), True)
    assert set(predict(tmp_path, tmp_path / "out.json")) == {"clip.ogg"}


def test_a_folder_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "bench.listening", "run", str(tmp_path / "none")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("There is no manifest ")
