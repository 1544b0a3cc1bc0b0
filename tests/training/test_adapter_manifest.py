"""Manifests for the adapter's trainer: what a row says, and every faulty row by its name."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from aural.wording.emotion import ANCHORS
from training.adapter.__main__ import main
from training.adapter.manifest import BadManifest, Row, read_manifest

COLUMNS = "path,quadrant,valence,arousal,emotion,style_id,split"


def rows_of(tmp_path: Path, *lines: str, columns: str = COLUMNS) -> list[Row]:
    (tmp_path / "a.wav").touch()
    (tmp_path / "mine.csv").write_text("\n".join([columns, *lines]) + "\n")
    return read_manifest(tmp_path / "mine.csv")


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("gone.ogg,Q1,,,,,", "none of the files it names is there .gone.ogg."),
        (",Q1,,,,,", "none of the files it names is there .it names none."),
        ("a.wav,Q5,,,,,", "quadrant 'Q5' is not one of Q1, Q2, Q3, Q4"),
        ("a.wav,,7,0.5,,,", "valence '7' must be a number from -1 to 1"),
        ("a.wav,,high,0.5,,,", "valence 'high' must be a number from -1 to 1"),
        ("a.wav,,nan,0.5,,,", "valence 'nan' must be a number from -1 to 1"),
        ("a.wav,,0.5,,,,", "valence and arousal belong together"),
        ("a.wav,Q1,-0.5,0.5,,,", "contradicts quadrant Q1"),
        ("a.wav,,,,cheerful,,", "emotion 'cheerful' is not one of joyful"),
        ("a.wav,,,,,polka,", "style polka is not one of classical"),
        ("a.wav,,,,,jazz,later", "split 'later' is not one of train, dev, test"),
        ("a.wav,,,,,,", "it has no label"),
        ("a.wav,Q1", "another number of cells"),
    ],
)
def test_a_faulty_row_is_named(row: str, sentence: str, tmp_path: Path) -> None:
    with pytest.raises(BadManifest, match=f"mine.csv, line 3: .*{sentence}"):
        rows_of(tmp_path, "a.wav,Q2,,,,jazz,", row)


def test_all_faulty_rows_are_named_at_once(tmp_path: Path) -> None:
    with pytest.raises(BadManifest) as fault:
        rows_of(tmp_path, *["a.wav,Q9,,,,,"] * 30)
    lines = str(fault.value).splitlines()
    assert lines[0].startswith("mine.csv, line 2:")
    assert lines[19].startswith("mine.csv, line 21:")
    assert lines[20] == "... and 10 more."


def test_what_is_no_manifest(tmp_path: Path) -> None:
    with pytest.raises(BadManifest, match="has the columns file, mood"):
        rows_of(tmp_path, "a.wav,happy", columns="file,mood")
    with pytest.raises(BadManifest, match="has no rows"):
        rows_of(tmp_path)
    (tmp_path / "picture.csv").write_bytes(bytes(range(256)))
    with pytest.raises(BadManifest, match="not a CSV file in UTF-8"):
        read_manifest(tmp_path / "picture.csv")
    with pytest.raises(BadManifest, match="There is no manifest"):
        read_manifest(tmp_path / "gone.csv")


def test_labels_of_a_manifest(tmp_path: Path) -> None:
    first, second, third, fourth = rows_of(
        tmp_path, "a.wav,Q2,,,,jazz,", "a.wav,,0.3,-0.2,,,dev", "a.wav,,,,,rock,test", "a.wav,,,,tender,,"
    )
    assert (first.valence, first.arousal, first.style_id, first.source) == (-0.6, 0.6, "jazz", "mine")
    assert (second.valence, second.arousal, second.split) == (0.3, -0.2, "dev")
    assert (second.signs, third.signs) == ((1, -1), (0, 0))
    assert math.isnan(third.valence)
    assert (third.styles, third.split) == (frozenset({"rock"}), "test")
    assert (fourth.valence, fourth.arousal) == ANCHORS["tender"]


def test_several_styles_and_names_that_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / "a.wav").touch()
    manifest = tmp_path / "m.csv"
    manifest.write_text("path,style_id,styles\na.wav,jazz,jazz;latin\na.wav,polka,polka;folk\na.wav,polka,\n")
    with pytest.raises(BadManifest, match="polka"):
        read_manifest(manifest)
    first, second, third = read_manifest(manifest, other_styles=True)
    assert (first.style_id, first.styles) == ("jazz", frozenset({"jazz", "latin"}))
    assert (second.style_id, second.styles) == ("", frozenset({"folk"}))
    assert third.styles == frozenset()


def test_the_command_ends_with_the_faults(tmp_path: Path) -> None:
    (tmp_path / "a.wav").touch()
    (tmp_path / "m.csv").write_text("path,quadrant\na.wav,Q7\n")
    with pytest.raises(SystemExit, match=r"m\.csv, line 2: quadrant 'Q7'"):
        main([str(tmp_path / "m.csv")])
    (tmp_path / "m.csv").write_text("path,quadrant\n" + "a.wav,Q1\n" * 3)
    with pytest.raises(SystemExit, match="3 clips to train on are too few"):
        main([str(tmp_path / "m.csv")])
