"""`python -m training.adapter` as docs/how-to/own-labels.md has it: on clips of the sketch composer's, and on CLAP's
embedding."""

from __future__ import annotations

import csv
import itertools
from pathlib import Path

import numpy as np
import pytest
import soundfile

from aural.types import TAKE_RATE_HZ, MusicRequest
from models.adapter import Adapter
from models.sketch.composer import SketchComposer
from training.adapter.__main__ import main
from training.adapter.evaluate import answers, feeling_scores, style_scores
from training.adapter.hearing import Ears, Variant, hear_all
from training.adapter.manifest import read_manifest
from training.adapter.network import Recipe

KINDS = tuple(itertools.product(("energetic", "sad"), ("jazz", "metal", "ambient", "techno")))
TRAINING, HELD_OUT = 40, 16


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Forty labelled clips to train on and sixteen that are held out."""
    folder = tmp_path_factory.mktemp("labelled")
    composer = SketchComposer.load()
    with (folder / "clips.csv").open("w", newline="") as lines:
        manifest = csv.writer(lines)
        manifest.writerow(["path", "emotion", "style_id", "split"])
        for number in range(TRAINING + HELD_OUT):
            emotion, style = KINDS[number % len(KINDS)]
            asked = MusicRequest(prompt="", duration_s=2, seed=number, style_id=style, emotion=emotion)
            take = composer.compose(asked, lambda _: None)
            soundfile.write(folder / f"{number}.wav", take.samples[:, : take.loop_end].T, TAKE_RATE_HZ)
            manifest.writerow([f"{number}.wav", emotion, style, "train" if number < TRAINING else "test"])
    return folder


def test_forty_clips_teach_what_others_are(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out, cache = folder / "mine.pt", folder / "cache"
    main([str(folder / "clips.csv"), "--out", str(out), "--cache", str(cache), "--licence", "CC0-1.0"])
    printed = capsys.readouterr().out
    assert "cross-validation, 40 clips" in printed
    assert "split test, 16 clips" in printed
    adapter = Adapter.load(out)
    assert adapter.provenance["licence"] == "CC0-1.0"
    held_out = [row for row in read_manifest(folder / "clips.csv") if row.split == "test"]
    heard = hear_all([(row, Variant()) for row in held_out], Ears(), cache=cache, processes=1)
    said = answers(adapter, heard)
    assert feeling_scores(held_out, said.feelings)["quadrant"].share > 0.9
    assert style_scores(held_out, said.styles)["first"].share > 0.9
    card = (folder / "mine.md").read_text()
    assert "40 clips in 40 groups" in card
    assert "CC0-1.0" in card
    assert str(folder) not in card


def test_a_clap_head_is_trained_by_the_same_command(
    folder: Path, hub_cache: Path, no_record: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a small random CLAP: that it learns is not asked, but that it hears, trains, saves and is used."""
    monkeypatch.setattr("training.adapter.__main__.Recipe", lambda: Recipe(most_epochs=5))
    monkeypatch.setenv("AURAL_WEIGHTS_RECORD", str(no_record))
    out = folder / "clap.pt"
    arguments = [
        str(folder / "clips.csv"),
        "--out",
        str(out),
        "--cache",
        str(folder / "cache"),
        "--clap",
        str(hub_cache),
    ]
    main(arguments)
    adapter = Adapter.load(out)
    assert adapter.network is not None
    assert (adapter.network.ear, adapter.network.widths[1:]) == ("clap", (0, 512))
    rows = read_manifest(folder / "clips.csv")[:8]
    heard = hear_all(
        [(row, Variant()) for row in rows], Ears(clap_folder=hub_cache), cache=folder / "cache", processes=1
    )
    rng = np.random.default_rng(0)
    seeing = adapter.with_prototypes(*(rng.standard_normal((n, 512)).astype(np.float32) for n in (23, 10)))
    said = answers(seeing, heard)
    assert np.isfinite(said.feelings).all()
    assert not np.allclose(said.feelings, answers(seeing, heard, hears=False).feelings)
