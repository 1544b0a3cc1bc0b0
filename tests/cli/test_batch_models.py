"""`aural batch` with the models in this process: what is heard, and files of every kind."""

from __future__ import annotations

import csv
import io
import os
from pathlib import Path

import numpy as np
import pytest
import soundfile

from cli import batch_analysis
from cli.batch_command import Asked, exit_code
from examples.serving import ROOT
from tests.cli.conftest import InProcess
from tests.cli.music_folder import write_pieces

LONG_S = 35


def put_long(folder: Path) -> None:
    """The lofi rendering and its beginning again."""
    samples, rate_hz = soundfile.read(ROOT / "examples" / "sketch_lofi_82bpm_a_minor.ogg")
    twice = np.concatenate([samples, samples])[: LONG_S * rate_hz]
    assert len(twice) == LONG_S * rate_hz
    soundfile.write(folder / "long.flac", twice, rate_hz)


@pytest.fixture(scope="module")
def rows(in_process: InProcess, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, str]]:
    folder = tmp_path_factory.mktemp("music")
    write_pieces(folder, 3)
    put_long(folder)
    soundfile.write(folder / "silent.wav", np.zeros(16_000), 16_000)
    soundfile.write(folder / "short.wav", np.zeros(1_600), 16_000)
    (folder / "broken.mp3").write_bytes(b"ID3 but no more than that")
    (folder / "gone.wav").symlink_to(folder / "nowhere.wav")
    (folder / "closed.wav").write_bytes(b"0")
    (folder / "closed.wav").chmod(0)
    table = folder.parent / "table.csv"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(batch_analysis, "connect", in_process.connected)
        assert in_process.ask(lambda _: exit_code(Asked(folder, table, "csv", jobs=2))) == 2
    return {row["path"]: row for row in csv.DictReader(io.StringIO(table.read_text(), newline=""))}


def test_music_is_heard(rows: dict[str, dict[str, str]]) -> None:
    for name in ("disc 0/00.wav", "disc 0/01.wav", "disc 0/02.wav", "long.flac"):
        row = rows[name]
        assert row["status"] == "ok", row
        assert row["emotion"]
        assert row["style"]
        assert row["prompt"]
        assert -60 < float(row["loudness_lufs"]) < 0
        assert 0 < float(row["energy_mean"]) <= 1
        assert -1 <= float(row["valence"]) <= 1
    assert float(rows["disc 0/00.wav"]["bpm"]) == pytest.approx(126, rel=0.02)  # the bossa nova


def test_a_long_file_is_heard_in_windows(rows: dict[str, dict[str, str]]) -> None:
    row = rows["long.flac"]
    assert float(row["duration_s"]) == pytest.approx(LONG_S, abs=0.05)
    assert float(row["bpm"]) == pytest.approx(82, rel=0.02)
    assert row["key"] in ("A minor", "C major")


def test_silence_is_no_failure(rows: dict[str, dict[str, str]]) -> None:
    row = rows["silent.wav"]
    assert (row["status"], row["bpm"], row["key"], row["loudness_lufs"]) == ("ok", "", "", "")


@pytest.mark.parametrize(
    ("name", "code"), [("broken.mp3", "not_audio"), ("short.wav", "too_short"), ("gone.wav", "unreadable")]
)
def test_what_cannot_be_heard_has_its_reason(rows: dict[str, dict[str, str]], name: str, code: str) -> None:
    assert (rows[name]["status"], rows[name]["error_code"]) == ("failed", code)
    assert rows[name]["reason"].endswith(".")
    assert rows[name]["bpm"] == ""


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_without_permission_has_its_reason(rows: dict[str, dict[str, str]]) -> None:
    assert rows["closed.wav"]["reason"] == "The file cannot be read: Permission denied."
